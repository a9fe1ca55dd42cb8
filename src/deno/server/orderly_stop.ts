/**
 * Stops a server without dropping requests in flight.
 *
 * Deno closes the listener and all idle connections immediately, and drops request bodies that are not read completely.
 * So a stop first asks clients to close their connections, and waits for uploads.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { withHeader } from "../../http/response_header.ts";
import type { Fetch } from "./request_watch.ts";

/** How long a stop waits for requests in flight by default, in milliseconds. */
export const GRACE_MS = 5000;

/** How long responses ask clients to close their connections before the listener closes, in milliseconds. */
const LINGER_MS = 500;

/**
 * How long before the end of the wait open streams are canceled, so that tasks of `after()` can still run, in
 * milliseconds.
 */
const AFTER_CUT_MS = 500;

/** A handler that can be stopped. */
export interface Stoppable {
  /** Settles when all work scheduled for after a response is done. */
  readonly drain: () => Promise<void>;
  /** Cancels all open response streams. */
  readonly cut: () => void;
  /** How long a stop waits before it cancels open streams, in milliseconds. Default: nearly all of its wait. */
  readonly cutsAfter?: number | undefined;
}

/** Answers requests until the server stops, and tracks those in flight. */
export interface Draining {
  /** Answers a request. */
  readonly fetch: Fetch;
  /** Makes each response from now on ask the client to close its connection. */
  announce(): void;
  /** Whether the server stops. */
  isStopping(): boolean;
  /** Settles when all requests with a body are answered. */
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
  // Counted, not collected: a set of them takes a tenth of the time of a small POST.
  let uploads = 0, isStopping = false;
  let idle: PromiseWithResolvers<void> | undefined;
  const finishUpload = () => {
    if (--uploads > 0) return;
    idle?.resolve();
    idle = undefined;
  };
  return {
    fetch(request, info) {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD") {
        uploads++;
        info.completed.then(finishUpload, finishUpload);
      }
      return isStopping ? closing(handler.fetch(request, info)) : handler.fetch(request, info);
    },
    announce: () => void (isStopping = true),
    isStopping: () => isStopping,
    async uploads() {
      while (uploads > 0) await (idle ??= Promise.withResolvers<void>()).promise;
    },
  };
}

async function closing(answer: Response | Promise<Response>): Promise<Response> {
  return withHeader(await answer, "connection", "close");
}

/**
 * Stops a server. Endless streams are canceled when most of the time is over, so that their `after()` tasks still run;
 * a handler that never returns is abandoned at the end.
 *
 * @param draining The wrapped handler.
 * @param handler The handler itself.
 * @param close Closes the listener, and settles when the responses in flight are sent.
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
