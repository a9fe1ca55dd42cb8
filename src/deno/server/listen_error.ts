/**
 * Why a server cannot listen, with what to do.
 *
 * @module
 */

/** Where a server was to listen. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/**
 * The error to throw instead of Deno's.
 *
 * @param cause Deno's; one about permissions says what to do itself.
 * @param address Where the server was to listen.
 */
export function listenError(cause: unknown, { hostname, port }: Address): unknown {
  if (cause instanceof Deno.errors.NotCapable || cause instanceof TypeError) return cause;
  if (cause instanceof Deno.errors.AddrInUse) {
    return new Deno.errors.AddrInUse(`Cannot listen on port ${port}: it is in use, choose another port (--port)`, {
      cause,
    });
  }
  const state = cause instanceof Deno.errors.AddrNotAvailable ? "this machine has no such address" : `${cause}`;
  const message = `Cannot listen on "${hostname}": ${state}, choose another host name`;
  return new Deno.errors.AddrNotAvailable(message, { cause });
}
