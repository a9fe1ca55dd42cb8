import { assertEquals } from "@std/assert";
import { findAliases } from "../../../../src/deno/modules/resolve/module_aliases.ts";

const ALIASES = { "a": ["./a.ts"], "b/*": ["./b/*.ts", "c/*"], "*.svg": ["./svg.ts"], "constructor*": ["./c$&*"] };

const CASES: readonly (readonly [specifier: string, targets: readonly string[] | undefined])[] = [
  ["a", ["./a.ts"]],
  ["a/b", undefined],
  ["b/x/y", ["./b/x/y.ts", "c/x/y"]],
  ["b", undefined],
  ["./x.svg", ["./svg.ts"]],
  [".svg", ["./svg.ts"]],
  ["constructor", ["./c$&"]],
  ["toString", undefined],
];

for (const [specifier, targets] of CASES) {
  Deno.test(`findAliases() of ${specifier} are ${targets?.join(" and ") ?? "none"}`, () => {
    assertEquals(findAliases(ALIASES, specifier), targets);
  });
}
