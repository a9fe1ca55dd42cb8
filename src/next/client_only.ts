/**
 * What Next.js runs in a browser only: it may be imported by a route handler, and not called.
 *
 * @module
 */

/**
 * The error of a function that runs in a browser only, with the sentence of Next.js.
 *
 * @param name The function.
 */
export function createClientOnlyError(name: string): Error {
  return new Error(
    `Attempted to call ${name}() from the server but ${name} is on the client. It's not possible to invoke a client function from the server, it can only be rendered as a Component or passed to props of a Client Component.`,
  );
}
