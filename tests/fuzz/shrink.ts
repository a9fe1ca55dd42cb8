/**
 * Makes inputs that show a mistake smaller.
 *
 * @module
 */

import type { Input } from "./area.ts";

/**
 * Smaller inputs of the same shape: texts and lists lose parts, numbers go towards 0. An object keeps its members, and a
 * list in a list its length, so that a check that takes the input takes the smaller ones too.
 *
 * @param input The input.
 * @param kept The names of members that stay as they are.
 */
export function smaller(input: Input, kept: readonly string[]): Generator<Input> {
  return smallerValues(input, kept, false);
}

function* smallerValues(input: Input, kept: readonly string[], isPair: boolean): Generator<Input> {
  if (typeof input === "string") {
    yield* withoutParts(input.length, (from, to) => input.slice(0, from) + input.slice(to));
  } else if (typeof input === "number") yield* smallerNumbers(input);
  else if (isList(input)) {
    if (!isPair) yield* withoutParts(input.length, (from, to) => [...input.slice(0, from), ...input.slice(to)]);
    for (const [index, value] of input.entries()) {
      for (const each of smallerValues(value, kept, true)) yield input.with(index, each);
    }
  } else if (typeof input === "object" && input !== null) {
    for (const [name, value] of Object.entries(input)) {
      if (kept.includes(name)) continue;
      for (const each of smallerValues(value, kept, false)) yield { ...input, [name]: each };
    }
  }
}

function isList(input: Input): input is readonly Input[] {
  return Array.isArray(input);
}

/** Halves go first, then quarters, down to single characters or items. */
function* withoutParts<Whole extends Input>(
  length: number,
  without: (from: number, to: number) => Whole,
): Generator<Whole> {
  for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < length; at += size) yield without(at, at + size);
  }
}

function* smallerNumbers(number: number): Generator<number> {
  if (number !== 0 && Number.isInteger(number)) {
    yield 0;
    if (Math.abs(number) > 1) yield Math.trunc(number / 2);
  }
}
