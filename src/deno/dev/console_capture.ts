/**
 * What is printed while a request is answered: `console` goes on to the terminal, and is noted with the request.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";

/** A call of `console`. */
export interface OutputLine {
  /** The method: `log`, `info`, `warn`, `error`, `debug`. */
  readonly level: typeof LEVELS[number];
  /** What was printed. */
  readonly text: string;
}

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;

/** How many calls of a request are noted, and how many characters of them all. */
const CALLS = 200, LENGTH = 32_000;

const current = new AsyncLocalStorage<OutputLine[]>();
let isNoting = false;

/** Runs a function; what it prints, then or later, is added to `lines`. */
export function notingOutput<Result>(lines: OutputLine[], run: () => Result): Result {
  if (!isNoting) noteConsole();
  isNoting = true;
  return current.run(lines, run);
}

/** What the request printed that is being answered here. */
export function currentOutput(): readonly OutputLine[] {
  return current.getStore() ?? [];
}

/** Runs a function whose output belongs to no request. */
export function unnoted(run: () => void): void {
  current.exit(run);
}

function noteConsole(): void {
  for (const level of LEVELS) {
    const print = console[level];
    console[level] = (...args: unknown[]) => {
      const lines = current.getStore();
      if (lines !== undefined) noteCall(lines, level, args);
      print.apply(console, args);
    };
  }
}

function noteCall(lines: OutputLine[], level: OutputLine["level"], args: readonly unknown[]): void {
  const free = LENGTH - lines.reduce((sum, { text }) => sum + text.length, 0);
  if (lines.length < CALLS && free > 0) lines.push({ level, text: format(...args).slice(0, free) });
}
