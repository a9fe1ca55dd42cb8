import { assertEquals } from "@std/assert";
import { type FieldValues, getFieldKey, toRequest } from "../../../../src/deno/dev/page/request_values.ts";
import type { RequestForm, ShownContract, ShownField } from "../../../../src/deno/dev/page/state.ts";

type Values = readonly (readonly [part: ShownField["in"], path: string, kind: ShownField["kind"], value: string])[];

/** Makes a request of fields with values. */
function make(
  values: Values,
  { pattern = "/", bodyKind, headers = "", body = "" }: {
    pattern?: string;
    bodyKind?: ShownContract["bodyKind"];
    headers?: string;
    body?: string;
  } = {},
): RequestForm {
  const fields = values.map(([part, path, kind]): ShownField => ({
    in: part,
    path: path === "" ? [] : path.split("."),
    kind,
    isRequired: false,
  }));
  const typed: FieldValues = Object.fromEntries(
    fields.map((field, index) => [getFieldKey(field), values[index]![3]]),
  );
  const contract: ShownContract = { fields, schemas: [], ...(bodyKind === undefined ? {} : { bodyKind }) };
  return toRequest({ method: "POST", path: "/before?old=1", headers, body }, pattern, contract, typed);
}

const PATHS: readonly [pattern: string, values: Values, path: string][] = [
  ["/users/[id]", [["params", "id", "text", "a/b c"]], "/users/a%2Fb%20c"],
  ["/users/[id]", [["params", "id", "text", ""]], "/users/[id]"],
  ["/users/[id]", [["params", "id", "text", "$&"]], "/users/%24%26"],
  ["/files/[...path]", [["params", "path", "text", "a/b c"]], "/files/a/b%20c"],
  ["/docs/[[...slug]]", [["params", "slug", "text", "a"]], "/docs/a"],
  ["/", [["query", "q", "text", "a&b"], ["query", "page", "number", "2"]], "/?q=a%26b&page=2"],
  ["/", [["query", "tag", "json", `["a", "b"]`]], "/?tag=a&tag=b"],
  ["/", [["query", "tag", "json", "a"]], "/?tag=a"],
  ["/", [["query", "q", "text", "[1]"]], "/?q=%5B1%5D"],
];

for (const [pattern, values, path] of PATHS) {
  Deno.test(`toRequest() makes ${path} of ${pattern} and ${JSON.stringify(values)}`, () => {
    assertEquals(make(values, { pattern }).path, path);
  });
}

const BODIES: readonly [bodyKind: ShownContract["bodyKind"], values: Values, body: string][] = [
  ["json", [["body", "name", "text", "7"], ["body", "age", "number", "7"]], `{"name":"7","age":7}`],
  ["json", [["body", "a.b", "text", "x"], ["body", "a.c", "boolean", "true"]], `{"a":{"b":"x","c":true}}`],
  ["json", [["body", "age", "number", "seven"]], `{"age":"seven"}`],
  ["json", [["body", "tags", "json", "[1, 2]"], ["body", "left out", "text", ""]], `{"tags":[1,2]}`],
  ["json", [["body", "__proto__", "text", "x"]], `{"__proto__":"x"}`],
  ["json", [["body", "", "json", "[1]"]], "[1]"],
  ["json", [["body", "", "text", "hello"]], `"hello"`],
  ["text", [["body", "", "text", "hello"]], "hello"],
  ["form", [["body", "title", "text", "a b"]], "title=a+b"],
  [undefined, [], "before"],
];

for (const [bodyKind, values, body] of BODIES) {
  Deno.test(`toRequest() makes the ${bodyKind ?? "same"} body ${body}`, () => {
    const made = make(values, { bodyKind, body: "before" }).body;
    assertEquals(made.startsWith("{") ? JSON.stringify(JSON.parse(made)) : made, body);
  });
}

Deno.test("toRequest() keeps headers that are not fields, and replaces those that are", () => {
  const { headers } = make([
    ["headers", "x-a", "text", "new"],
    ["cookies", "theme", "text", "a b"],
    ["cookies", "empty", "text", ""],
  ], { bodyKind: "json", headers: "X-A: old\nx-b: kept\ncookie: theme=old\n" });
  assertEquals(headers, "x-b: kept\ncontent-type: application/json\nx-a: new\ncookie: theme=a%20b");
  assertEquals(make([], { bodyKind: "json", headers: "content-type: a/b" }).headers, "content-type: a/b");
  assertEquals(make([], { headers: "cookie: a=b" }).headers, "cookie: a=b");
});
