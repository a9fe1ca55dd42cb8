/**
 * Quotes for commands that are printed to be copied into a shell.
 *
 * @module
 */

/** Quotes an argument, if a shell would not take it literally. */
export function quoteArgument(argument: string): string {
  return /^[\w./=,:@+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
