/**
 * Commands as a shell reads them, for what is printed to be copied.
 *
 * @module
 */

/** An argument. */
export function quoteArgument(argument: string): string {
  return /^[\w./=,:@+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
