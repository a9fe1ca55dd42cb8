/**
 * The path patterns of Next.js: `/users/:id`, `/docs/:path*`, `/:id(\\d+)`, `/((?!api).*)`.
 *
 * They are the patterns of path-to-regexp 6. That package cannot be used: in a project with `node_modules`, Deno
 * resolves npm packages only from there. `URLPattern` cannot be used either: it has no look-ahead, which the most
 * common matcher needs.
 *
 * @module
 */

import { matchLongPath, type PatternPart } from "./long_path.ts";
import { canonicalSegment } from "../../routing/canonical_path.ts";
import { Params } from "../../routing/params.ts";

/** A compiled path pattern. */
export interface PathPattern {
  /** Returns the captured params of a canonical path, still percent-encoded; `null` if it does not match. */
  exec(pathname: string): Record<string, string> | null;
}

type Part = string | Capture;

/** A part of a pattern that captures a param, or that is optional. */
interface Capture {
  /** The name of the param; `""` for text in braces. */
  readonly name: string;
  readonly prefix: string;
  /** The regular expression of its values; `""` if it captures nothing. */
  readonly pattern: string;
  readonly suffix: string;
  readonly modifier: string;
  /** For a param without its own expression: the text that ends a value, or `""` if only the segment does. */
  readonly stop: string | undefined;
}

/** The path length above which an expression that may take quadratic time is not used. */
const LONG_PATH_LENGTH = 512;

const NAME = /:(\w+)/y;
const SEGMENT = "[^\\/]+?";

/**
 * Compiles a path pattern.
 *
 * @param source The pattern.
 * @param ignoreCase Whether case is ignored.
 * @throws {SyntaxError} If the pattern is invalid.
 */
export function createPathPattern(source: string, ignoreCase: boolean): PathPattern {
  const parts = readParts(source.length > 1 ? source.replace(/\/$/, "") : source);
  const names = parts.flatMap((part) => typeof part === "string" || part.pattern === "" ? [] : [part.name]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new SyntaxError(`the name "${twice}" is used twice, rename one of them`);
  const text = parts.map((part) => typeof part === "string" ? toLiteral(part) : toExpression(part)).join("");
  // The root path is "/", also for a pattern whose parts are all absent.
  const whole = new RegExp(`^${text}\\/?$`, ignoreCase ? "i" : "");
  const ambiguous = toAmbiguous(parts);
  return {
    exec(pathname) {
      const isLong = ambiguous !== null && pathname.length > LONG_PATH_LENGTH;
      const match = isLong ? matchLongPath(ambiguous, pathname, ignoreCase) : whole.exec(pathname);
      if (match === null) return null;
      const params = new Params<string>();
      // A match of the expression begins with the whole path.
      const first = isLong ? 0 : 1;
      for (let i = 0; i < names.length; i++) params[names[i]!] = match[first + i] ?? "";
      return params;
    },
  };
}

/** Returns the canonical parts of a pattern that is ambiguous; `null` for any other pattern. */
function toAmbiguous(parts: readonly Part[]): PatternPart[] | null {
  const captures = parts.filter((part) => typeof part !== "string");
  const repeats = captures.some(({ modifier }) => modifier === "*" || modifier === "+");
  if (!repeats || captures.length < 2) return null;
  const all = parts.map((part) => {
    if (typeof part === "string") return toCanonical(part);
    const { prefix, suffix, stop, modifier } = part;
    if (stop === undefined) return null;
    return { prefix: toCanonical(prefix), suffix: toCanonical(suffix), stop: toCanonical(stop), modifier };
  });
  return all.every((part) => part !== null) ? all : null;
}

function readParts(source: string): Part[] {
  const parts: Part[] = [];
  let at = 0, unnamed = 0;

  /** Reads literal text, up to the first special character. */
  function readText(): string {
    let text = "";
    while (at < source.length && !"*+?{}:(".includes(source[at]!)) {
      const isEscape = source[at] === "\\" && at + 1 < source.length;
      text += source[isEscape ? at + 1 : at];
      at += isEscape ? 2 : 1;
    }
    return text;
  }

  function readName(): string | undefined {
    NAME.lastIndex = at;
    const name = NAME.exec(source)?.[1];
    if (name !== undefined) at = NAME.lastIndex;
    else if (source[at] === ":") {
      throw new SyntaxError('":" is not followed by a name, write "\\\\:" for the character itself');
    }
    return name;
  }

  function readExpression(): string | undefined {
    if (source[at] !== "(") return undefined;
    const start = at + 1, end = findGroupEnd(source, start);
    at = end + 1;
    return readGroup(source.slice(start, end));
  }

  const readModifier = () => at < source.length && "*+?".includes(source[at]!) ? source[at++]! : "";

  while (at < source.length) {
    const text = readText();
    const isGroup = source[at] === "{";
    if (isGroup) at++;
    // Only "/" and "." belong to the following param; in braces, all text does.
    const prefix = isGroup ? readText() : /[/.]$/.exec(text)?.[0] ?? "";
    const before = isGroup ? text : text.slice(0, text.length - prefix.length);
    const name = readName(), expression = readExpression();
    if (before !== "") parts.push(before);
    if (isGroup || name !== undefined || expression !== undefined) {
      const stop = expression === undefined && name !== undefined ? getStop(name, prefix, parts.at(-1)) : undefined;
      const pattern = expression ?? (stop === undefined ? "" : toSegmentPart(stop));
      const suffix = isGroup ? readText() : "";
      if (isGroup && source[at++] !== "}") throw new SyntaxError('a "{" is never closed');
      const key = name ?? (expression === undefined ? "" : String(unnamed++));
      parts.push({ name: key, prefix, pattern, suffix, modifier: readModifier(), stop });
      continue;
    }
    if (prefix !== "") parts.push(prefix);
    const sign = source[at];
    if (sign !== undefined) throw new SyntaxError(`"${sign}" has no meaning there, write "\\\\${sign}" for it`);
  }
  return parts;
}

/**
 * Returns the text that ends a param without its own expression. A value after text inside a segment must not contain
 * that text again, so that two params in one segment match in only one way, and in linear time (CVE-2024-45296).
 */
function getStop(name: string, prefix: string, before: Part | undefined): string {
  const text = prefix || (typeof before === "string" ? before : "");
  if (text === "" && before !== undefined) {
    throw new SyntaxError(`there is no text between two params, write one before ":${name}", as in ":from-:to"`);
  }
  return text.includes("/") ? "" : text;
}

function toSegmentPart(stop: string): string {
  return stop === "" ? SEGMENT : `(?:(?!${toLiteral(stop)})[^\\/])+?`;
}

function findGroupEnd(source: string, start: number): number {
  let depth = 1, inClass = false;
  for (let i = start; i < source.length; i++) {
    const character = source[i];
    if (character === "\\") i++;
    else if (character === "[") inClass = true;
    else if (character === "]") inClass = false;
    else if (inClass) continue;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return i;
  }
  throw new SyntaxError('a "(" is never closed');
}

function readGroup(pattern: string): string {
  if (pattern === "") throw new SyntaxError('"()" has no expression in it');
  if (pattern.startsWith("?")) {
    throw new SyntaxError(`"(${pattern})" begins with "?", put it into another pair of brackets`);
  }
  if (/(?<!\\)\((?!\?(?:[:=!]|<[=!]))/.test(pattern)) {
    throw new SyntaxError('a group inside a group captures, write "(?:" for it');
  }
  new RegExp(pattern);
  return pattern;
}

function toLiteral(text: string): string {
  return RegExp.escape(toCanonical(text));
}

/** Converts text to the form it has in a canonical path. */
function toCanonical(text: string): string {
  const canonical = text.split("/").map((segment) => {
    const own = canonicalSegment(segment);
    if (own === null) throw new SyntaxError(`"${segment}" contains a "%" that is not a valid UTF-8 escape`);
    return own;
  });
  return canonical.join("/");
}

function toExpression({ name, prefix, pattern, suffix, modifier }: Capture): string {
  const before = toLiteral(prefix), after = toLiteral(suffix);
  if (pattern === "") return `(?:${before}${after})${modifier}`;
  if (modifier === "" || modifier === "?") return `(?:${before}(${pattern})${after})${modifier}`;
  if (prefix === "" && suffix === "") {
    throw new SyntaxError(`"${name}" repeats without "/" before it, write "/:${name}${modifier}"`);
  }
  const more = `(?:${after}${before}(?:${pattern}))*`;
  return `(?:${before}((?:${pattern})${more})${after})${modifier === "*" ? "?" : ""}`;
}
