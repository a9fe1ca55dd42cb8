/**
 * A timer for work that may take as long as it makes progress.
 *
 * @module
 */

/** Aborts work that makes no progress. */
export interface IdleTimer {
  /** Aborts with a `TimeoutError`. */
  readonly signal: AbortSignal;
  /** Tells that the work has made progress. */
  restart(): void;
  /** Ends the timer; it aborts nothing from now on. */
  stop(): void;
}

/**
 * Starts a timer.
 *
 * @param idleMs How long the work may make no progress, in milliseconds; `Infinity` for no limit.
 * @param message What the `TimeoutError` says.
 */
export function startIdleTimer(idleMs: number, message: string): IdleTimer {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const restart = () => {
    stop();
    if (idleMs === Infinity) return;
    timer = setTimeout(() => controller.abort(new DOMException(message, "TimeoutError")), idleMs);
  };
  restart();
  return { signal: controller.signal, restart, stop };
}
