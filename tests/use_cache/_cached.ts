/**
 * Cached functions as the transform makes them, and requests that call them.
 *
 * @module
 */

import { callCached } from "../../src/use_cache/cached_call.ts";
import type { CreateRequestHandlerOptions } from "../../mod.ts";
import { type CachedApp, createCachedApp } from "../helpers/cached.ts";

let count = 0;

/** Makes a function whose results are cached. */
export function useCache<Args extends unknown[], Result>(
  run: (...args: Args) => Result | Promise<Result>,
  kind = "default",
): (...args: Args) => Promise<Result> {
  const id = `test.ts#f${++count}`;
  return async (...args) =>
    await callCached(kind, id, Infinity, args, (...args) => Promise.resolve(run(...args as Args))) as Result;
}

/** An application with one route, whose handler is set for each request. */
export interface Caller extends CachedApp {
  /** Runs a function in the handler of a request, and waits for what goes on in the background. */
  inRequest<Result>(run: () => Result | Promise<Result>, headers?: HeadersInit): Promise<Result>;
}

/** Creates an application in whose requests tests can call functions. */
export async function createCaller(options: CreateRequestHandlerOptions = {}): Promise<Caller> {
  const waiting = new Map<string, () => unknown>();
  const results = new Map<string, Promise<unknown>>();
  const app = await createCachedApp({
    "i/route.ts": {
      async POST(request: Request) {
        const id = await request.text(), result = Promise.try(waiting.get(id)!);
        results.set(id, result);
        await result.catch(() => {});
        return new Response();
      },
    },
  }, options);
  return {
    ...app,
    async inRequest<Result>(run: () => Result | Promise<Result>, headers: HeadersInit = {}) {
      const id = crypto.randomUUID();
      waiting.set(id, run);
      await app.request("/i", { method: "POST", body: id, headers });
      await app.drain();
      return await results.get(id) as Result;
    },
  };
}
