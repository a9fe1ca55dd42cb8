/** An entry that {@linkcode walk} or `expandGlob` found. */
export interface WalkEntry extends Deno.DirEntry {
  /** The full path, starting with the given root. */
  path: string;
}

/** Options of {@linkcode walk}. */
export interface WalkOptions {
  /** How many levels to enter. @default {Infinity} */
  maxDepth?: number;
  /** Yields files. @default {true} */
  includeFiles?: boolean;
  /** Yields folders. @default {true} */
  includeDirs?: boolean;
  /** Yields links, unless they are followed. @default {true} */
  includeSymlinks?: boolean;
  /** Follows links. @default {false} */
  followSymlinks?: boolean;
  /** Yields the real path of a followed link. @default {true} */
  canonicalize?: boolean;
  /** Only these extensions, with or without their dot. */
  exts?: string[];
  /** Only paths that match one of these. */
  match?: RegExp[];
  /** No path that matches one of these, and nothing below it. */
  skip?: RegExp[];
}

/** Everything below `root`, `root` included. */
export function walk(root: string | URL, options?: WalkOptions): AsyncIterableIterator<WalkEntry>;

/** Everything below `root`, `root` included, synchronously. */
export function walkSync(root: string | URL, options?: WalkOptions): IterableIterator<WalkEntry>;
