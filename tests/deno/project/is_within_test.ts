import { assertEquals } from "@std/assert";
import { isWithin } from "../../../src/deno/project/is_within.ts";

const CASES: readonly (readonly [path: string, folder: string, expected: boolean])[] = [
  ["/app", "/app", true],
  ["/app/public/a.txt", "/app", true],
  ["/app2", "/app", false],
  ["/", "/app", false],
  ["/app", "/", true],
  ["/", "/", true],
];

for (const [path, folder, expected] of CASES) {
  Deno.test(`isWithin("${path}", "${folder}") is ${expected}`, () => {
    assertEquals(isWithin(path, folder), expected);
  });
}
