/**
 * Path patterns, held against the package whose patterns they are.
 *
 * @module
 */

import { type Key, pathToRegexp } from "npm:path-to-regexp@6.3.0";
import { createPathPattern, type PathPattern } from "../../src/handler/rules/path_pattern.ts";
import { readDestination } from "../../src/handler/rules/destination.ts";
import { canonicalPath } from "../../src/routing/canonical_path.ts";
import type { Problem } from "./area.ts";

/** A pattern, where it leads, and paths. */
export type PatternInput = {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly destination: string;
  readonly paths: readonly string[];
};

/** Beyond this length the package is not asked: only the time of the module's own is of interest. */
const LONGEST = 400;

type Captured = Readonly<Record<string, string>> | null;

/**
 * Checks that a pattern is accepted, matches and captures as that of path-to-regexp 6.3, and that a destination never
 * leads to another host.
 *
 * @param input The pattern and the paths.
 * @param create What makes a pattern; default: the module's own.
 */
export function checkPattern(
  { source, ignoreCase, destination, paths }: PatternInput,
  create: (source: string, ignoreCase: boolean) => PathPattern = createPathPattern,
): Problem | null {
  if (!isMeant(source)) return null;
  const expected = expectedPattern(source, ignoreCase);
  let pattern: PathPattern;
  try {
    pattern = create(source, ignoreCase);
  } catch (error) {
    if (!(error instanceof SyntaxError)) return { kind: "a pattern throws no SyntaxError", detail: `${error}` };
    return expected === null ? null : { kind: "a pattern is refused", detail: `${error}` };
  }
  if (expected === null) {
    return { kind: "a pattern is accepted", detail: "path-to-regexp 6.3 refuses it" };
  }
  for (const path of paths.filter(isCanonical)) {
    // What the expression of a developer takes is up to the developer.
    if (path.length > LONGEST && source.includes("(")) continue;
    const captured = pattern.exec(path);
    if (path.length > LONGEST) continue;
    const wanted = expected(path);
    if (!isSame(captured, wanted)) {
      return {
        kind: wanted === null
          ? "a path matches"
          : captured === null
          ? "a path does not match"
          : "a path is captured otherwise",
        detail: `path ${JSON.stringify(path)}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(captured)}`,
      };
    }
    const problem = captured === null ? null : checkDestination(destination, captured);
    if (problem !== null) return problem;
  }
  return null;
}

/** Whether a pattern means the same to everyone who knows such patterns. */
function isMeant(source: string): boolean {
  // A path has no empty segment, and "\\" escapes what follows.
  if (!/^\/(?!.*\/\/)(?:.*[^/])?$/s.test(source) || /(?<!\\)(?:\\\\)*\\$/.test(source)) return false;
  // The package knows no classes of characters: a bracket in one ends the group, and the rest is what it may be.
  return !source.includes("(") || !/[[\]]/.test(source.replace(/\[[^[\]()\\]+\]/g, ""));
}

/** As paths come to patterns: canonical, and without slash at the end. */
function isCanonical(path: string): boolean {
  return canonicalPath(path) === path && path.startsWith("/") && (path === "/" || !path.endsWith("/"));
}

/** `null` if the package refuses the pattern; or the module, which has each param once. */
function expectedPattern(source: string, ignoreCase: boolean): ((path: string) => Captured) | null {
  const keys: Key[] = [];
  let regexp: RegExp;
  try {
    regexp = pathToRegexp(source, keys, { delimiter: "/", sensitive: !ignoreCase });
  } catch {
    return null;
  }
  if (new Set(keys.map(({ name }) => name)).size < keys.length) return null;
  return (path) => {
    const match = regexp.exec(path);
    if (match === null) return null;
    return Object.fromEntries(keys.map(({ name }, index) => [String(name), match[index + 1] ?? ""]));
  };
}

function isSame(captured: Captured, wanted: Captured): boolean {
  if (captured === null || wanted === null) return captured === wanted;
  const names = Object.keys(wanted);
  return names.length === Object.keys(captured).length && names.every((name) => captured[name] === wanted[name]);
}

function checkDestination(destination: string, params: Readonly<Record<string, string>>): Problem | null {
  let target: string;
  try {
    target = readDestination(destination, "the fuzz run").to(params);
  } catch (error) {
    // A param that no destination may have, or a destination that is none.
    if (error instanceof RangeError || error instanceof TypeError) return null;
    return { kind: "a destination throws", detail: `${error}` };
  }
  const url = new URL(target, "http://own.test");
  if (/^\/(?![/\\])/.test(target) && url.host === "own.test") return null;
  return { kind: "a destination leaves the site", detail: `${JSON.stringify(params)} lead to ${target}` };
}
