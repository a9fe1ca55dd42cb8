/**
 * The body of a request: how much of it is read, and how long it may stand still.
 *
 * @module
 */

import { BodyError } from "../http/body_error.ts";
import { joinChunks } from "../http/chunks.ts";
import { formatByteSize } from "../http/byte_size.ts";
import { createFormReader } from "../http/multipart.ts";
import { getReceivedHeader } from "../http/received_request.ts";
import type { RequestScope } from "./request_scope.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type BodyStream = ReadableStream<Bytes>;

/** How often bodies under way are looked at, in milliseconds. */
const WATCH_MS = 1000;

/** A body that somebody waits for. */
interface Reading {
  readonly scope: RequestScope;
  readonly reader: ReadableStreamDefaultReader<Bytes>;
  /** When the last bytes came, in milliseconds of the monotonic clock. */
  since: number;
}

/** One timer watches all bodies: one for each would cost more than reading a small body does. */
const readings = new Set<Reading>();
let watch: ReturnType<typeof setInterval> | undefined;

/** The limit of a request's body in bytes. */
export function getBodyLimit({ bodyLimit, route, application }: RequestScope): number {
  return bodyLimit ?? route.bodyLimit ?? application.body.limit;
}

/** Whether somebody asked for the limit, so that it holds for streams that are read by hand too. */
function isLimitChosen({ bodyLimit, route, application }: RequestScope): boolean {
  return bodyLimit !== undefined || route.bodyLimit !== undefined || application.body.isLimitChosen;
}

/** Refuses the body of a request before its handler runs, where its size is known and somebody chose a limit. */
export function refuseKnownSize(scope: RequestScope): BodyError | undefined {
  if (!isLimitChosen(scope)) return undefined;
  const limit = getBodyLimit(scope);
  return Number(getReceivedHeader(scope.received, "content-length")) > limit
    ? refuse(scope, createTooLargeError(limit))
    : undefined;
}

/** Reads a whole body. */
export async function readBody(stream: BodyStream, scope: RequestScope): Promise<Bytes> {
  const chunks: Bytes[] = [];
  const size = await readChunks(stream, scope, (chunk) => void chunks.push(chunk));
  return joinChunks(chunks, size);
}

/** Reads a form, without its whole body in memory. */
export async function readForm(stream: BodyStream | null, contentType: string, scope: RequestScope): Promise<FormData> {
  const reader = createFormReader(contentType, scope.application.body.formFields);
  try {
    if (stream !== null) await readChunks(stream, scope, reader.push);
    return await reader.end();
  } catch (error) {
    throw error instanceof BodyError ? refuse(scope, error) : error;
  }
}

/** Reads a body up to its limit, and returns its size. */
async function readChunks(stream: BodyStream, scope: RequestScope, onChunk: (chunk: Bytes) => void): Promise<number> {
  const limit = getBodyLimit(scope);
  let size = 0;
  const reading = startReading(stream, scope);
  try {
    for (let chunk = await readChunk(reading); chunk !== null; chunk = await readChunk(reading)) {
      size += chunk.byteLength;
      if (size > limit) throw refuse(scope, createTooLargeError(limit));
      onChunk(chunk);
    }
  } catch (error) {
    reading.reader.cancel(error).catch(() => {});
    throw error;
  } finally {
    endReading(reading);
  }
  return size;
}

/** The stream of a body for who reads it by hand: of any size unless somebody chose a limit, but not for ever. */
export function guardBody(stream: BodyStream, scope: RequestScope): BodyStream {
  const limit = isLimitChosen(scope) ? getBodyLimit(scope) : Infinity;
  let size = 0;
  let reading: Reading | undefined;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      reading ??= startReading(stream, scope);
      const chunk = await readChunk(reading).finally(() => endReading(reading!));
      size += chunk?.byteLength ?? 0;
      if (size > limit) {
        // The server keeps the connection open for a body that somebody may still read.
        reading.reader.cancel().catch(() => {});
        throw refuse(scope, createTooLargeError(limit));
      }
      if (chunk !== null) return controller.enqueue(chunk);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    async cancel(reason) {
      await (reading?.reader.cancel(reason) ?? stream.cancel(reason));
    },
  });
}

/**
 * Splits a body into several, each read at its own speed. What one has read and another not is kept in between, once,
 * and up to the limit: `tee()` would keep a copy for each, without end.
 */
export function splitBody(stream: BodyStream, scope: RequestScope, count: number): BodyStream[] {
  const limit = getBodyLimit(scope);
  const reader = stream.getReader();
  const branches = new Set<{ chunks: Bytes[]; size: number }>();
  let isDone = false;
  let next: Promise<void> | undefined;

  async function readNext(): Promise<void> {
    const { done, value } = await reader.read();
    isDone = done;
    for (const branch of branches) {
      if (done) continue;
      branch.chunks.push(value);
      branch.size += value.byteLength;
      if (branch.size <= limit) continue;
      const error = refuse(scope, createTooLargeError(limit));
      for (const each of branches) each.chunks.length = 0;
      reader.cancel(error).catch(() => {});
      throw error;
    }
  }

  function createBranch(): BodyStream {
    const own = { chunks: [] as Bytes[], size: 0 };
    branches.add(own);
    return new ReadableStream({
      type: "bytes",
      async pull(controller) {
        while (own.chunks.length === 0 && !isDone) await (next ??= readNext().finally(() => next = undefined));
        const chunk = own.chunks.shift();
        own.size -= chunk?.byteLength ?? 0;
        // A copy: who gets the bytes may change them.
        if (chunk !== undefined) return controller.enqueue(chunk.slice());
        controller.close();
        controller.byobRequest?.respond(0);
      },
      async cancel(reason) {
        branches.delete(own);
        if (branches.size === 0) await reader.cancel(reason);
      },
    });
  }

  return Array.from({ length: count }, createBranch);
}

function startReading(stream: BodyStream, scope: RequestScope): Reading {
  return { scope, reader: stream.getReader(), since: 0 };
}

/** Gives the next bytes, or `null` at the end. */
async function readChunk(reading: Reading): Promise<Bytes | null> {
  reading.since = performance.now();
  readings.add(reading);
  watch ??= setInterval(refuseStanding, WATCH_MS);
  const { scope, reader } = reading;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (scope.refusal !== undefined) throw scope.refusal;
      if (done) return null;
      // Deno gives an empty body as one empty chunk, which no stream may pass on.
      if (value.byteLength > 0) return value;
    }
  } catch (error) {
    // What a proxy has read before may have been refused there.
    throw error instanceof BodyError ? refuse(scope, error) : error;
  }
}

function endReading(reading: Reading): void {
  readings.delete(reading);
  if (readings.size > 0) return;
  clearInterval(watch);
  watch = undefined;
}

function refuseStanding(): void {
  const now = performance.now();
  for (const { scope, reader, since } of readings) {
    const { timeout } = scope.application.body;
    if (now - since < timeout) continue;
    const reason = `no bytes came for ${Math.round(timeout / 1000)} s`;
    // The read that waits ends, and finds the refusal.
    reader.cancel(refuse(scope, new BodyError(408, `Cannot read the request body: ${reason}`))).catch(() => {});
  }
}

/** Notes why a body is refused: a handler that swallows the error does not answer 200. */
function refuse(scope: RequestScope, error: BodyError): BodyError {
  return scope.refusal ??= error;
}

function createTooLargeError(limit: number): BodyError {
  const fix = "send less, or raise bodyLimit";
  return new BodyError(413, `Cannot read the request body: it is larger than ${formatByteSize(limit)}, ${fix}`);
}
