/**
 * How a server stops without dropping what is in flight.
 *
 * Deno closes a listener and all connections that are idle at once, and gives up the bodies of requests that are not read
 * to their end. So clients with open connections are first asked to close them, and uploads are finished first.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { withHeader } from "../../http/response_header.ts";
import type { Fetch } from "./request_watch.ts";

/** How long a stop waits for what is in flight, in milliseconds, by default. */
export const GRACE_MS = 5000;

/** For how long responses ask clients to close their connections before the listener closes, in milliseconds. */
const LINGER_MS = 500;

/** How much time a stop leaves between the cut of endless streams and its end, for what `after()` has to do. */
const AFTER_CUT_MS = 500;

/** A handler that can be stopped. */
export interface Stoppable {
  /** Settles when all that was promised for after a response is done. */
  readonly drain: () => Promise<void>;
  /** Cuts the response streams that are under way. */
  readonly cut: () => void;
  /** How long a stop leaves streams alone, in milliseconds. Default: nearly as long as it waits at all. */
  readonly cutsAfter?: number | undefined;
}

/** Answers requests until the server stops, and keeps track of what is in flight. */
export interface Draining {
  /** Answers a request. */
  readonly fetch: Fetch;
  /** From now on each response asks the client to close its connection. */
  announce(): void;
  /** Whether the server stops. */
  isStopping(): boolean;
  /** Settles when the requests that have a body are answered. */
  uploads(): Promise<void>;
}

/** How long a stop takes. */
export interface StopTimes {
  /** How long to wait for what is in flight, in milliseconds. */
  readonly grace: number;
  /** For how long clients may notice the stop before the listener closes, in milliseconds; by default a part of `grace`. */
  readonly linger: number | undefined;
  /** Whether clients are given that time. */
  readonly lingers: boolean;
}

/** Wraps a handler so that it can drain. */
export function createDraining(handler: { readonly fetch: Fetch }): Draining {
  const uploads = new Set<Promise<void>>();
  let isStopping = false;
  return {
    fetch(request, info) {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD") {
        const { completed } = info;
        uploads.add(completed);
        const done = () => uploads.delete(completed);
        completed.then(done, done);
      }
      return isStopping ? closing(handler.fetch(request, info)) : handler.fetch(request, info);
    },
    announce: () => void (isStopping = true),
    isStopping: () => isStopping,
    async uploads() {
      while (uploads.size > 0) await Promise.allSettled(uploads);
    },
  };
}

async function closing(answer: Response | Promise<Response>): Promise<Response> {
  return withHeader(await answer, "connection", "close");
}

/**
 * Stops a server. An endless stream is cut when most of the time is over, so that its `after()` still runs; a handler that
 * never returns is not waited for any longer.
 *
 * @param draining The wrapped handler.
 * @param handler The handler itself.
 * @param close Closes the listener; settles when the responses in flight are sent.
 * @param times How long it takes.
 */
export async function stopInOrder(
  draining: Draining,
  handler: Stoppable,
  close: () => Promise<void>,
  { grace, linger, lingers }: StopTimes,
): Promise<void> {
  const total = lingers ? grace + (linger ?? 0) : grace;
  const cut = setTimeout(handler.cut, handler.cutsAfter ?? Math.max(total - AFTER_CUT_MS, 0));
  const late = Promise.withResolvers<void>();
  const limit = setTimeout(late.resolve, total);
  draining.announce();
  try {
    const before = lingers
      ? Promise.all([delay(linger ?? Math.min(LINGER_MS, grace / 2)), draining.uploads()])
      : draining.uploads();
    await Promise.race([before, late.promise]);
    await Promise.race([close().then(handler.drain), late.promise]);
  } finally {
    clearTimeout(cut);
    clearTimeout(limit);
  }
}
