import { assertEquals } from "@std/assert";
import { getWrittenNames } from "../../../../src/deno/modules/source/written_names.ts";

const CASES: readonly (readonly [source: string, names: readonly string[]])[] = [
  [`exports.a = 1; module.exports.b = 2; exports.c == 3;`, ["a", "b"]],
  [`Object.defineProperty(exports, "a", { get() {} });`, ["a"]],
  [`module.exports = { a, b: 1, "c-d": [1, { e: 2 }], f() { return { g: 1 }; } };`, ["a", "b", "c-d", "f"]],
  [`module.exports = { async GET() {}, get b() { return 1; }, *c() {} };`, ["async", "GET", "get", "b", "c"]],
  [`module.exports = { // a: 1, {\n b: "}, c: 1", /* } */ d: \`}, e\` };`, ["b", "d"]],
  [`module.exports = { a: "\\"}, b", c };`, ["a", "c"]],
  [`module.exports = { ...rest, a };`, ["rest", "a"]],
  [`module.exports = {`, []],
  [`module.exports = make();`, []],
  [`my.exports.a = 1; my.module.exports = { b };`, []],
];

for (const [source, names] of CASES) {
  Deno.test(`getWrittenNames() of ${source}`, () => {
    assertEquals(getWrittenNames(source), [...names]);
  });
}
