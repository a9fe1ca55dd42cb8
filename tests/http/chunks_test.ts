import { assertEquals, assertStrictEquals } from "@std/assert";
import { joinChunks } from "../../src/http/chunks.ts";

const CASES: readonly (readonly number[])[][] = [[], [[]], [[1]], [[1, 2], [3]], [[], [1], [], [2, 3]]];

for (const chunks of CASES) {
  Deno.test(`joinChunks() joins ${JSON.stringify(chunks)}`, () => {
    const joined = joinChunks(chunks.map((chunk) => Uint8Array.from(chunk)), chunks.flat().length);
    assertEquals([...joined], chunks.flat());
  });
}

Deno.test("joinChunks() returns a single chunk as it is, but not a view of a larger buffer", () => {
  const whole = Uint8Array.of(1, 2, 3);
  assertStrictEquals(joinChunks([whole], 3), whole);
  assertEquals(joinChunks([whole.subarray(1)], 2).buffer.byteLength, 2);
});
