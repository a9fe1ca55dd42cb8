/**
 * Reads small bodies without a stream, which takes a quarter of the time.
 *
 * @module
 */

import { getReceivedHeader, readReceivedText } from "../http/received_request.ts";
import { beginWait, type BodyWait, endWait } from "./body_wait.ts";
import { getBodyLimit } from "./request_body.ts";
import type { RequestScope } from "./request_scope.ts";

/** The largest body that is read at once, in bytes: it arrives with the headers, or soon after them. */
const MAX_SMALL_BYTES = 16_384;

/** How many microtasks a read may take before it counts as a wait. */
const MICROTASKS = 5;

/**
 * Reads the text of a small body that nothing has read yet.
 *
 * @returns `undefined` if the body has to be read as a stream: because its size is unknown or large, or another reader
 * has begun.
 * @throws {BodyError} If the client stops sending.
 */
export function readSmallText(scope: RequestScope): Promise<string> | undefined {
  // Only a server makes sure that a body has the announced size.
  if (scope.info === undefined || scope.body !== undefined || scope.isBodyGuarded) return undefined;
  const size = Number(getReceivedHeader(scope.received, "content-length") ?? NaN);
  return size <= Math.min(MAX_SMALL_BYTES, getBodyLimit(scope)) ? readText(scope) : undefined;
}

async function readText(scope: RequestScope): Promise<string> {
  const text = await readInTime(scope);
  // Unlike `TextDecoder`, Deno keeps a byte order mark.
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

async function readInTime(scope: RequestScope): Promise<string> {
  let isRead = false;
  const reading = readReceivedText(scope.received).finally(() => isRead = true);
  reading.catch(() => {});
  // Deno takes two microtasks to read a body that has arrived, and a wait costs more than that.
  for (let i = 0; i < MICROTASKS && !isRead; i++) await null;
  return isRead ? await reading : await waitFor(reading, scope);
}

async function waitFor(reading: Promise<string>, scope: RequestScope): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  const wait: BodyWait = { scope, cancel: reject, since: 0 };
  beginWait(wait);
  try {
    return await Promise.race([reading, promise]);
  } finally {
    endWait(wait);
  }
}
