import type { WalkEntry } from "./walk.d.ts";

export type { WalkEntry };

/** How a glob is read. */
export interface GlobOptions {
  /** Extended syntax such as `@(a|b)`. @default {true} */
  extended?: boolean;
  /** `**` crosses folders. @default {true} */
  globstar?: boolean;
  /** Ignores case. @default {false} */
  caseInsensitive?: boolean;
}

/** Options of {@linkcode expandGlob}. */
export interface ExpandGlobOptions extends GlobOptions {
  /** Where a relative glob starts. @default {Deno.cwd()} */
  root?: string;
  /** Globs of what to leave out. @default {[]} */
  exclude?: string[];
  /** Yields folders. @default {true} */
  includeDirs?: boolean;
  /** Follows links. @default {false} */
  followSymlinks?: boolean;
  /** Yields the real path of a followed link. @default {true} */
  canonicalize?: boolean;
}

/** Everything that matches `glob`, with absolute paths. */
export function expandGlob(glob: string | URL, options?: ExpandGlobOptions): AsyncIterableIterator<WalkEntry>;

/** Everything that matches `glob`, with absolute paths, synchronously. */
export function expandGlobSync(glob: string | URL, options?: ExpandGlobOptions): IterableIterator<WalkEntry>;
