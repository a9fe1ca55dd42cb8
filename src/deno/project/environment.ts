/**
 * Reads and sets environment variables without prompting for permission.
 *
 * @module
 */

/** Returns a variable; `undefined` if it is not set, is empty, or may not be read. Never prompts for permission. */
export function environment(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}

/** Sets a variable unless it is set already, or may not be accessed. */
export function setEnvironment(variable: string, value: string): void {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  if (state === "granted" && environment(variable) === undefined) Deno.env.set(variable, value);
}
