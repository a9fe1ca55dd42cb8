/**
 * A server behind the routes, which counts what it is asked for, and how to ask.
 *
 * @module
 */

import { delay } from "@std/async/delay";

/** A service behind the routes, on a free port of the loopback address. */
export interface Upstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What it answers with. */
  text: string;
  /** How many requests arrived. */
  readonly hits: number;
  /** How often a path was asked for. */
  count(path: string): number;
  /** From now on it answers late: when the function that this returns is called. What is asked later is answered at once. */
  hold(): () => void;
}

/** Answers with the number of the request, from 1. */
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

/** An answer as far as a test looks at it. */
export interface Answer {
  readonly status: number;
  /** `x-nextjs-cache`. */
  readonly state: string | null;
  readonly text: string;
}

/** Asks, and reads the answer. */
export async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, state: response.headers.get("x-nextjs-cache"), text: await response.text() };
}
