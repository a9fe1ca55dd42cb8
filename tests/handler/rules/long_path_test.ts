import { assertEquals } from "@std/assert";
import { createPathPattern } from "../../../src/handler/rules/path_pattern.ts";
import { seeded } from "../../helpers/random.ts";

const SOURCES = [
  "/:a{-:b}*",
  "/:a{-:b}+/:c*",
  "/:a*/x/:b*",
  "/:a+/:b?/x/:c*",
  "/:path*/:file.:end",
  "/x/:a-:b{.:c}*",
  "/:a{--:b-}*/x",
  "/A/:a*/x/:b",
];

// What is behind this is as long as it takes; a text of one segment cannot be divided by any of the patterns.
const TAIL = `/${"y".repeat(600)}`;

for (const source of SOURCES) {
  for (const ignoreCase of [false, true]) {
    Deno.test(`a long path is matched with ${source} like a short one${ignoreCase ? ", ignoring case" : ""}`, () => {
      const random = seeded(52);
      const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)]!;
      const short = createPathPattern(source, ignoreCase), long = createPathPattern(`${source}/:tail`, ignoreCase);
      let matches = 0;
      for (let i = 0; i < 4000; i++) {
        const length = 1 + Math.floor(random() * 9);
        const path = `/${Array.from({ length }, () => pick(["a", "b", "x", "A", "-", "--", ".", "/", "/x/"])).join("")}`
          .replaceAll(/\/+/g, "/").replace(/(?<=.)\/$/, "");
        if (path === "/") continue;
        const expected = short.exec(path), found = long.exec(path + TAIL);
        const { tail: _, ...params } = found ?? {};
        assertEquals(found === null ? null : { ...params }, expected === null ? null : { ...expected }, path);
        if (found !== null) matches++;
      }
      assertEquals(matches > 10, true, `${matches} matches`);
    });
  }
}
