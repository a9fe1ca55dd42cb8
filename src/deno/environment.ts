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
