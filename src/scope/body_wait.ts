/**
 * Refuses request bodies whose client sends nothing for too long.
 *
 * @module
 */

import { BodyError } from "../http/body_error.ts";
import type { RequestScope } from "./request_scope.ts";

/** A read that waits for bytes of a body. */
export interface BodyWait {
  readonly scope: RequestScope;
  /** Ends the read with an error. */
  cancel(error: BodyError): void;
  /** When the wait began, in milliseconds of the monotonic clock. */
  since: number;
}

/** How often the waits are checked, in milliseconds. */
const CHECK_INTERVAL_MS = 1000;

/** One timer checks all waits: a timer for each would cost more than reading a small body. */
const waits = new Set<BodyWait>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Begins a wait, or begins it again. */
export function beginWait(wait: BodyWait): void {
  wait.since = performance.now();
  waits.add(wait);
  timer ??= setInterval(refuseStalled, CHECK_INTERVAL_MS);
}

/** Ends a wait. */
export function endWait(wait: BodyWait): void {
  waits.delete(wait);
  if (waits.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** Records why a body is refused: a handler that catches the error must not answer 200. */
export function refuseBody(scope: RequestScope, error: BodyError): BodyError {
  return scope.refusal ??= error;
}

function refuseStalled(): void {
  const now = performance.now();
  for (const wait of waits) {
    const { scope, since } = wait, { timeout } = scope.application.body;
    if (now - since < timeout) continue;
    const reason = `no bytes came for ${Math.round(timeout / 1000)} s`;
    wait.cancel(refuseBody(scope, new BodyError(408, `Cannot read the request body: ${reason}`)));
  }
}
