/**
 * The error of functions that require the package `next`.
 *
 * @module
 */

/**
 * Creates the error of a function that requires the package `next`.
 *
 * @param what The action that is not possible: `configure Jest`.
 */
export function createPackageMissingError(what: string): Error {
  return new Error(`Cannot ${what}: the package "next" is not installed, install it with "deno add npm:next"`);
}
