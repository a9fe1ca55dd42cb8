import { assert, assertLess, assertStrictEquals } from "@std/assert";
import { matchesIfNoneMatch } from "../../src/http/etag.ts";

const CASES: readonly { header: string | null; etag: string; matches: boolean }[] = [
  { header: null, etag: '"a"', matches: false },
  { header: "", etag: '"a"', matches: false },
  { header: "", etag: "", matches: false },
  { header: "*", etag: "", matches: false },
  { header: "*", etag: '"a"', matches: true },
  { header: " \t* ", etag: 'W/"a"', matches: true },
  { header: '"b", *', etag: '"a"', matches: false },
  { header: '"a"', etag: '"a"', matches: true },
  { header: 'W/"a"', etag: '"a"', matches: true },
  { header: '"a"', etag: 'W/"a"', matches: true },
  { header: 'W/"a"', etag: 'W/"a"', matches: true },
  { header: 'w/"a"', etag: '"a"', matches: false },
  { header: '"b"', etag: '"a"', matches: false },
  { header: '"A"', etag: '"a"', matches: false },
  { header: '"b","c" ,\t"a"', etag: '"a"', matches: true },
  { header: ',, ,"a",', etag: '"a"', matches: true },
  { header: '"b, a"', etag: "a", matches: false },
  { header: '"b","a,c","d"', etag: '"a,c"', matches: true },
  { header: '"b","a,c","d"', etag: '"a', matches: false },
  { header: '"a" "b"', etag: '"a"', matches: false },
  { header: '"a', etag: '"a"', matches: false },
  { header: "a", etag: '"a"', matches: false },
  { header: "b, a", etag: "a", matches: true },
  { header: '""', etag: '""', matches: true },
];

for (const { header, etag, matches } of CASES) {
  Deno.test(`matchesIfNoneMatch(${JSON.stringify(header)}, ${JSON.stringify(etag)}) is ${matches}`, () => {
    assertStrictEquals(matchesIfNoneMatch(header, etag), matches);
  });
}

/** Characters with which a client can fill a header. */
const FILLS: readonly { name: string; fill: (length: number) => string }[] = [
  { name: "spaces between two tags", fill: (length) => `"a"${" ".repeat(length)}"b"` },
  { name: "spaces before a comma", fill: (length) => `"a"${" ".repeat(length)},"b"` },
  { name: "spaces", fill: (length) => " ".repeat(length) },
  { name: "commas", fill: (length) => ",".repeat(length) },
  { name: "spaces and commas", fill: (length) => " ,".repeat(length / 2) },
  { name: "quotes", fill: (length) => '"'.repeat(length) },
  { name: "a tag without end", fill: (length) => `"${"a".repeat(length)}` },
  { name: "marks of weakness", fill: (length) => "W/".repeat(length / 2) },
];

for (const { name, fill } of FILLS) {
  Deno.test(`if-none-match-of-spaces: matchesIfNoneMatch() takes ${name} eight times as long in about eight times the time`, () => {
    const [short, long] = [fill(8_000), fill(64_000)];
    const fastest = (header: string) => {
      const times = Array.from({ length: 20 }, () => {
        const start = performance.now();
        assert(!matchesIfNoneMatch(header, '"x"'));
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    fastest(short);
    // The square of eight is 64.
    assertLess(fastest(long) / Math.max(fastest(short), 0.001), 40);
  });
}
