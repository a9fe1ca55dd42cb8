/**
 * Reads the body of a request within its limits.
 *
 * @module
 */

import { BodyError } from "../http/body_error.ts";
import { type ByteQueue, createByteQueue } from "../http/byte_queue.ts";
import { formatByteSize } from "../http/byte_size.ts";
import { createFormReader } from "../http/multipart.ts";
import { getReceivedHeader } from "../http/received_request.ts";
import { beginWait, type BodyWait, endWait, refuseBody } from "./body_wait.ts";
import type { RequestScope } from "./request_scope.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type BodyStream = ReadableStream<Bytes>;

/** A body that is being read. */
interface Reading extends BodyWait {
  readonly reader: ReadableStreamDefaultReader<Bytes>;
}

/** Returns the limit of a request body, in bytes. */
export function getBodyLimit({ bodyLimit, route, application }: RequestScope): number {
  return bodyLimit ?? route.bodyLimit ?? application.body.limit;
}

/** Whether the limit is explicit: it then also applies to streams that the handler reads itself. */
function isLimitChosen({ bodyLimit, route, application }: RequestScope): boolean {
  return bodyLimit !== undefined || route.bodyLimit !== undefined || application.body.isLimitChosen;
}

/** Refuses a body before its handler runs, if its size is known and the limit is explicit. */
export function refuseKnownSize(scope: RequestScope): BodyError | undefined {
  if (!isLimitChosen(scope)) return undefined;
  const limit = getBodyLimit(scope);
  return Number(getReceivedHeader(scope.received, "content-length")) > limit
    ? refuseBody(scope, createTooLargeError(limit))
    : undefined;
}

/** Reads a whole body. */
export async function readBody(stream: BodyStream, scope: RequestScope): Promise<Bytes> {
  const bytes = createByteQueue();
  await readChunks(stream, scope, bytes.push);
  return bytes.join();
}

/** Reads a form, without its whole body in memory. */
export async function readForm(stream: BodyStream | null, contentType: string, scope: RequestScope): Promise<FormData> {
  const reader = createFormReader(contentType, scope.application.body.formFields);
  try {
    if (stream !== null) await readChunks(stream, scope, reader.push);
    return await reader.end();
  } catch (error) {
    throw error instanceof BodyError ? refuseBody(scope, error) : error;
  }
}

/** Reads a body up to its limit. */
async function readChunks(stream: BodyStream, scope: RequestScope, onChunk: (chunk: Bytes) => void): Promise<void> {
  const limit = getBodyLimit(scope);
  let size = 0;
  const reading = startReading(stream, scope);
  try {
    for (let chunk = await readChunk(reading); chunk !== null; chunk = await readChunk(reading)) {
      size += chunk.byteLength;
      if (size > limit) throw refuseBody(scope, createTooLargeError(limit));
      onChunk(chunk);
    }
  } catch (error) {
    reading.reader.cancel(error).catch(() => {});
    throw error;
  } finally {
    endWait(reading);
  }
}

/** Returns the stream of a body for code that reads it itself: of any size unless the limit is explicit. */
export function guardBody(stream: BodyStream, scope: RequestScope): BodyStream {
  const limit = isLimitChosen(scope) ? getBodyLimit(scope) : Infinity;
  let size = 0;
  let reading: Reading | undefined;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      reading ??= startReading(stream, scope);
      const chunk = await readChunk(reading).finally(() => endWait(reading!));
      size += chunk?.byteLength ?? 0;
      if (size > limit) {
        // The server keeps the connection open for a body that may still be read.
        reading.reader.cancel().catch(() => {});
        throw refuseBody(scope, createTooLargeError(limit));
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
 * Splits a body into several, each read at its own speed. Chunks that only some have read are buffered once, up to the
 * limit: `tee()` would buffer a copy for each, without a limit.
 */
export function splitBody(stream: BodyStream, scope: RequestScope, count: number): BodyStream[] {
  const limit = getBodyLimit(scope);
  const reader = stream.getReader();
  const branches = new Set<ByteQueue>();
  let isDone = false;
  let next: Promise<void> | undefined;

  async function readNext(): Promise<void> {
    const { done, value } = await reader.read();
    isDone = done;
    for (const branch of branches) {
      if (done) continue;
      branch.push(value);
      if (branch.size <= limit) continue;
      const error = refuseBody(scope, createTooLargeError(limit));
      for (const each of branches) each.takeAll();
      reader.cancel(error).catch(() => {});
      throw error;
    }
  }

  function createBranch(): BodyStream {
    const own = createByteQueue();
    branches.add(own);
    return new ReadableStream({
      type: "bytes",
      async pull(controller) {
        while (own.size === 0 && !isDone) await (next ??= readNext().finally(() => next = undefined));
        const chunk = own.shift();
        // A copy, because a reader may change the bytes.
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
  const reader = stream.getReader();
  // The pending read ends, and finds the refusal.
  return { scope, reader, since: 0, cancel: (error) => void reader.cancel(error).catch(() => {}) };
}

/** Returns the next bytes, or `null` at the end. */
async function readChunk(reading: Reading): Promise<Bytes | null> {
  beginWait(reading);
  const { scope, reader } = reading;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (scope.refusal !== undefined) throw scope.refusal;
      if (done) return null;
      // Deno reads an empty body as one empty chunk, which a byte stream must not pass on.
      if (value.byteLength > 0) return value;
    }
  } catch (error) {
    // The body may have been refused while a proxy read it.
    throw error instanceof BodyError ? refuseBody(scope, error) : error;
  }
}

function createTooLargeError(limit: number): BodyError {
  const fix = "send less, or raise bodyLimit";
  return new BodyError(413, `Cannot read the request body: it is larger than ${formatByteSize(limit)}, ${fix}`);
}
