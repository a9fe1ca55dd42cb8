/**
 * The path patterns of Next.js: `/users/:id`, `/docs/:path*`, `/:id(\\d+)`, `/((?!api).*)`.
 *
 * They are those of path-to-regexp 6. That package cannot be used: in a project with `node_modules` Deno takes npm packages
 * from there only. And Deno's `URLPattern` knows no look-ahead, which the commonest matcher of all has.
 *
 * @module
 */

import { canonicalSegment } from "../routing/canonical_path.ts";

/** A pattern that paths are held against. */
export interface PathPattern {
  /** What the pattern captures of a canonical path, percent-escapes as they came; `null` if it does not match. */
  exec(pathname: string): Record<string, string> | null;
}

/** A part in braces: `{/more}?`. */
interface Group {
  readonly parts: readonly Part[];
  readonly modifier: string;
}

type Part = string | Capture | Group;

/** A part of a pattern that captures. */
interface Capture {
  readonly name: string;
  readonly prefix: string;
  readonly pattern: string;
  readonly modifier: string;
}

const NAME = /:([A-Za-z_]\w*)/y;
const SEGMENT = "[^\\/]+?";

/** What stands before a capture: a text, another capture or a group, or nothing. */
type Before = string | Part | undefined;

/**
 * What a param without an expression of its own takes. After a text inside a segment it does not take that text again,
 * so that two params in one segment are told apart in one way only, and in linear time (CVE-2024-45296).
 */
function getDefaultPattern(name: string, prefix: string, before: Before): string {
  const text = prefix || (typeof before === "string" ? before : "");
  if (text === "") {
    if (before === undefined) return SEGMENT;
    throw new SyntaxError(`there is no text between two params, write one before ":${name}", as in ":from-:to"`);
  }
  return text.includes("/") ? SEGMENT : `(?:(?!${literal(text)})[^\\/])+?`;
}

/**
 * Reads a pattern.
 *
 * @param source The pattern.
 * @param ignoreCase Whether case is ignored.
 * @throws {SyntaxError} If it is none; the message says what is wrong.
 */
export function createPathPattern(source: string, ignoreCase: boolean): PathPattern {
  const parts = readParts(source.length > 1 ? source.replace(/\/$/, "") : source);
  const names = parts.flatMap(namesOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new SyntaxError(`the name "${twice}" is used twice, rename one of them`);
  const text = parts.map(expression).join("");
  // The root is "/", which a pattern whose every part is absent would otherwise not be.
  const whole = new RegExp(`^${text}\\/?$`, ignoreCase ? "i" : "");
  return {
    exec(pathname) {
      const match = whole.exec(pathname);
      if (match === null) return null;
      const params: Record<string, string> = Object.create(null);
      names.forEach((name, index) => params[name] = match[index + 1] ?? "");
      return params;
    },
  };
}

function namesOf(part: Part): string[] {
  if (typeof part === "string") return [];
  return "parts" in part ? part.parts.flatMap(namesOf) : [part.name];
}

function expression(part: Part): string {
  if (typeof part === "string") return literal(part);
  return "parts" in part ? `(?:${part.parts.map(expression).join("")})${part.modifier}` : capture(part);
}

function readParts(source: string, unnamed = 0, before?: Before): Part[] {
  const parts: Part[] = [];
  let text = "";
  for (let i = 0; i < source.length;) {
    const character = source[i]!;
    NAME.lastIndex = i;
    const name = NAME.exec(source)?.[1];
    if (character === "\\" && i + 1 < source.length) {
      text += source[i + 1];
      i += 2;
      continue;
    }
    if (character === "{") {
      const end = source.indexOf("}", i);
      if (end === -1) throw new SyntaxError('a "{" is never closed');
      const inner = readParts(source.slice(i + 1, end), unnamed, text || parts.at(-1) || before);
      unnamed += inner.flatMap(namesOf).filter((name) => /^\d/.test(name)).length;
      const modifier = "*+?".includes(source[end + 1] ?? " ") ? source[end + 1]! : "";
      parts.push(text, { parts: inner, modifier });
      text = "";
      i = end + 1 + modifier.length;
      continue;
    }
    if (name === undefined && character !== "(") {
      if ("*+?}".includes(character)) {
        throw new SyntaxError(`"${character}" has no meaning there, write "\\\\${character}" for it`);
      }
      if (character === ":") throw new SyntaxError('":" begins no name, write "\\\\:" for the character itself');
      text += character;
      i++;
      continue;
    }
    if (name !== undefined) i = NAME.lastIndex;
    const prefix = /[/.]$/.exec(text)?.[0] ?? "";
    let pattern: string;
    if (source[i] === "(") {
      const end = endOfGroup(source, i + 1);
      pattern = readGroup(source.slice(i + 1, end));
      i = end + 1;
    } else {
      pattern = getDefaultPattern(name!, prefix, text || parts.at(-1) || before);
    }
    const modifier = "*+?".includes(source[i] ?? " ") ? source[i++]! : "";
    if (prefix === "" && (modifier === "*" || modifier === "+")) {
      throw new SyntaxError(
        `"${name ?? pattern}" repeats without "/" before it, write "/:${name ?? "name"}${modifier}"`,
      );
    }
    parts.push(text.slice(0, text.length - prefix.length), {
      name: name ?? String(unnamed++),
      prefix,
      pattern,
      modifier,
    });
    text = "";
  }
  return [...parts, text];
}

function endOfGroup(source: string, start: number): number {
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

/** As the canonical path has it. */
function literal(text: string): string {
  const canonical = text.split("/").map((segment) => {
    const own = canonicalSegment(segment);
    if (own === null) throw new SyntaxError(`"${segment}" has "%" that begins no UTF-8 escape`);
    return own;
  });
  return escaped(canonical.join("/"));
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function capture({ prefix, pattern, modifier }: Capture): string {
  const before = escaped(prefix);
  if (modifier === "" || modifier === "?") return `(?:${before}(${pattern}))${modifier}`;
  const more = `(?:${before}(?:${pattern}))*`;
  return `(?:${before}((?:${pattern})${more}))${modifier === "*" ? "?" : ""}`;
}
