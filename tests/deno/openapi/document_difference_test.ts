import { assertEquals } from "@std/assert";
import { findDifferences } from "../../../src/deno/openapi/document_difference.ts";

const CASES: readonly [title: string, before: unknown, after: unknown, lines: readonly string[]][] = [
  ["equal values", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ["another order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ["a changed value", { info: { title: "A" } }, { info: { title: "B" } }, [`- /info/title: "A"`, `+ /info/title: "B"`]],
  ["an added path", { paths: {} }, { paths: { "/a~b": {} } }, ["+ /paths/~1a~0b: {}"]],
  ["a removed item", [1, 2], [1], ["- /1: 2"]],
  ["an array and an object", { a: [] }, { a: {} }, ["- /a: []", "+ /a: {}"]],
  ["a key of a prototype", {}, JSON.parse(`{ "constructor": 1 }`), ["+ /constructor: 1"]],
  ["a long value", {}, { a: "x".repeat(200) }, [`+ /a: "${"x".repeat(119)}…`]],
];

for (const [title, before, after, lines] of CASES) {
  Deno.test(`findDifferences() of ${title}`, () => assertEquals(findDifferences(before, after), lines));
}
