/**
 * The error of functions that Next.js runs only in the browser: a route handler may import them, but not call them.
 *
 * @module
 */

/**
 * Creates the error of a function that runs only in the browser, with the message of Next.js.
 *
 * @param name The name of the function.
 */
export function createClientOnlyError(name: string): Error {
  return new Error(
    `Attempted to call ${name}() from the server but ${name} is on the client. It's not possible to invoke a client function from the server, it can only be rendered as a Component or passed to props of a Client Component.`,
  );
}
