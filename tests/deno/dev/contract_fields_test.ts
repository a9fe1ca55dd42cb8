import { assertEquals } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import { showContracts } from "../../../src/deno/dev/contract_fields.ts";
import { bytes, type Contract, form, text } from "../../../src/route.ts";
import { createManifest } from "../../../src/routing/manifest.ts";

function show(contract: Contract, path = "users/[id]/route.ts", method = "POST") {
  const { segments } = createManifest([path]).routes[0]!;
  return showContracts({ [method]: { contract, bodyLimit: undefined } }, segments)[method]!;
}

/** Returns the fields as text: `body address.street* text`. */
function listFields(contract: Contract, path?: string, method?: string): string[] {
  return show(contract, path, method).fields.map(({ in: part, path, kind, isRequired }) =>
    `${part} ${path.join(".")}${isRequired ? "*" : ""} ${kind}`
  );
}

const Address = z.object({ street: z.string(), geo: z.object({ point: z.object({ x: z.number() }) }).optional() });

const CASES: readonly [title: string, contract: Contract, fields: readonly string[]][] = [
  ["no schema", {}, ["params id* text"]],
  ["params", { params: z.object({ id: z.coerce.number() }) }, ["params id* text"]],
  ["a query", { query: z.object({ q: z.string(), page: z.coerce.number().optional(), tag: z.array(z.string()) }) }, [
    "params id* text",
    "query q* text",
    "query page number",
    "query tag* json",
  ]],
  [
    "headers and cookies",
    { headers: z.object({ "x-a": z.string() }), cookies: z.object({ b: z.string().optional() }) },
    [
      "params id* text",
      "headers x-a* text",
      "cookies b text",
    ],
  ],
  ["nested objects, to a depth of three", { body: z.object({ name: z.string(), address: Address }) }, [
    "params id* text",
    "body name* text",
    "body address.street* text",
    "body address.geo.point json",
  ]],
  ["optional objects, whose properties are not required", { body: z.object({ address: Address.optional() }) }, [
    "params id* text",
    "body address.street text",
    "body address.geo.point json",
  ]],
  ["choices and booleans", { body: z.object({ role: z.enum(["a", "b"]), on: z.boolean() }) }, [
    "params id* text",
    "body role* choice",
    "body on* boolean",
  ]],
  ["a body that is a list", { body: z.array(z.number()) }, ["params id* text", "body * json"]],
  ["a body that is a string", { body: z.string() }, ["params id* text", "body * text"]],
  ["text", { body: text() }, ["params id* text", "body * text"]],
  ["a form", { body: form(z.object({ title: z.string() })) }, ["params id* text", "body title* text"]],
  ["schemas with an id", { body: z.object({ a: Address.meta({ id: "Address" }) }) }, [
    "params id* text",
    "body a.street* text",
    "body a.geo.point json",
  ]],
];

for (const [title, contract, fields] of CASES) {
  Deno.test(`showContracts() of ${title}`, () => assertEquals(listFields(contract), fields));
}

Deno.test("showContracts() has the segments of the path, and no body of GET", () => {
  const contract = { body: z.string() };
  assertEquals(listFields(contract, "[org]/[[...path]]/route.ts", "GET"), ["params org* text", "params path text"]);
  assertEquals(show(contract, "route.ts", "GET").bodyKind, undefined);
  assertEquals(show({ body: bytes() }).bodyKind, "bytes");
});

Deno.test("showContracts() has the schemas as text, descriptions and defaults as hints", () => {
  const query = z.object({ q: z.string().describe("What to find"), page: z.number().default(1) });
  const { fields, schemas } = show({ query }, "route.ts");
  assertEquals(fields.map(({ hint }) => hint), ["What to find", "Default: 1"]);
  assertEquals(schemas.map(({ part }) => part), ["query"]);
  assertEquals(Object.keys(JSON.parse(schemas[0]!.text)), ["type", "properties", "required"]);
});

Deno.test("showContracts() of a recursive schema ends", () => {
  const Node = z.object({
    name: z.string(),
    get child() {
      return Node.optional();
    },
  });
  const fields = listFields({ body: Node }, "route.ts");
  assertEquals(fields[0], "body name* text");
  assertEquals(fields.length <= 100, true);
});
