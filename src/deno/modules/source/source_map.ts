/**
 * Edits transpiled code, and adapts its source map.
 *
 * @see https://tc39.es/ecma426/
 * @module
 */

import { Buffer } from "node:buffer";

/** A part of a text, and the text that replaces it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A position; lines and columns start at 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Code, with its source map. */
export interface MappedCode {
  /** The code, without the comment with the map. */
  readonly text: string;
  /** The map, without its mappings. */
  readonly head: Readonly<Record<string, unknown>>;
  /** The mappings, in ascending order. */
  readonly segments: readonly Segment[];
}

/** A mapping: the position in the source of a position in the code. */
interface Segment extends Position {
  /** The position in the code. */
  readonly at: number;
  readonly source: number;
}

const COMMENT = /\n\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/;

/** Splits code with an inline source map; `undefined` if it has none. */
export function readMappedCode(code: string): MappedCode | undefined {
  const comment = COMMENT.exec(code);
  if (comment === null) return undefined;
  const text = code.slice(0, comment.index);
  const { mappings, ...head } = JSON.parse(Buffer.from(comment[1]!, "base64").toString());
  return { text, head: { ...head, names: [] }, segments: decodeMappings(String(mappings), getLineStarts(text)) };
}

/**
 * Creates a source map for code that was not transpiled.
 *
 * @param text The code.
 * @param url The URL of its file.
 * @param positions The positions to map, in ascending order.
 */
export function createMappedCode(text: string, url: string, positions: readonly number[]): MappedCode {
  const toPosition = createPositions(text);
  const segments = positions.map((at) => ({ at, source: 0, ...toPosition(at) }));
  return { text, head: { version: 3, sources: [url], sourcesContent: [text], names: [] }, segments };
}

/** Returns the position in the source of a position in the code. */
export function getSourcePosition({ text, segments }: MappedCode, at: number): Position {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const segment = segments.findLast((segment) => segment.at <= at);
  if (segment === undefined || segment.at < lineStart) return createPositions(text)(at);
  return { line: segment.line, column: segment.column };
}

/**
 * Edits code.
 *
 * @param code The code.
 * @param edits The edits. Those at one position are applied in order; an edit that overlaps an earlier one is ignored.
 * @returns The edited code, with an inline source map.
 */
export function editMappedCode({ text, head, segments }: MappedCode, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "", done = 0;
  const moved: Segment[] = [];
  const rest = segments.values();
  let segment = rest.next().value;
  const takeUntil = (end: number, toNew: (at: number) => number) => {
    for (; segment !== undefined && segment.at < end; segment = rest.next().value) {
      moved.push({ ...segment, at: toNew(segment.at) });
    }
  };
  for (const { start, end, text: inserted } of [...sorted, { start: text.length, end: text.length, text: "" }]) {
    if (start < done) continue;
    const shift = result.length - done;
    takeUntil(start, (at) => at + shift);
    result += text.slice(done, start);
    const begin = result.length;
    takeUntil(end, () => begin);
    result += inserted;
    done = end;
  }
  const map = JSON.stringify({ ...head, mappings: encodeMappings(moved, getLineStarts(result)) });
  return `${result}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}

/** Creates a function that returns the position of an index. */
function createPositions(text: string): (at: number) => Position {
  const starts = getLineStarts(text);
  return (at) => {
    let low = 0, high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return { line: low, column: at - starts[low]! };
  };
}

function getLineStarts(text: string): number[] {
  return [0, ...text.matchAll(/\n/g).map(({ index }) => index + 1)];
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function decodeMappings(mappings: string, starts: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  let source = 0, line = 0, column = 0;
  for (const [generatedLine, group] of mappings.split(";").entries()) {
    let generatedColumn = 0;
    for (const text of group === "" ? [] : group.split(",")) {
      const [columns = 0, ...origin] = decodeNumbers(text);
      generatedColumn += columns;
      if (origin.length < 3) continue;
      source += origin[0]!;
      line += origin[1]!;
      column += origin[2]!;
      segments.push({ at: starts[generatedLine]! + generatedColumn, source, line, column });
    }
  }
  return segments;
}

function decodeNumbers(text: string): number[] {
  const numbers: number[] = [];
  let bits = 0, shift = 0;
  for (const char of text) {
    const digit = DIGITS.indexOf(char);
    bits += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(bits & 1 ? -(bits >>> 1) : bits >>> 1);
    bits = shift = 0;
  }
  return numbers;
}

function encodeMappings(segments: readonly Segment[], starts: readonly number[]): string {
  let mappings = "", line = 0, lastColumn = 0;
  let last = { source: 0, line: 0, column: 0 };
  for (const segment of segments) {
    while (line + 1 < starts.length && starts[line + 1]! <= segment.at) {
      mappings += ";";
      line++;
      lastColumn = 0;
    }
    const column = segment.at - starts[line]!;
    if (mappings !== "" && !mappings.endsWith(";")) mappings += ",";
    mappings += encodeNumber(column - lastColumn) + encodeNumber(segment.source - last.source) +
      encodeNumber(segment.line - last.line) + encodeNumber(segment.column - last.column);
    lastColumn = column;
    last = segment;
  }
  return mappings;
}

function encodeNumber(value: number): string {
  let bits = value < 0 ? (-value << 1) | 1 : value << 1, text = "";
  do {
    const digit = bits & 31;
    bits >>>= 5;
    text += DIGITS[bits > 0 ? digit | 32 : digit]!;
  } while (bits > 0);
  return text;
}
