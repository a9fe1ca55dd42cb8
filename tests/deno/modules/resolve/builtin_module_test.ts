import { assertEquals } from "@std/assert";
import { toBuiltin } from "../../../../src/deno/modules/resolve/builtin_module.ts";

const CASES: readonly (readonly [specifier: string, builtin: string | undefined])[] = [
  ["fs", "node:fs"],
  ["fs/promises", "node:fs/promises"],
  ["node:fs", "node:fs"],
  ["punycode", "node:punycode"],
  ["punycode/", undefined],
  ["node:test", "node:test"],
  ["node:sqlite", "node:sqlite"],
  ["test", undefined],
  ["sqlite", undefined],
  ["fs-extra", undefined],
  ["toString", undefined],
  ["", undefined],
];

for (const [specifier, builtin] of CASES) {
  Deno.test(`toBuiltin() of "${specifier}" is ${builtin}`, () => assertEquals(toBuiltin(specifier), builtin));
}
