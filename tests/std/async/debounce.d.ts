/** What {@linkcode debounce} returns. */
export interface DebouncedFunction<T extends Array<unknown>> {
  /** Calls later, and forgets the call that waits. */
  (...args: T): void;
  /** Forgets the call that waits. */
  clear(): void;
  /** Makes the call that waits, now. */
  flush(): void;
  /** Whether a call waits. */
  readonly pending: boolean;
}

/** Options of {@linkcode debounce}. */
export interface DebounceOptions {
  /** Forgets the call that waits. */
  signal?: AbortSignal;
}

/** Calls `fn` once no call came for `wait` milliseconds. */
export function debounce<T extends Array<unknown>>(
  fn: (this: DebouncedFunction<T>, ...args: T) => void,
  wait: number,
  options?: DebounceOptions,
): DebouncedFunction<T>;
