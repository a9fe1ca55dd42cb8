/**
 * Finds out whether code waits for anything outside of the process.
 *
 * @module
 */

// The originals: they may be replaced while a response is generated (impure_calls.ts).
const { setImmediate } = globalThis;

/**
 * How many turns of the event loop code may take without waiting for anything. Streams and imports of loaded modules
 * take one; the shortest answer from a socket takes more than ten.
 */
const MAX_IDLE_TURNS = 3;

/** Work that code waits for and that is no reason to call it dynamic, such as reads of the cache. */
export class PendingWork {
  readonly #pending = new Set<Promise<unknown>>();
  readonly #stop = Promise.withResolvers<void>();
  #isStopped = false;

  /** Whether all work has settled. */
  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Adds work until it settles. */
  add<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.then(() => {}, () => {}).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return work;
  }

  /** Whether there is no need to wait for it, because the code is dynamic anyway. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Ends all waits. */
  stop(): void {
    this.#isStopped = true;
    this.#stop.resolve();
  }

  /** Resolves when some of the work has settled, or at the end of all waits. */
  async next(): Promise<void> {
    await Promise.race([...this.#pending, this.#stop.promise]);
  }
}

/**
 * Whether a promise settles without waiting for anything but the work that is given.
 *
 * @param promise The promise; its rejection counts as settled.
 * @param work What it may wait for.
 */
export async function settlesAlone(promise: Promise<unknown>, work: PendingWork): Promise<boolean> {
  let isSettled = false;
  const settled = promise.then(() => {}, () => {}).then(() => void (isSettled = true));
  for (let turn = 0; turn < MAX_IDLE_TURNS && !isSettled && !work.isStopped; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isSettled || work.isEmpty) continue;
    await Promise.race([settled, work.next()]);
    turn = -1;
  }
  return isSettled;
}
