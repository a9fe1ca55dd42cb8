/**
 * The naming and matching rules as data: the specification for the tests of the parser, the manifest, the router and all
 * other code that reads routes.
 *
 * @module
 */

import type { Segment } from "../../src/routing/pattern.ts";

/** A route file and its parsed path. */
export interface NameCase {
  readonly file: string;
  readonly id: string;
  readonly segments: readonly Segment[];
}

/** A route file that is rejected. */
export interface WrongNameCase {
  readonly file: string;
  readonly message: string;
}

/** A route file that is served, with a warning. */
export interface WarningCase {
  readonly file: string;
  readonly id: string;
  readonly warning: string;
}

/** Route files that cannot be served together, one error each. */
export interface ConflictCase {
  readonly files: readonly string[];
  readonly message: string;
}

/** Params in the order of the path, so that a name like `__proto__` is data; `undefined` for a static route. */
export type ExpectedParams = readonly (readonly [name: string, value: string | string[]])[] | undefined;

/** Route files, and which of them serves each path; `null` for none. */
export interface MatchCase {
  readonly title: string;
  readonly files: readonly string[];
  readonly requests: readonly (readonly [path: string, id: string | null, params?: ExpectedParams])[];
}

function fixed(value: string): Segment {
  return { kind: "static", value };
}

function param(name: string): Segment {
  return { kind: "dynamic", name };
}

function rest(name: string): Segment {
  return { kind: "catch-all", name };
}

function optional(name: string): Segment {
  return { kind: "optional-catch-all", name };
}

/** Names that become routes. */
export const NAMES: readonly NameCase[] = [
  { file: "route.ts", id: "/", segments: [] },
  { file: "users/route.js", id: "/users", segments: [fixed("users")] },
  { file: "a/b/c/route.mts", id: "/a/b/c", segments: [fixed("a"), fixed("b"), fixed("c")] },
  { file: "users/[id]/route.mjs", id: "/users/[id]", segments: [fixed("users"), param("id")] },
  { file: "[a]/x/[b]/route.tsx", id: "/[a]/x/[b]", segments: [param("a"), fixed("x"), param("b")] },
  { file: "docs/[...slug]/route.jsx", id: "/docs/[...slug]", segments: [fixed("docs"), rest("slug")] },
  { file: "shop/[[...slug]]/route.ts", id: "/shop/[[...slug]]", segments: [fixed("shop"), optional("slug")] },
  { file: "[user-id]/route.ts", id: "/[user-id]", segments: [param("user-id")] },
  { file: "[a.b]/route.ts", id: "/[a.b]", segments: [param("a.b")] },
  { file: "[日]/route.ts", id: "/[日]", segments: [param("日")] },
  { file: "[__proto__]/route.ts", id: "/[__proto__]", segments: [param("__proto__")] },
  { file: "[constructor]/route.ts", id: "/[constructor]", segments: [param("constructor")] },
  { file: "(shop)/cart/route.ts", id: "/cart", segments: [fixed("cart")] },
  { file: "(a)/(b)/route.ts", id: "/", segments: [] },
  { file: "(a)/[id]/(b)/edit/route.ts", id: "/[id]/edit", segments: [param("id"), fixed("edit")] },
  { file: "docs/[...slug]/(group)/route.ts", id: "/docs/[...slug]", segments: [fixed("docs"), rest("slug")] },
  { file: "@panel/slot/route.ts", id: "/slot", segments: [fixed("slot")] },
  { file: "(shop/route.ts", id: "/(shop", segments: [fixed("(shop")] },
  { file: "rss.xml/route.ts", id: "/rss.xml", segments: [fixed("rss.xml")] },
  { file: ".well-known/route.ts", id: "/.well-known", segments: [fixed(".well-known")] },
  { file: "a+b/route.ts", id: "/a+b", segments: [fixed("a+b")] },
  { file: "a%2Bc/route.ts", id: "/a%2Bc", segments: [fixed("a%2Bc")] },
  { file: "a%2fb/route.ts", id: "/a%2fb", segments: [fixed("a%2Fb")] },
  { file: "a\\b/route.ts", id: "/a\\b", segments: [fixed("a%5Cb")] },
  { file: "with space/route.ts", id: "/with space", segments: [fixed("with%20space")] },
  { file: "with%20space/route.ts", id: "/with%20space", segments: [fixed("with%20space")] },
  { file: "%5Funder/route.ts", id: "/%5Funder", segments: [fixed("_under")] },
  { file: "日本/route.ts", id: "/日本", segments: [fixed("%E6%97%A5%E6%9C%AC")] },
  { file: "%e6%97%a5/route.ts", id: "/%e6%97%a5", segments: [fixed("%E6%97%A5")] },
  { file: "100%25/route.ts", id: "/100%25", segments: [fixed("100%25")] },
];

/** Folder names that are rejected, and the reason in the message. */
const WRONG_FOLDERS: readonly (readonly [folder: string, state: string])[] = [
  ["[id", '"[" is never closed, rename the folder to "[id]"'],
  ["[", '"[" is never closed, rename the folder to "[slug]"'],
  ["[...slug", '"[" is never closed, rename the folder to "[...slug]"'],
  ["[[...slug]", '"[[" is never closed, rename the folder to "[[...slug]]"'],
  ["[[slug]", '"[[" is never closed, rename the folder to "[[...slug]]"'],
  ["[]", '"[]" has no param name, rename the folder to "[slug]"'],
  ["[...]", '"[...]" has no param name, rename the folder to "[...slug]"'],
  ["[[...]]", '"[[...]]" has no param name, rename the folder to "[[...slug]]"'],
  ["[[]]", '"[[]]" has no param name, rename the folder to "[[...slug]]"'],
  ["[…slug]", '"[…slug]" has the character "…" instead of three dots, rename the folder to "[...slug]"'],
  ["[[…slug]]", '"[[…slug]]" has the character "…" instead of three dots, rename the folder to "[[...slug]]"'],
  ["[.slug]", '"[.slug]" has a wrong number of dots, rename the folder to "[...slug]"'],
  ["[..slug]", '"[..slug]" has a wrong number of dots, rename the folder to "[...slug]"'],
  ["[....slug]", '"[....slug]" has a wrong number of dots, rename the folder to "[...slug]"'],
  ["[[..slug]]", '"[[..slug]]" has a wrong number of dots, rename the folder to "[[...slug]]"'],
  ["[a[b]", '"[a[b]" has brackets inside brackets, rename the folder to "[ab]"'],
  ["[...a[b]", '"[...a[b]" has brackets inside brackets, rename the folder to "[...ab]"'],
  ["[[slug]]", '"[[slug]]" is optional but not a catch-all, rename the folder to "[[...slug]]" or "[slug]"'],
  ["100%", '"100%" contains a "%" that is not a valid UTF-8 escape, write "%25" for a literal "%"'],
  ["%FF", '"%FF" contains a "%" that is not a valid UTF-8 escape, write "%25" for a literal "%"'],
  ["a%00b", '"a%00b" contains a "%" that is not a valid UTF-8 escape, write "%25" for a literal "%"'],
  ["%2e", '"%2e" is a dot segment, which no request can reach, rename it'],
  [".%2E", '".%2E" is a dot segment, which no request can reach, rename it'],
];

/** Names that are rejected, with the whole message. */
export const WRONG_NAMES: readonly WrongNameCase[] = [
  ...WRONG_FOLDERS.map(([folder, state]) => ({
    file: `x/${folder}/route.ts`,
    message: `Cannot parse route "x/${folder}/route.ts": ${state}`,
  })),
  {
    file: "docs/[...slug]/edit/route.ts",
    message:
      'Cannot parse route "docs/[...slug]/edit/route.ts": the catch-all "[...slug]" must be the last folder, move "edit" out of it',
  },
  {
    file: "[[...slug]]/(group)/[id]/route.ts",
    message:
      'Cannot parse route "[[...slug]]/(group)/[id]/route.ts": the catch-all "[[...slug]]" must be the last folder, move "[id]" out of it',
  },
  {
    file: "[...a]/[...b]/route.ts",
    message:
      'Cannot parse route "[...a]/[...b]/route.ts": the catch-all "[...a]" must be the last folder, move "[...b]" out of it',
  },
  {
    file: "[id]/posts/[id]/route.ts",
    message: 'Cannot parse route "[id]/posts/[id]/route.ts": the param name "id" is used twice, rename one of them',
  },
  {
    file: "[id]/[...id]/route.ts",
    message: 'Cannot parse route "[id]/[...id]/route.ts": the param name "id" is used twice, rename one of them',
  },
];

/** Names that are served literally, though that is probably unintended. */
export const WARNINGS: readonly WarningCase[] = [
  ...["(.)photo", "(..)photo", "(..)(..)photo", "(...)photo"].map((folder) => ({
    file: `x/${folder}/route.ts`,
    id: `/x/${folder}`,
    warning:
      `"x/${folder}/route.ts": "${folder}" looks like an intercepting route, but is served under its literal name`,
  })),
  ...["[id].json", "a-[id]", "[a]-[b]"].map((folder) => ({
    file: `x/${folder}/route.ts`,
    id: `/x/${folder}`,
    warning: `"x/${folder}/route.ts": "${folder}" mixes brackets with text, and is served under its literal name`,
  })),
];

/** Sets of files that serve the same URL. */
export const CONFLICTS: readonly ConflictCase[] = [
  {
    files: ["(a)/users/route.ts", "(b)/users/route.ts"],
    message:
      'Cannot serve both "(b)/users/route.ts" and "(a)/users/route.ts": both answer "/users", remove or move one',
  },
  {
    files: ["users/route.ts", "users/route.js"],
    message: 'Cannot serve both "users/route.ts" and "users/route.js": both answer "/users", remove or move one',
  },
  {
    files: ["@a/x/route.ts", "x/route.ts"],
    message: 'Cannot serve both "x/route.ts" and "@a/x/route.ts": both answer "/x", remove or move one',
  },
  {
    files: ["(a)/[id]/route.ts", "[id]/route.ts"],
    message: 'Cannot serve both "[id]/route.ts" and "(a)/[id]/route.ts": both answer "/[id]", remove or move one',
  },
  {
    files: ["日/route.ts", "%e6%97%a5/route.ts"],
    message: 'Cannot serve both "日/route.ts" and "%e6%97%a5/route.ts": both answer "/日", remove or move one',
  },
  {
    files: ["(a)/[...all]/route.ts", "(b)/[...all]/route.ts"],
    message:
      'Cannot serve both "(b)/[...all]/route.ts" and "(a)/[...all]/route.ts": both answer "/[...all]", remove or move one',
  },
  {
    files: ["[id]/route.ts", "[slug]/route.ts"],
    message:
      'Cannot serve both "[slug]/route.ts" and "[id]/route.ts": "[slug]" and "[id]" are at the same path position, use the same param name for both',
  },
  {
    files: ["x/[a]/one/route.ts", "x/[b]/two/route.ts"],
    message:
      'Cannot serve both "x/[b]/two/route.ts" and "x/[a]/one/route.ts": "[b]" and "[a]" are at the same path position, use the same param name for both',
  },
  {
    files: ["Users/route.ts", "users/route.ts"],
    message:
      'Cannot serve both "users/route.ts" and "Users/route.ts": "users" and "Users" differ only in case, rename one',
  },
  {
    files: ["[id]/Edit/a/route.ts", "[id]/edit/b/route.ts"],
    message:
      'Cannot serve both "[id]/edit/b/route.ts" and "[id]/Edit/a/route.ts": "edit" and "Edit" differ only in case, rename one',
  },
  {
    files: ["[...a]/route.ts", "[...b]/route.ts"],
    message:
      'Cannot serve both "[...b]/route.ts" and "[...a]/route.ts": "[...b]" and "[...a]" are at the same path position, keep one',
  },
  {
    files: ["[...a]/route.ts", "[[...a]]/route.ts"],
    message:
      'Cannot serve both "[[...a]]/route.ts" and "[...a]/route.ts": "[[...a]]" and "[...a]" are at the same path position, keep one',
  },
  {
    files: ["shop/route.ts", "shop/[[...slug]]/route.ts"],
    message:
      'Cannot serve both "shop/[[...slug]]/route.ts" and "shop/route.ts": the optional catch-all also answers "/shop", remove the other file or use single brackets',
  },
  {
    files: ["(a)/[id]/route.ts", "[id]/[[...rest]]/route.ts"],
    message:
      'Cannot serve both "[id]/[[...rest]]/route.ts" and "(a)/[id]/route.ts": the optional catch-all also answers "/[id]", remove the other file or use single brackets',
  },
  {
    files: ["route.ts", "[[...all]]/route.ts"],
    message:
      'Cannot serve both "[[...all]]/route.ts" and "route.ts": the optional catch-all also answers "/", remove the other file or use single brackets',
  },
];

/** Which route serves a path. */
export const MATCHES: readonly MatchCase[] = [
  {
    title: "a static segment before a dynamic one before a catch-all",
    files: [
      "route.ts",
      "[...all]/route.ts",
      "users/route.ts",
      "users/me/route.ts",
      "users/me/edit/route.ts",
      "users/[id]/route.ts",
      "users/[id]/posts/route.ts",
    ],
    requests: [
      ["/", "/"],
      ["/users", "/users"],
      ["/users/me", "/users/me"],
      ["/users/me/edit", "/users/me/edit"],
      ["/users/1", "/users/[id]", [["id", "1"]]],
      ["/users/1/posts", "/users/[id]/posts", [["id", "1"]]],
      ["/users/me/posts", "/users/[id]/posts", [["id", "me"]]],
      ["/users/1/edit", "/[...all]", [["all", ["users", "1", "edit"]]]],
      ["/users/me/edit/x", "/[...all]", [["all", ["users", "me", "edit", "x"]]]],
      ["/Users", "/[...all]", [["all", ["Users"]]]],
    ],
  },
  {
    title: "the precedence decided segment by segment from the left",
    files: ["prec/static/[id]/route.ts", "prec/[slug]/edit/route.ts", "prec/[...all]/route.ts"],
    requests: [
      ["/prec/static/edit", "/prec/static/[id]", [["id", "edit"]]],
      ["/prec/x/edit", "/prec/[slug]/edit", [["slug", "x"]]],
      ["/prec/static/9/8", "/prec/[...all]", [["all", ["static", "9", "8"]]]],
      ["/prec/static", "/prec/[...all]", [["all", ["static"]]]],
      ["/prec", null],
      ["/", null],
    ],
  },
  {
    title: "back-tracking at every depth",
    files: [
      "a/b/c/d/route.ts",
      "a/b/[x]/e/route.ts",
      "a/[y]/c/f/route.ts",
      "[z]/b/c/g/route.ts",
      "[z]/[...t]/route.ts",
    ],
    requests: [
      ["/a/b/c/d", "/a/b/c/d"],
      ["/a/b/c/e", "/a/b/[x]/e", [["x", "c"]]],
      ["/a/b/c/f", "/a/[y]/c/f", [["y", "b"]]],
      ["/a/b/c/g", "/[z]/b/c/g", [["z", "a"]]],
      ["/a/b/c/h", "/[z]/[...t]", [["z", "a"], ["t", ["b", "c", "h"]]]],
      ["/a/b/c", "/[z]/[...t]", [["z", "a"], ["t", ["b", "c"]]]],
      ["/a", null],
    ],
  },
  {
    title: "no param left over from a choice that led nowhere",
    files: ["[a]/[b]/[c]/end/route.ts", "[a]/[[...rest]]/route.ts"],
    requests: [
      ["/1/2/3/end", "/[a]/[b]/[c]/end", [["a", "1"], ["b", "2"], ["c", "3"]]],
      ["/1/2/3/no", "/[a]/[[...rest]]", [["a", "1"], ["rest", ["2", "3", "no"]]]],
      ["/1", "/[a]/[[...rest]]", [["a", "1"]]],
    ],
  },
  {
    title: "an optional catch-all for its own folder and all below",
    files: ["shop/[[...slug]]/route.ts", "shop/new/route.ts", "shop/[id]/edit/route.ts"],
    requests: [
      ["/shop", "/shop/[[...slug]]", []],
      ["/shop/1", "/shop/[[...slug]]", [["slug", ["1"]]]],
      ["/shop/new", "/shop/new"],
      ["/shop/new/x", "/shop/[[...slug]]", [["slug", ["new", "x"]]]],
      ["/shop/1/edit", "/shop/[id]/edit", [["id", "1"]]],
      ["/", null],
    ],
  },
  {
    title: "a route before an optional catch-all",
    files: ["[[...all]]/route.ts", "[id]/route.ts", "users/route.ts"],
    requests: [
      ["/", "/[[...all]]", []],
      ["/users", "/users"],
      ["/1", "/[id]", [["id", "1"]]],
      ["/users/1", "/[[...all]]", [["all", ["users", "1"]]]],
    ],
  },
  {
    title: "params decoded once",
    files: ["one/[id]/route.ts", "ca/[...all]/route.ts"],
    requests: [
      ["/one/a%20b", "/one/[id]", [["id", "a b"]]],
      ["/one/a+b", "/one/[id]", [["id", "a+b"]]],
      ["/one/%2B", "/one/[id]", [["id", "+"]]],
      ["/one/a%2Fb", "/one/[id]", [["id", "a/b"]]],
      ["/one/a%252Fb", "/one/[id]", [["id", "a%2Fb"]]],
      ["/one/%25", "/one/[id]", [["id", "%"]]],
      ["/one/%3F%23", "/one/[id]", [["id", "?#"]]],
      ["/one/%C3%A9", "/one/[id]", [["id", "é"]]],
      ["/one/[id]", "/one/[id]", [["id", "[id]"]]],
      ["/one/__proto__", "/one/[id]", [["id", "__proto__"]]],
      ["/one/constructor", "/one/[id]", [["id", "constructor"]]],
      ["/one//x", null],
      ["/ca/a%2Fb/c%252Fd", "/ca/[...all]", [["all", ["a/b", "c%2Fd"]]]],
      ["/ca/__proto__/toString", "/ca/[...all]", [["all", ["__proto__", "toString"]]]],
      ["/ca", null],
    ],
  },
  {
    title: "names that objects have already",
    files: ["p/[__proto__]/[constructor]/[...toString]/route.ts", "constructor/route.ts", "%5F_proto__/x/route.ts"],
    requests: [
      ["/p/a/b/c/d", "/p/[__proto__]/[constructor]/[...toString]", [
        ["__proto__", "a"],
        ["constructor", "b"],
        ["toString", ["c", "d"]],
      ]],
      ["/constructor", "/constructor"],
      ["/__proto__/x", "/%5F_proto__/x"],
      ["/__proto__", null],
      ["/toString", null],
      ["/hasOwnProperty/call", null],
    ],
  },
  {
    title: "literal folders by their canonical path",
    files: [
      "日本/route.ts",
      "a+b/route.ts",
      "a%2Bc/route.ts",
      "[id].json/route.ts",
      "(g)/in/route.ts",
      "@s/slot/route.ts",
    ],
    requests: [
      ["/%E6%97%A5%E6%9C%AC", "/日本"],
      ["/a+b", "/a+b"],
      ["/a%2Bb", null],
      ["/a%2Bc", "/a%2Bc"],
      ["/a+c", null],
      ["/[id].json", "/[id].json"],
      ["/1.json", null],
      ["/in", "/in"],
      ["/(g)/in", null],
      ["/slot", "/slot"],
      ["/@s/slot", null],
    ],
  },
];

/** Creates a number of route files of every kind, for tests that must not depend on the number of routes. */
export function manyFiles(count: number): string[] {
  const kinds = ["", "/[id]", "/[id]/edit", "/new", "/deep/[...rest]"];
  return Array.from({ length: count }, (_, i) => `r${Math.floor(i / 5)}${kinds[i % 5]}/route.ts`);
}
