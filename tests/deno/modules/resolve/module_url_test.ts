import { assertEquals } from "@std/assert";
import {
  fromAbsolutePath,
  getFileName,
  getFolder,
  getParentFolder,
  getRelativeUrls,
  isAbsolutePath,
  isInNodeModules,
  splitQuery,
  toFileUrlOnly,
} from "../../../../src/deno/modules/resolve/module_url.ts";

type Row = readonly [given: string, expected: string | undefined];

const TABLES: readonly (readonly [name: string, get: (given: string) => string | undefined, rows: readonly Row[]])[] = [
  ["getParentFolder", getParentFolder, [
    ["file:///p/app/", "file:///p/"],
    ["file:///p/", "file:///"],
    ["file:///", undefined],
    ["file:///C:/app/", "file:///C:/"],
    ["file:///C:/", undefined],
    ["file:///c%3A/", undefined],
    ["file://server/share/", "file://server/"],
    ["file://server/", undefined],
  ]],
  ["getFolder", getFolder, [
    ["file:///p/app/route.ts", "file:///p/app/"],
    ["file:///p/app/", "file:///p/app/"],
    ["file:///C:/route.ts", "file:///C:/"],
  ]],
  ["getFileName", getFileName, [["file:///p/app/route.ts", "route.ts"], ["file:///p/app/", ""]]],
  ["toFileUrlOnly", toFileUrlOnly, [
    ["file:///p/a.ts", "file:///p/a.ts"],
    ["file:///p/a.ts?v=3", "file:///p/a.ts"],
    ["file:///p/a.ts#x?y", "file:///p/a.ts"],
    ["file:///p/a%3Fb.ts", "file:///p/a%3Fb.ts"],
  ]],
];

for (const [name, get, rows] of TABLES) {
  for (const [given, expected] of rows) {
    Deno.test(`${name}() of ${given} is ${expected}`, () => assertEquals(get(given), expected));
  }
}

const BASE = "file:///p/app/[id]/route.ts";

const RELATIVE: readonly (readonly [path: string, urls: readonly string[]])[] = [
  ["./db", ["file:///p/app/[id]/db"]],
  ["../lib/db.ts", ["file:///p/app/lib/db.ts"]],
  ["..", ["file:///p/app/"]],
  [".", ["file:///p/app/[id]/"]],
  ["./lib/", ["file:///p/app/[id]/lib/"]],
  ["../lib//db", ["file:///p/app/lib/db"]],
  ["./a b", ["file:///p/app/[id]/a%20b"]],
  ["./a%20b", ["file:///p/app/[id]/a%2520b", "file:///p/app/[id]/a%20b"]],
  ["./50%", ["file:///p/app/[id]/50%25"]],
  ["./c#/d", ["file:///p/app/[id]/c%23/d", "file:///p/app/[id]/c"]],
  ["./ü", ["file:///p/app/[id]/%C3%BC"]],
];

for (const [path, urls] of RELATIVE) {
  Deno.test(`getRelativeUrls() of "${path}" are ${urls.join(", ")}`, () => {
    assertEquals(getRelativeUrls(path, BASE), [...urls]);
  });
}

Deno.test("getRelativeUrls() stays on the drive", () => {
  assertEquals(getRelativeUrls("../../../x", "file:///C:/app/a.ts"), ["file:///C:/x"]);
});

const ABSOLUTE: readonly (readonly [path: string, base: string, url: string])[] = [
  ["/p/lib/db.js", "file:///p/a.ts", "file:///p/lib/db.js"],
  ["/p/a b/50%/c#/[id].js", "file:///p/a.ts", "file:///p/a%20b/50%25/c%23/[id].js"],
  ["/lib/db.js", "file:///C:/app/a.ts", "file:///C:/lib/db.js"],
  ["//p//x.js", "file:///p/a.ts", "file:///p//x.js"],
  ["/p/back\\slash.js", "file:///p/a.ts", "file:///p/back%5Cslash.js"],
  ["C:\\app\\node_modules\\x y\\i.js", "file:///C:/app/a.ts", "file:///C:/app/node_modules/x%20y/i.js"],
  ["D:/x.js", "file:///C:/app/a.ts", "file:///D:/x.js"],
  ["\\\\server\\share\\x.js", "file:///C:/app/a.ts", "file://server/share/x.js"],
];

for (const [path, base, url] of ABSOLUTE) {
  Deno.test(`fromAbsolutePath() of ${path} imported from ${base} is ${url}`, () => {
    assertEquals(isAbsolutePath(path), true);
    assertEquals(fromAbsolutePath(path, base), url);
  });
}

for (const path of ["./x", "../x", "x", "@a/b", "#x", "c:x", "node:fs", ""]) {
  Deno.test(`isAbsolutePath() of "${path}" is false`, () => assertEquals(isAbsolutePath(path), false));
}

const QUERIES: readonly (readonly [specifier: string, path: string, query: string])[] = [
  ["./add.wasm?module", "./add.wasm", "?module"],
  ["pkg", "pkg", ""],
  ["./a?b?c#d", "./a", "?b?c#d"],
];

for (const [specifier, path, query] of QUERIES) {
  Deno.test(`splitQuery() of "${specifier}"`, () => assertEquals(splitQuery(specifier), { path, query }));
}

Deno.test("isInNodeModules() looks for a folder with that name", () => {
  assertEquals(isInNodeModules("file:///p/node_modules/x/i.js"), true);
  assertEquals(isInNodeModules("file:///p/my_node_modules/x.js"), false);
});
