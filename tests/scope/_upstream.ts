/**
 * A server that a handler fetches from, and that counts what arrives.
 *
 * @module
 */

/** What `fetch()` takes in a handler. */
export type Init = RequestInit & { next?: { revalidate?: number | false; tags?: string[] } };

/** A server on the loopback address. */
export interface Upstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** How many requests arrived. */
  readonly hits: number;
}

/** Starts a server that answers with the number of the request, from 1, or as it is told. */
export function startUpstream(
  answer: (number: number, request: Request) => Response | Promise<Response> = (number) => new Response(`${number}`),
): Upstream {
  let hits = 0;
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(options, (request) => answer(++hits, request));
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    get hits() {
      return hits;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
