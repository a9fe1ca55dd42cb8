/**
 * A timer for work that may take as long as it makes progress.
 *
 * @module
 */

/** Aborts work that makes no progress. */
export interface IdleTimer {
  /** Aborts with a `TimeoutError`. */
  readonly signal: AbortSignal;
  /** Starts the wait again, because the work has made progress. */
  restart(): void;
  /** Ends the timer: it aborts nothing from now on, and cannot be restarted. */
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
  let isStopped = idleMs === Infinity;
  const restart = () => {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => controller.abort(new DOMException(message, "TimeoutError")), idleMs);
  };
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
  };
  restart();
  return { signal: controller.signal, restart, stop };
}
