/**
 * Matches a long path with a pattern whose params are ambiguous, such as `/:a{-:b}*`. A regular expression backtracks
 * in quadratic time; here each position of the path is visited once for each part of the pattern, from the end.
 *
 * @module
 */

/** A part of a pattern: literal text, or a param. */
export type PatternPart = string | ParamPart;

/** A param that matches at least one character of a segment. */
export interface ParamPart {
  /** The text before each value. */
  readonly prefix: string;
  /** The text after each value. */
  readonly suffix: string;
  /** A text that a value must not contain; `""` if only the end of the segment ends it. */
  readonly stop: string;
  /** How often the param occurs: `""` for once, `?`, `*` or `+`. */
  readonly modifier: string;
}

/** Where in the path a value of a param can begin, and where one can end. */
interface Places {
  /** For each position, whether the rest of the path matches if a value begins there. */
  readonly begins: Uint8Array;
  /** For each position, whether the rest of the path matches if a value ends there. */
  readonly ends: Uint8Array;
}

/**
 * Matches a path with the same result as the regular expression of the pattern.
 *
 * @param parts The parts of the pattern.
 * @param pathname The path.
 * @param ignoreCase Whether case is ignored.
 * @returns The value of each param, `undefined` for an absent one; `null` if the path does not match.
 */
export function matchLongPath(
  parts: readonly PatternPart[],
  pathname: string,
  ignoreCase: boolean,
): (string | undefined)[] | null {
  const fold = (text: string) => ignoreCase ? text.toLowerCase() : text;
  const path = fold(pathname);
  const { length } = path;
  const places: (Places | undefined)[] = [];
  // The end of the path, with or without a trailing slash.
  let rest = new Uint8Array(length + 2);
  rest[length] = 1;
  if (path.endsWith("/")) rest[length - 1] = 1;
  for (const part of parts.toReversed()) {
    if (typeof part === "string") {
      rest = matchText(path, fold(part), rest);
      places.unshift(undefined);
    } else {
      const [matched, own] = matchParam(path, part, fold, rest);
      rest = matched;
      places.unshift(own);
    }
  }
  if (rest[0] === 0) return null;
  const values: (string | undefined)[] = [];
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (typeof part === "string") at += part.length;
    else [at, values[values.length]] = readParam(pathname, path, at, part, fold, places[index]!);
  }
  return values;
}

/** Returns the positions where a text occurs and the rest of the pattern matches after it. */
function matchText(path: string, text: string, behind: Uint8Array): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(path.length + 2);
  for (let at = 0; at + text.length <= path.length; at++) {
    if (behind[at + text.length] === 1 && path.startsWith(text, at)) found[at] = 1;
  }
  return found;
}

function matchParam(
  path: string,
  { prefix, suffix, stop, modifier }: ParamPart,
  fold: (text: string) => string,
  behind: Uint8Array,
): [Uint8Array<ArrayBuffer>, Places] {
  const { length } = path;
  const begins = new Uint8Array(length + 2), ends = new Uint8Array(length + 2);
  const before = fold(prefix), end = fold(suffix), between = end + before, border = fold(stop);
  const repeats = modifier === "*" || modifier === "+";
  const found = new Uint8Array(length + 2);
  let limit = length, nearest = Infinity;
  for (let at = length; at >= 0; at--) {
    const isOver = at === length || path[at] === "/" || (border !== "" && path.startsWith(border, at));
    if (isOver) limit = at;
    // The nearest later position where a value can end, if no stop text comes before it.
    if (!isOver && nearest <= limit) begins[at] = 1;
    const goesOn = repeats && path.startsWith(between, at) && begins[at + between.length] === 1;
    if (goesOn || (path.startsWith(end, at) && behind[at + end.length] === 1)) {
      ends[at] = 1;
      nearest = at;
    }
    const isHere = path.startsWith(before, at) && begins[at + before.length] === 1;
    if (isHere || ((modifier === "*" || modifier === "?") && behind[at] === 1)) found[at] = 1;
  }
  return [found, { begins, ends }];
}

/** Reads values as the regular expression would: each as short as possible, and as many as possible. */
function readParam(
  pathname: string,
  path: string,
  from: number,
  { prefix, suffix, modifier }: ParamPart,
  fold: (text: string) => string,
  { begins, ends }: Places,
): [at: number, value: string | undefined] {
  const before = fold(prefix), between = fold(suffix) + before;
  if (!path.startsWith(before, from) || begins[from + before.length] === 0) return [from, undefined];
  const start = from + before.length;
  const repeats = modifier === "*" || modifier === "+";
  let at = start;
  for (;;) {
    do at++; while (ends[at] === 0);
    if (!repeats || !path.startsWith(between, at) || begins[at + between.length] === 0) break;
    at += between.length;
  }
  return [at + suffix.length, pathname.slice(start, at)];
}
