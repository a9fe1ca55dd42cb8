import { assertEquals } from "@std/assert";
import { formatJson, readFragment, toCurlCommand, toFragment } from "../../../../src/deno/dev/page/request_text.ts";

const PATHS = ["/", "/users/[id]", "/a b?x=1&y=%41#z", "/%", "/%2523", "/é/日本", "/a\nb", "/'\"<>", "/?u=http://x/"];

for (const path of PATHS) {
  Deno.test(`readFragment() reads what toFragment() wrote for ${JSON.stringify(path)}`, () => {
    const fragment = toFragment("POST", path);
    assertEquals(new URL(fragment, "http://localhost/_routes").hash, fragment);
    assertEquals(readFragment(fragment), { method: "POST", path });
  });
}

const FRAGMENTS: readonly (readonly [fragment: string, expected: string[] | null])[] = [
  ["#GET /users/[id]", ["GET", "/users/[id]"]],
  ["#GET%20/100%", ["GET", "/100%"]],
  ["#GET /%ff", null],
  ["", null],
  ["#", null],
  ["#/users", null],
  ["#GET users", null],
  ["#get /users", null],
];

for (const [fragment, expected] of FRAGMENTS) {
  Deno.test(`readFragment() of ${JSON.stringify(fragment)} is ${expected?.join(" ") ?? "null"}`, () => {
    const read = readFragment(fragment);
    assertEquals(read === null ? null : [read.method, read.path], expected);
  });
}

const JSONS: readonly (readonly [text: string, formatted: string])[] = [
  [`{"a":1,"b":[true,null,"x"]}`, `{\n  "a": 1,\n  "b": [\n    true,\n    null,\n    "x"\n  ]\n}`],
  [` [ { } , [ ] ] `, `[\n  {},\n  []\n]`],
  [`{"id":12345678901234567890,"e":1.0e+2}`, `{\n  "id": 12345678901234567890,\n  "e": 1.0e+2\n}`],
  [`{"a":1,"a":2}`, `{\n  "a": 1,\n  "a": 2\n}`],
  [`"a \\"b\\" {c}, [d]: e"`, `"a \\"b\\" {c}, [d]: e"`],
  [`{"a\\\\":"  "}`, `{\n  "a\\\\": "  "\n}`],
  ["17", "17"],
  ["", ""],
  [`{"a":1`, `{"a":1`],
  [`{"a":1}\n{"a":2}\n`, `{"a":1}\n{"a":2}\n`],
];

for (const [text, formatted] of JSONS) {
  Deno.test(`formatJson() formats ${JSON.stringify(text)}`, () => assertEquals(formatJson(text), formatted));
}

Deno.test("formatJson() changes no value", () => {
  const value = { a: [1, "}", { b: '[",:' }, [], {}], "c: d": null, "\u2028": "\\" };
  assertEquals(JSON.parse(formatJson(JSON.stringify(value))), value);
});

const GET = { method: "GET", path: "/", headers: "", body: "" };

const COMMANDS: readonly (readonly [what: string, request: typeof GET, command: string])[] = [
  ["GET", GET, "curl --include 'http://localhost/'"],
  ["GET without the body of the form", { ...GET, body: "left over" }, "curl --include 'http://localhost/'"],
  ["HEAD", { ...GET, method: "HEAD", body: "left over" }, "curl --include --head 'http://localhost/'"],
  [
    "quotes, a pattern and a header without a value",
    { ...GET, path: "/[id]?q='x'", headers: "x-a: 'b'\n\n x-b:\n" },
    `curl --include --globoff 'http://localhost/[id]?q='\\''x'\\''' --header 'x-a: '\\''b'\\''' --header 'x-b;'`,
  ],
  [
    "a body without a type",
    { ...GET, method: "POST", body: "@file" },
    "curl --include --request POST 'http://localhost/' --header 'content-type: text/plain;charset=UTF-8' " +
    "--data-raw '@file'",
  ],
  [
    "a body with a type",
    { ...GET, method: "PUT", headers: "Content-Type: application/json", body: "{\n}" },
    "curl --include --request PUT 'http://localhost/' --header 'Content-Type: application/json' --data-raw '{\n}'",
  ],
];

for (const [what, request, command] of COMMANDS) {
  Deno.test(`toCurlCommand() writes ${what}`, () => assertEquals(toCurlCommand("http://localhost", request), command));
}
