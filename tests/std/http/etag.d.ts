/** What {@linkcode eTag} needs of a `Deno.FileInfo`. */
export interface FileInfo {
  /** When the file was changed. */
  mtime: Date | null;
  /** Its length in bytes. */
  size: number;
}

/** Options of {@linkcode eTag}. */
export interface ETagOptions {
  /** The digest. @default {"SHA-256"} */
  algorithm?: AlgorithmIdentifier;
  /** Marks the tag as weak. @default {true} for a {@linkcode FileInfo}, otherwise `false` */
  weak?: boolean;
}

/** The `ETag` of a content. */
export function eTag(entity: string | Uint8Array<ArrayBuffer>, options?: ETagOptions): Promise<string>;

/** The `ETag` of a file, or `undefined` without `mtime`. */
export function eTag(entity: FileInfo, options?: ETagOptions): Promise<string | undefined>;

/** Whether an `If-Match` value names `etag`, by strong comparison. */
export function ifMatch(value: string | null, etag: string | undefined): boolean;

/** Whether an `If-None-Match` value does not name `etag`: `false` means 304. */
export function ifNoneMatch(value: string | null, etag: string | undefined): boolean;
