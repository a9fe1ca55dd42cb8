/** Options of {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Rejects early. */
  signal?: AbortSignal;
}

/** Rejects with a `TimeoutError` unless `p` settles within `ms`. */
export function deadline<T>(p: Promise<T>, ms: number, options?: DeadlineOptions): Promise<T>;
