import { assertStrictEquals } from "@std/assert";
import { isHeaderList } from "../../src/cache/header_list.ts";

const RIGHT: readonly { name: string; list: unknown }[] = [
  { name: "no headers", list: [] },
  { name: "a header", list: [["content-type", "text/plain"]] },
  { name: "the same name twice", list: [["link", "a"], ["link", "b"]] },
  { name: "an empty value", list: [["x", ""]] },
  { name: "every character of a name", list: [["!#$%&'*+-.^_`|~09az", "x"]] },
  { name: "a tab and Latin 1 in a value", list: [["x", "a\tb \xe9\xff"]] },
];

const WRONG: readonly { name: string; list: unknown }[] = [
  { name: "nothing", list: undefined },
  { name: "null", list: null },
  { name: "text", list: "ab" },
  { name: "a record", list: { "content-type": "text/plain" } },
  { name: "a name alone", list: [["x"]] },
  { name: "two values", list: [["x", "a", "b"]] },
  { name: "a pair that is text", list: ["ab"] },
  { name: "a value that is a number", list: [["x", 1]] },
  { name: "a value that is null", list: [["x", null]] },
  { name: "a name that is a list", list: [[["x"], "a"]] },
  { name: "an empty name", list: [["", "a"]] },
  { name: "a space in a name", list: [["a b", "x"]] },
  { name: "a colon in a name", list: [["a:", "x"]] },
  { name: "a line end in a name", list: [["a\r\nb", "x"]] },
  { name: "a line end after a name", list: [["a\n", "x"]] },
  { name: "a name in upper case, which Headers never gives", list: [["Transfer-Encoding", "chunked"]] },
  { name: "a line end in a value", list: [["x", "a\r\nset-cookie: b"]] },
  { name: "a line end after a value", list: [["x", "a\n"]] },
  { name: "NUL in a value", list: [["x", "\0"]] },
  { name: "a control character in a value", list: [["x", "\x01"]] },
  { name: "DEL in a value", list: [["x", "\x7f"]] },
  { name: "a character beyond Latin 1 in a value", list: [["x", "\u0100"]] },
];

for (const [cases, expected] of [[RIGHT, true], [WRONG, false]] as const) {
  for (const { name, list } of cases) {
    Deno.test(`S62 isHeaderList() of ${name} is ${expected}`, () => assertStrictEquals(isHeaderList(list), expected));
  }
}
