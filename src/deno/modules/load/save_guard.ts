/**
 * Detects files that are still being saved: editors truncate a file and then write it, and on a busy machine there is
 * time between the two.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { dirname } from "@std/path";

/** The properties of a text that saves are compared by. */
export interface TextShape {
  readonly length: number;
  /** The last character. */
  readonly last: string;
}

/** Remembers the shapes of completely saved files. */
export interface SaveGuard {
  /**
   * Waits until files look completely saved.
   *
   * @param paths The files; other paths are not waited for.
   * @param minQuietMs How long a file must be unchanged even if it looks complete, in milliseconds. Default: 0.
   * @returns The missing files.
   */
  waitForSaves(paths: Iterable<string>, minQuietMs?: number): Promise<ReadonlySet<string>>;
  /** Records the shape of a completely saved file. */
  accept(path: string, shape: TextShape): void;
}

/** After how long a file that is empty, missing, or open for writing is considered saved, in milliseconds. */
export const EMPTY_WAIT_MS = 400;

/** The same for a file that looks truncated, or cannot be imported: shorter, because most of these are intended. */
export const TRUNCATED_WAIT_MS = 120;

/** How often a file is checked, in milliseconds. */
const POLL_INTERVAL_MS = 8;

/**
 * How much time a check counts for at most, in milliseconds: whatever delays this process delays the editor too.
 */
const MAX_COUNTED_MS = 12;

/** The same for the first check: a change is reported after a quiet period, which counts. */
const MAX_FIRST_MS = 20;

/** A file that is older than its wait times this needs no second check. */
const SETTLED_FACTOR = 4;

/** The maximum time to wait for a file, in milliseconds: some are written continuously. */
const MAX_WAIT_MS = 2000;

/** A file that has lost more than this fraction of its text may be incomplete. */
const MAX_LOST_PART = 1 / 8;

/**
 * Creates a guard.
 *
 * @param isBeingWritten Whether a file has been written to but not closed, if the system reports that.
 */
export function createSaveGuard(isBeingWritten: (path: string) => boolean): SaveGuard {
  const saved = new Map<string, TextShape>();
  /** The last check of each file. */
  const checks = new Map<string, Check>();

  /** Waits for a file; returns whether it exists. */
  async function waitForSave(path: string, minQuietMs: number): Promise<boolean> {
    let last: Check | undefined;
    for (const start = performance.now();; await delay(POLL_INTERVAL_MS)) {
      const stat = await Deno.stat(path).catch(() => null);
      // A missing file may go missing again later, so start over; an existing file has a modification time to compare.
      last = createCheck(stat === null ? last : last ?? checks.get(path), stat);
      checks.set(path, last);
      const wait = Math.max(minQuietMs, await getWait(path, stat));
      const isEnough = last.quiet >= wait || getAge(stat) >= wait * SETTLED_FACTOR ||
        performance.now() - start > MAX_WAIT_MS;
      if (isEnough) return stat !== null;
    }
  }

  async function getWait(path: string, stat: Deno.FileInfo | null): Promise<number> {
    // An editor that saves a file may move the file away, but not its folder.
    if (stat === null) return saved.has(path) && await isFolder(dirname(path)) ? EMPTY_WAIT_MS : 0;
    if (!stat.isFile || getAge(stat) >= EMPTY_WAIT_MS * SETTLED_FACTOR) return 0;
    if (isBeingWritten(path)) return EMPTY_WAIT_MS;
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text.trim() === "") return EMPTY_WAIT_MS;
    return looksTruncated(getTextShape(text), saved.get(path)) ? TRUNCATED_WAIT_MS : 0;
  }

  return {
    async waitForSaves(paths, minQuietMs = 0) {
      const all = [...paths];
      const existing = await Promise.all(all.map((path) => waitForSave(path, minQuietMs)));
      return new Set(all.filter((_, index) => !existing[index]));
    },
    accept: (path, shape) => void saved.set(path, shape),
  };
}

/** A check of a file. */
interface Check {
  /** Differs after the file has changed. */
  readonly stamp: string;
  /** The time of the check. */
  readonly at: number;
  /** How long the file has been unchanged, not counting the delays of late checks. */
  readonly quiet: number;
}

function createCheck(last: Check | undefined, stat: Deno.FileInfo | null): Check {
  const stamp = `${stat?.mtime?.getTime()} ${stat?.size} ${stat?.ino}`, at = performance.now();
  if (last?.stamp === stamp) return { stamp, at, quiet: last.quiet + Math.min(MAX_COUNTED_MS, at - last.at) };
  return { stamp, at, quiet: Math.min(MAX_FIRST_MS, getAge(stat)) };
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

/** Returns the age of a file, in milliseconds. Absolute, so that a disk with a different clock causes no wait. */
function getAge(stat: Deno.FileInfo | null): number {
  return stat === null ? 0 : Math.abs(Date.now() - (stat.mtime?.getTime() ?? 0));
}

/** Returns the shape of a text. */
export function getTextShape(text: string): TextShape {
  return { length: text.length, last: text.at(-1) ?? "" };
}

/**
 * Whether a text may be truncated: it ends differently from the previous text, or is much shorter. Edits rarely do
 * that.
 *
 * @param shape The current shape.
 * @param before The previous shape; without it, the result is `false`.
 */
export function looksTruncated(shape: TextShape, before: TextShape | undefined): boolean {
  if (before === undefined) return false;
  return shape.last !== before.last || shape.length < before.length * (1 - MAX_LOST_PART);
}
