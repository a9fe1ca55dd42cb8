import { assertEquals } from "@std/assert";
import { formatByteSize, parseByteSize } from "../../src/http/byte_size.ts";

const SIZES: readonly [value: unknown, bytes: number | undefined][] = [
  [0, 0],
  [1024, 1024],
  ["17", 17],
  ["64kb", 65_536],
  ["64 KB", 65_536],
  ["1.5mb", 1_572_864],
  ["2gb", 2_147_483_648],
  [" 10b ", 10],
  [false, Infinity],
  [Infinity, Infinity],
  [-1, undefined],
  [NaN, undefined],
  ["", undefined],
  ["a lot", undefined],
  ["10tb", undefined],
  ["-1kb", undefined],
  ["1e3", undefined],
  [true, undefined],
  [null, undefined],
];

for (const [value, bytes] of SIZES) {
  Deno.test(`parseByteSize() reads ${JSON.stringify(value)} as ${bytes}`, () => {
    assertEquals(parseByteSize(value), bytes);
  });
}

for (const [bytes, text] of [[17, "17b"], [65_536, "64kb"], [1_572_864, "1.5mb"], [104_857_600, "100mb"]] as const) {
  Deno.test(`formatByteSize() writes ${bytes} as ${text}`, () => assertEquals(formatByteSize(bytes), text));
}
