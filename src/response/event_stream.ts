/**
 * Server-sent events.
 *
 * @module
 */

import { type ServerSentEventMessage, ServerSentEventStream } from "@std/http/server-sent-event-stream";
import { writeLog } from "../log/log.ts";

/** An event of {@linkcode eventStream}. */
export interface ServerSentEvent {
  /** The data: a string, of any number of lines; anything else is sent as JSON. */
  readonly data?: unknown;
  /** The type, which clients listen for. Default: `message`. */
  readonly event?: string | undefined;
  /** The id that the client sends as `Last-Event-ID` when it reconnects. */
  readonly id?: string | number | undefined;
  /** The time that the client waits before it reconnects, in milliseconds. */
  readonly retry?: number | undefined;
}

/** Options of {@linkcode eventStream}. */
export interface EventStreamOptions {
  /**
   * The time without events after which a comment is sent, in milliseconds. It keeps proxies from closing the
   * connection, and detects clients that are gone. The first comment is sent after at most 50 ms, so that the
   * connection opens. Default: 15,000.
   */
  heartbeatMs?: number;
}

const HEARTBEAT_MS = 15_000;

/** The time after which the first comment is sent. The connection of a client opens with the first bytes. */
const OPENING_MS = 50;

/** The longest delay that a timer supports. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Streams events to an `EventSource`. The generator runs as fast as the client reads; it is stopped by `return()`, and
 * its signal aborts, when the client disconnects or the server stops.
 *
 * The events are encoded by `@std/http`. An event whose `event` or `id` has a line break, which could forge another
 * event, ends the stream with an error, and so does an error of the generator; the client then reconnects.
 *
 * @param request The request.
 * @param source Generates the events. It receives the signal, and the id of the last event that the client received, if
 * it reconnects.
 * @param options The heartbeat.
 * @throws {RangeError} If the time of the heartbeat is invalid.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @example
 * ```ts
 * import { eventStream } from "@x/routes/response";
 * import { assertEquals } from "@std/assert";
 *
 * const GET = (request: Request) =>
 *   eventStream(request, async function* (_signal, lastEventId) {
 *     for (let id = Number(lastEventId ?? 0) + 1; id <= 3; id++) yield { id, data: { count: id } };
 *   });
 *
 * const request = new Request("http://localhost/", { headers: { "last-event-id": "2" } });
 * assertEquals(await GET(request).text(), 'data:{"count":3}\nid:3\n\n');
 * ```
 */
export function eventStream(
  request: Request,
  source: (signal: AbortSignal, lastEventId: string | undefined) => AsyncIterable<ServerSentEvent>,
  { heartbeatMs = HEARTBEAT_MS }: EventStreamOptions = {},
): Response {
  if (!(heartbeatMs > 0) || heartbeatMs > MAX_TIMER_MS) {
    throw new RangeError(`Cannot send a heartbeat every ${heartbeatMs} ms: expected a number up to ${MAX_TIMER_MS}`);
  }
  const leaving = new AbortController();
  const signal = AbortSignal.any([request.signal, leaving.signal]);
  const events = source(signal, getLastEventId(request))[Symbol.asyncIterator]();
  /** The event that is being generated, while heartbeats are sent. */
  let next: Promise<IteratorResult<ServerSentEvent>> | undefined;
  let silenceMs = Math.min(OPENING_MS, heartbeatMs);

  const messages = new ReadableStream<ServerSentEventMessage>({
    async pull(controller) {
      next ??= events.next();
      const result = await orAfter(next, silenceMs, leaving.signal);
      if (leaving.signal.aborted) return;
      silenceMs = heartbeatMs;
      if (result === undefined) return controller.enqueue({ comment: "" });
      next = undefined;
      if (result.done) return controller.close();
      try {
        controller.enqueue(toMessage(result.value));
      } catch (error) {
        stop();
        throw error;
      }
    },
    cancel: stop,
  }, { highWaterMark: 0 });

  function stop(): void {
    leaving.abort();
    // Not awaited: a generator that ignores the signal must not hold up the connection.
    Promise.resolve(events.return?.()).catch((error) => writeLog("error", "Cannot stop an event stream:", { error }));
  }

  return new Response(messages.pipeThrough(new ServerSentEventStream()), {
    headers: {
      "content-type": "text/event-stream",
      // A proxy that compresses would delay events, and so would nginx without the last header.
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

/** Returns the result of a promise, or `undefined` if it takes too long or the signal aborts. */
async function orAfter<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  // Node.js 20 has no `Promise.withResolvers()`.
  let stop = () => {};
  const end = new Promise<undefined>((resolve) => stop = () => resolve(undefined));
  const timer = setTimeout(stop, ms);
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function toMessage({ data, event, id, retry }: ServerSentEvent): ServerSentEventMessage {
  if (String(id ?? "").includes("\0")) {
    throw new TypeError("Cannot send an event: its id has a NUL, which clients ignore");
  }
  if (retry !== undefined && !(Number.isInteger(retry) && retry >= 0)) {
    throw new TypeError(`Cannot send an event: retry is ${retry}, expected milliseconds`);
  }
  return {
    ...(event === undefined ? {} : { event }),
    ...(data === undefined ? {} : { data: typeof data === "string" ? data : JSON.stringify(data) }),
    ...(id === undefined ? {} : { id }),
    ...(retry === undefined ? {} : { retry }),
  };
}

/** The header is UTF-8, which `Headers` decodes as one character for each byte. */
function getLastEventId({ headers }: Request): string | undefined {
  const bytes = Uint8Array.from(headers.get("last-event-id") ?? "", (char) => char.charCodeAt(0));
  return new TextDecoder().decode(bytes) || undefined;
}
