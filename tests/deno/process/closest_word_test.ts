import { assertEquals } from "@std/assert";
import { findClosestWord } from "../../../src/deno/process/closest_word.ts";

const WORDS = ["init", "dev", "start", "build", "list", "out", "hostname", "trust-proxy"];

const CASES: readonly (readonly [word: string, closest: string | undefined])[] = [
  ["start", "start"],
  ["strat", "start"],
  ["satrt", "start"],
  ["biuld", "build"],
  ["ls", "list"],
  ["host", "hostname"],
  ["trust", "trust-proxy"],
  ["trust-prox", "trust-proxy"],
  ["h", undefined],
  ["x", undefined],
  ["", undefined],
  ["serve", undefined],
  ["handbook", undefined],
];

for (const [word, closest] of CASES) {
  Deno.test(`findClosestWord("${word}") is ${closest}`, () => {
    assertEquals(findClosestWord(word, WORDS), closest);
  });
}

Deno.test("findClosestWord() without candidates is undefined", () => {
  assertEquals(findClosestWord("start", []), undefined);
});
