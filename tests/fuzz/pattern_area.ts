/**
 * Path patterns of all shapes, and paths that nearly match.
 *
 * @module
 */

import type { FuzzArea } from "./area.ts";
import type { PatternInput } from "./pattern_check.ts";
import { chance, integer, longText, pick, pieces, type Random, several } from "./random.ts";
import { runCheck } from "./subject_process.ts";

const NAMES = ["a", "b", "c", "d", "path", "lang", "A", "id2", "__proto__", "constructor"];
const LITERALS = ["a", "b", "admin", "docs", "x-y", "v1.0", "A", "~", "_", "%20", "\\:", "\\(", "\\?", "\\*", "@"];
const GROUPS = [
  "\\d+",
  "en|de",
  ".*",
  "[^/]+",
  "[a-z]{1,3}",
  "(?!api).*",
  "(?!api|b)[^/]+",
  "\\w+",
  "a",
  "(?:a|b)+",
  "[-.]",
];
const BAD_GROUPS = ["", "?", "?:a", "(a)", "[", "\\", "a{", "*"];
const MODIFIERS = ["", "", "", "*", "+", "?"];
const JOINTS = ["/", "/", "/", "/", "-", ".", "/a-", "~", "--", "-.", ""];
const NOISE = ["/", ":", "(", ")", "{", "}", "*", "+", "?", "\\", "a", ":a", ".", "[", "]", "|", "^", "$"];
const PATH = [
  "/",
  "/",
  "a",
  "b",
  "admin",
  "docs",
  "x-y",
  "-",
  ".",
  "en",
  "de",
  "api",
  "1",
  "23",
  "A",
  "v1.0",
  "~",
  "%20",
  "%2F",
  "a-b-c",
  ":",
  "(",
  "*",
  "@",
  "_",
];
const DESTINATIONS = [
  "/x/:a/:b",
  "/:path*",
  "/:a",
  "/x?q=:a",
  "/:a:b",
  "/x/:a-:b",
  "/",
  "/:b/:a/../:c",
  "/:path*/:lang",
  "//:a",
  "/\\:a",
];

/** Path patterns. */
export const patternArea: FuzzArea<PatternInput> = {
  name: "patterns",
  make(random) {
    const source = chance(random, 0.1) ? `/${pieces(random, 10, NOISE)}` : makePattern(random);
    return {
      source,
      ignoreCase: chance(random, 0.3),
      destination: pick(random, DESTINATIONS),
      paths: [
        ...Array.from({ length: 20 }, () => makePath(random, source)),
        ...chance(random, 0.05) ? [makeLong(random)] : [],
      ],
    };
  },
  check: async (input, subject) => await runCheck("pattern", input, subject),
};

function makePattern(random: Random): string {
  let source = "";
  const parts = 1 + integer(random, 4);
  for (let i = 0; i < parts; i++) source += (i === 0 ? "/" : pick(random, JOINTS)) + makePart(random);
  // A pattern of a configuration has no slash at the end, as the paths have none.
  return source.length > 1 ? source.replace(/\/+$/, "") : source;
}

function makePart(random: Random): string {
  const kind = random();
  if (kind < 0.3) return pick(random, LITERALS);
  const group = () => `(${chance(random, 0.93) ? pick(random, GROUPS) : pick(random, BAD_GROUPS)})`;
  const param = `:${pick(random, NAMES)}${chance(random, 0.3) ? group() : ""}`;
  if (kind < 0.75) return param + pick(random, MODIFIERS);
  if (kind < 0.9) return group() + pick(random, MODIFIERS);
  return `{${pick(random, ["/", "-", "", "."])}${chance(random, 0.6) ? param : pick(random, LITERALS)}}${
    pick(random, MODIFIERS)
  }`;
}

/** A canonical path without slash at the end: of pieces, or the pattern with its params filled in. */
function makePath(random: Random, source: string): string {
  const text = chance(random, 0.5) ? pieces(random, 8, PATH) : fill(random, source);
  const path = `/${text}`.replace(/\/+/g, "/").replace(/\/(?:\.{1,2})(?=\/|$)/g, "/a");
  return path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
}

function fill(random: Random, source: string): string {
  const filled = source.replace(/:\w+(?:\([^)]*\))?|\((?:[^()]|\([^)]*\))*\)/g, () => pieces(random, 3, PATH));
  return filled.replace(/[{}*+?\\]/g, "").replace(/[^\x21-\x7e]|["<>`#^|]/g, "");
}

/** What a pattern with several params in a segment may need too long for. */
function makeLong(random: Random): string {
  return `/${
    longText(random, 30_000, ["a", "-", ".", "/", "a-", "a.", "1", "%20", ...several(random, 2, () => "docs/")])
  }`;
}
