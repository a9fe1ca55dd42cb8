/**
 * What only the package `next` can do.
 *
 * @module
 */

/**
 * The error of a function that needs the package.
 *
 * @param what What cannot be done: `configure Jest`.
 */
export function createPackageMissingError(what: string): Error {
  return new Error(`Cannot ${what}: the package "next" is not installed, install it with "deno add npm:next"`);
}
