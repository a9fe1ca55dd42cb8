/** Options of {@linkcode exists}. */
export interface ExistsOptions {
  /** Must be readable by this user. @default {false} */
  isReadable?: boolean;
  /** Must be a folder; not together with `isFile`. @default {false} */
  isDirectory?: boolean;
  /** Must be a file; not together with `isDirectory`. @default {false} */
  isFile?: boolean;
}

/** Whether `path` exists and fits `options`. */
export function exists(path: string | URL, options?: ExistsOptions): Promise<boolean>;

/** Whether `path` exists and fits `options`, synchronously. */
export function existsSync(path: string | URL, options?: ExistsOptions): boolean;
