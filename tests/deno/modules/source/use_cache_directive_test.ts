import { assertEquals } from "@std/assert";
import { mayUseCache, parseUseCache } from "../../../../src/deno/modules/source/use_cache_directive.ts";

const TEXTS: readonly [text: string, directive: ReturnType<typeof parseUseCache>][] = [
  ["use cache", { kind: "default" }],
  ["use cache: remote", { kind: "remote" }],
  ["use cache: private", { kind: "private" }],
  ["use cache: my-kind", { kind: "my-kind" }],
  ["use cache: Remote", { kind: "Remote" }],
  ["use cache: ", { meant: "use cache: <cache-kind>" }],
  ["use cache:remote", { meant: "use cache: remote" }],
  ["use cache : remote", { meant: "use cache: remote" }],
  ["use caches", { meant: "use cache: s" }],
  ["use-cache", { meant: "use cache" }],
  ["Use Cache", { meant: "use cache" }],
  ["use  cache", { meant: "use cache" }],
  ["useCache", undefined],
  ["use strict", undefined],
  ["use server", undefined],
];

for (const [text, directive] of TEXTS) {
  Deno.test(`"${text}" is ${directive === undefined ? "another directive" : JSON.stringify(directive)}`, () => {
    assertEquals(parseUseCache(text), directive);
    const isCandidate = directive !== undefined;
    assertEquals(mayUseCache(`function f() { '${text}' }`), isCandidate);
    assertEquals(mayUseCache(`"${text}";\nexport const a = 1;`), isCandidate);
  });
}

for (const source of ["", "// use cache", "const useCache = 1;", "`use cache`", '"use client"', "a.use.cache"]) {
  Deno.test(`${JSON.stringify(source)} cannot have the directive`, () => assertEquals(mayUseCache(source), false));
}
