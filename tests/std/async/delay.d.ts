/** Options of {@linkcode delay}. */
export interface DelayOptions {
  /** Rejects early. */
  signal?: AbortSignal;
  /** Keeps the process alive. @default {true} */
  persistent?: boolean;
}

/** Resolves after `ms`. */
export function delay(ms: number, options?: DelayOptions): Promise<void>;
