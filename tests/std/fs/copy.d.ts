/** Options of {@linkcode copy}. */
export interface CopyOptions {
  /** Replaces what exists; otherwise that throws `AlreadyExists`. @default {false} */
  overwrite?: boolean;
  /** Keeps the access and modification times. @default {false} */
  preserveTimestamps?: boolean;
}

/** Copies a file, a link or a whole folder. */
export function copy(src: string | URL, dest: string | URL, options?: CopyOptions): Promise<void>;

/** Copies a file, a link or a whole folder, synchronously. */
export function copySync(src: string | URL, dest: string | URL, options?: CopyOptions): void;
