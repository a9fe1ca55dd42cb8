/**
 * An upstream server that counts its requests, and functions to request paths.
 *
 * @module
 */

import { delay } from "@std/async/delay";

/** An upstream server, on a free port of the loopback address. */
export interface Upstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The text of its responses. */
  text: string;
  /** How many requests arrived. */
  readonly hits: number;
  /** Returns how often a path was requested. */
  count(path: string): number;
  /** Delays responses until the returned function is called. Later requests are answered immediately. */
  hold(): () => void;
}

/** Answers with the number of the request, starting at 1. */
export const numbered = (number: number): Response => new Response(`${number}`);

/**
 * Starts an upstream; stop it with `await using`.
 *
 * @param answer Answers a request, whose number is counted from 1; default: with `text`, after a moment.
 */
export function startUpstream(
  answer?: (number: number, request: Request) => Response | Promise<Response>,
): Upstream {
  let hits = 0;
  const counts = new Map<string, number>();
  let held: Promise<void> | undefined;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    hits++;
    if (answer !== undefined) return await answer(hits, request);
    const { text } = upstream;
    await (held ?? delay(50));
    return new Response(text);
  });
  const upstream: Upstream = {
    origin: `http://127.0.0.1:${server.addr.port}`,
    text: "first",
    get hits() {
      return hits;
    },
    count: (path) => counts.get(path) ?? 0,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return upstream;
}

/** The parts of a response that tests check. */
export interface Answer {
  readonly status: number;
  /** `x-nextjs-cache`. */
  readonly state: string | null;
  readonly text: string;
}

/** Sends a request, and reads the response. */
export async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, state: response.headers.get("x-nextjs-cache"), text: await response.text() };
}
