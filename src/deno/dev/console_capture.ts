/**
 * Captures what is printed while a request is answered. It is still printed to the terminal, and also stored with the
 * request.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";
import type { OutputLine } from "./page/state.ts";

const LEVELS: readonly OutputLine["level"][] = ["log", "info", "warn", "error", "debug"];

/** The maximum number of stored calls for each request, and of their characters in total. */
const MAX_CALLS = 200, MAX_LENGTH = 32_000;

const current = new AsyncLocalStorage<OutputLine[]>();
let isCapturing = false;

/** Runs a function, and adds its output, including later output, to `lines`. */
export function captureOutput<Result>(lines: OutputLine[], run: () => Result): Result {
  if (!isCapturing) wrapConsole();
  isCapturing = true;
  return current.run(lines, run);
}

/** Returns the output of the current request. */
export function getOutput(): readonly OutputLine[] {
  return current.getStore() ?? [];
}

/** Runs a function whose output does not belong to a request. */
export function withoutCapture(run: () => void): void {
  current.exit(run);
}

function wrapConsole(): void {
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
  const free = MAX_LENGTH - lines.reduce((sum, { text }) => sum + text.length, 0);
  if (lines.length < MAX_CALLS && free > 0) lines.push({ level, text: format(...args).slice(0, free) });
}
