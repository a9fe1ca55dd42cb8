/**
 * An application whose cache uses a clock of the test.
 *
 * @module
 */

import type { CreateRequestHandlerOptions } from "../../mod.ts";
import type { ErrorContext } from "../../src/handler/error_report.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { type App, createApp, type Modules } from "./app.ts";

/** An application, its clock and what it reported. */
export interface CachedApp extends App {
  /** The time of the cache. */
  readonly clock: { time: number };
  /** The arguments of `onError`. */
  readonly errors: { readonly message: string; readonly context: ErrorContext }[];
  /** Sends GET: `["HIT", "the body"]`, `null` for a response that did not come from the cache. */
  ask(path: string, headers?: HeadersInit): Promise<[state: string | null, body: string]>;
  /** The same, and waits for background work. */
  askAndSettle(path: string, headers?: HeadersInit): Promise<[state: string | null, body: string]>;
  /** Advances the clock, in seconds. */
  pass(seconds: number): void;
}

/** Creates an application with its own cache. */
export async function createCachedApp(
  modules: Modules,
  options: CreateRequestHandlerOptions = {},
): Promise<CachedApp> {
  const clock = { time: 1_700_000_000_000 };
  const errors: { message: string; context: ErrorContext }[] = [];
  const app = await createApp(modules, {
    cache: memoryStore(),
    now: () => clock.time,
    onError: (error, _, context) => void errors.push({ message: (error as Error).message, context }),
    ...options,
  });
  async function ask(path: string, headers: HeadersInit = {}): Promise<[string | null, string]> {
    const response = await app.get(path, headers);
    return [response.headers.get("x-nextjs-cache"), await response.text()];
  }
  return {
    fetch: app.fetch,
    drain: app.drain,
    close: app.close,
    routes: app.routes,
    request: app.request,
    get: app.get,
    clock,
    errors,
    ask,
    async askAndSettle(path, headers) {
      const answer = await ask(path, headers);
      await app.drain();
      return answer;
    },
    pass: (seconds) => void (clock.time += seconds * 1000),
  };
}

/** Creates a handler that counts its runs from 1, and answers with the result of `answer` for that number. */
export function counting<Args extends unknown[], Result = Response>(
  answer?: (number: number, ...args: Args) => Result,
): ((...args: Args) => Result) & { readonly runs: number } {
  let runs = 0;
  const handler = (...args: Args): Result => {
    runs++;
    return answer === undefined ? new Response(`${runs}`) as Result : answer(runs, ...args);
  };
  return Object.defineProperty(handler, "runs", { get: () => runs }) as typeof handler & { readonly runs: number };
}
