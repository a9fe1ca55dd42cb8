/**
 * What tests with real processes share: an upstream that counts, the stores that processes share, and waiting for a
 * state.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { IGNORE_REDIS, startRedis } from "./redis.ts";

/** A service behind the routes, on a free port of the loopback address. */
export interface Upstream extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** What it answers with. */
  text: string;
  /** How often a path was asked for. */
  count(path: string): number;
  /** From now on it answers late: when the function that this returns is called. What is asked later is answered at once. */
  hold(): () => void;
}

/** Starts an upstream; stop it with `await using`. */
export function startUpstream(): Upstream {
  const counts = new Map<string, number>();
  let held: Promise<void> | undefined;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    const { text } = upstream;
    await (held ?? delay(50));
    return new Response(text);
  });
  const upstream: Upstream = {
    origin: `http://127.0.0.1:${server.addr.port}`,
    text: "first",
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

/** A store of a test, gone after it. */
export interface Place extends AsyncDisposable {
  /** What `--cache` takes. */
  readonly location: string;
}

/** The stores that processes share. */
export const SHARED_STORES: readonly { name: string; ignore: boolean; open(): Promise<Place> }[] = [
  { name: "SQLite", ignore: false, open: openSqlite },
  { name: "Redis", ignore: IGNORE_REDIS, open: openRedis },
];

async function openSqlite(): Promise<Place> {
  const dir = await Deno.makeTempDir({ prefix: "routes_cache_" });
  return {
    location: `sqlite:${dir}/cache.db`,
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

async function openRedis(): Promise<Place> {
  const redis = await startRedis();
  return { location: redis.url, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
}

/** Waits for a state, at most 10 s; then it fails and says what did not happen. */
export async function until(what: string, reached: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(20)) if (await reached()) return;
  throw new Error(`It did not happen within 10 s: ${what}`);
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
