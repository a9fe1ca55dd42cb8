/**
 * Reads small bodies without a stream, which takes a quarter of the time.
 *
 * @module
 */

import { getReceivedHeader, readReceivedText, takeReceivedText } from "../http/received_request.ts";
import { beginWait, type BodyWait, endWait } from "./body_wait.ts";
import { getBodyLimit } from "./request_body.ts";
import type { RequestScope } from "./request_scope.ts";

/** The largest body that is read at once, in bytes: it arrives with the headers, or soon after them. */
const MAX_SMALL_BYTES = 16_384;

/**
 * Reads the text of a small body that has arrived and that nothing has read yet. It does not look at the body otherwise,
 * which would create a stream.
 *
 * @returns `undefined` for any other body.
 */
export function takeSmallText(scope: RequestScope): string | undefined {
  const text = isSmall(scope) ? takeReceivedText(scope.received) : null;
  if (text === null) return undefined;
  // Unlike `request.text()`, Deno does not remove a byte order mark here.
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/**
 * Reads the text of a small body that nothing has read yet.
 *
 * @returns `undefined` if the body has to be read as a stream: because its size is unknown or large, or another reader
 * has begun. Rejects with a `BodyError` if the client stops sending.
 */
export function waitForSmallText(scope: RequestScope): Promise<string> | undefined {
  return isSmall(scope) ? readText(scope) : undefined;
}

/** Whether a body is small, and unchanged. Only a server makes sure that it has the announced size. */
function isSmall(scope: RequestScope): boolean {
  if (scope.info === undefined || scope.body !== undefined || scope.isBodyGuarded) return false;
  const size = getReceivedHeader(scope.received, "content-length");
  return size !== null && Number(size) <= Math.min(MAX_SMALL_BYTES, getBodyLimit(scope));
}

/** How many microtasks a read may take before it counts as a wait. */
const MICROTASKS = 5;

async function readText(scope: RequestScope): Promise<string> {
  let isRead = false;
  const reading = readReceivedText(scope.received).finally(() => isRead = true);
  reading.catch(() => {});
  // Deno takes two microtasks to read a body that has arrived, and a wait costs more than that.
  for (let i = 0; i < MICROTASKS && !isRead; i++) await null;
  return await (isRead ? reading : waitFor(reading, scope));
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
