import { posix, win32 as windows } from "node:path";
import { assertEquals } from "@std/assert";
import { getRelativePath } from "../../../src/deno/project/relative_path.ts";

const cases = [
  { name: "up on Windows", system: windows, from: "C:\\a\\dist", to: "C:\\a", expected: ".." },
  {
    name: "across on Windows",
    system: windows,
    from: "C:\\a\\dist",
    to: "C:\\a\\app\\x\\r.ts",
    expected: "../app/x/r.ts",
  },
  { name: "another drive", system: windows, from: "D:\\dist", to: "C:\\a\\b", expected: "C:/a/b" },
  { name: "across elsewhere", system: posix, from: "/a/dist", to: "/a/app/r.ts", expected: "../app/r.ts" },
  { name: "a backslash in a name elsewhere", system: posix, from: "/a", to: "/a/b\\c", expected: "b\\c" },
];

for (const { name, system, from, to, expected } of cases) {
  Deno.test(`getRelativePath() has the slashes of specifiers: ${name}`, () => {
    assertEquals(getRelativePath(from, to, system), expected);
  });
}
