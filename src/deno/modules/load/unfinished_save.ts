/**
 * Telling a file that is being saved from one that is saved: editors empty a file and then write it, and on a busy machine
 * there is time between.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { dirname } from "@std/path";

/** What a save is held against: how long a text was, and how it ended. */
export interface TextShape {
  /** Its length. */
  readonly length: number;
  /** Its last character. */
  readonly last: string;
}

/** Knows what files looked like when they were whole. */
export interface SaveGuard {
  /**
   * Waits until files look as if they were written to their end.
   *
   * @param paths The files; what is no file is not waited for.
   * @param patience How long a file must have been as it is, in milliseconds, though it looks whole. Default: no time.
   * @returns Those that are not there.
   */
  finished(paths: Iterable<string>, patience?: number): Promise<ReadonlySet<string>>;
  /** Takes a text of a file for whole. */
  accept(path: string, shape: TextShape): void;
}

/** How long a file stays empty, away, or open for whoever writes it, before that is meant, in milliseconds. */
export const EMPTY_MS = 400;

/** The same for a file that looks cut, or cannot be imported: most of these are meant. */
export const CUT_MS = 120;

/** How often a file is looked at, in milliseconds. */
const POLL_INTERVAL_MS = 8;

/**
 * How much a look counts at most, in milliseconds: whatever keeps this process from looking keeps the editor from writing
 * too.
 */
const MAX_COUNTED_MS = 12;

/** How much the first look counts at most, in milliseconds: a change is told when nothing has happened for a while. */
const MAX_FIRST_MS = 20;

/** By how many times the patience a file must be older to need no second look. */
const SETTLED_FACTOR = 4;

/** How long a file is waited for in all, in milliseconds: some are written all the time. */
const MAX_WAIT_MS = 2000;

/** A file that lost more than this part of its text may have more to come. */
const MAX_LOST_PART = 1 / 8;

/**
 * Makes a guard.
 *
 * @param isBeingWritten Whether a file has been written to and not been closed since, where the system tells of that.
 */
export function createSaveGuard(isBeingWritten: (path: string) => boolean): SaveGuard {
  const whole = new Map<string, TextShape>();
  /** The last look at each file. */
  const looks = new Map<string, Look>();

  /** Waits for a file; says whether it is there. */
  async function finished(path: string, atLeast: number): Promise<boolean> {
    let last: Look | undefined;
    for (const start = performance.now();; await delay(POLL_INTERVAL_MS)) {
      const stat = await Deno.stat(path).catch(() => null);
      // What is gone may be gone once more; a file that is there has a time that tells.
      last = createLook(stat === null ? last : last ?? looks.get(path), stat);
      looks.set(path, last);
      const patience = Math.max(atLeast, await getPatience(path, stat));
      const isEnough = last.quiet >= patience || getAge(stat) >= patience * SETTLED_FACTOR ||
        performance.now() - start > MAX_WAIT_MS;
      if (isEnough) return stat !== null;
    }
  }

  async function getPatience(path: string, stat: Deno.FileInfo | null): Promise<number> {
    // An editor moves a file away, and not its folder.
    if (stat === null) return whole.has(path) && await exists(dirname(path)) ? EMPTY_MS : 0;
    if (!stat.isFile || getAge(stat) >= EMPTY_MS * SETTLED_FACTOR) return 0;
    if (isBeingWritten(path)) return EMPTY_MS;
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text.trim() === "") return EMPTY_MS;
    return looksCut(getTextShape(text), whole.get(path)) ? CUT_MS : 0;
  }

  return {
    async finished(paths, patience = 0) {
      const all = [...paths];
      const there = await Promise.all(all.map((path) => finished(path, patience)));
      return new Set(all.filter((_, index) => !there[index]));
    },
    accept: (path, shape) => void whole.set(path, shape),
  };
}

/** A look at a file. */
interface Look {
  /** What differs when the file has changed. */
  readonly stamp: string;
  /** When it was. */
  readonly at: number;
  /** How long the file had been seen as it is, late looks left out. */
  readonly quiet: number;
}

function createLook(last: Look | undefined, stat: Deno.FileInfo | null): Look {
  const stamp = `${stat?.mtime?.getTime()} ${stat?.size} ${stat?.ino}`, at = performance.now();
  if (last?.stamp === stamp) return { stamp, at, quiet: last.quiet + Math.min(MAX_COUNTED_MS, at - last.at) };
  return { stamp, at, quiet: Math.min(MAX_FIRST_MS, getAge(stat)) };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** How long ago a file was written, in milliseconds. A clock that differs from that of the disk is no reason to wait. */
function getAge(stat: Deno.FileInfo | null): number {
  return stat === null ? 0 : Math.abs(Date.now() - (stat.mtime?.getTime() ?? 0));
}

/** The shape of a text. */
export function getTextShape(text: string): TextShape {
  return { length: text.length, last: text.at(-1) ?? "" };
}

/**
 * Whether a text may be the beginning of one: it ends otherwise than the text that was there, or is much shorter. An edit
 * does that rarely.
 *
 * @param shape What is there now.
 * @param before What was there; without it nothing can be said.
 */
export function looksCut(shape: TextShape, before: TextShape | undefined): boolean {
  if (before === undefined) return false;
  return shape.last !== before.last || shape.length < before.length * (1 - MAX_LOST_PART);
}
