/**
 * Variables of the environment.
 *
 * @module
 */

/**
 * A variable, or `undefined`. It asks for no permission: without `--allow-env` a variable is as good as not set, and so
 * is an empty one.
 */
export function environment(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}

/** Sets a variable that is not set, where the environment may be changed; elsewhere who asks for it gets nothing either. */
export function setEnvironment(variable: string, value: string): void {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  if (state === "granted" && environment(variable) === undefined) Deno.env.set(variable, value);
}
