import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import { type Contract, form, route, type StandardSchema, text } from "../../src/route.ts";
import { createOpenApiDocument, formatDocument } from "../../src/openapi/document.ts";
import type { JsonSchema, OpenApiDocument, Operation } from "../../src/openapi/openapi_objects.ts";
import type { DocumentedHandler } from "../../src/openapi/operation.ts";
import { createManifest } from "../../src/routing/manifest.ts";

const INFO = { title: "Test", version: "1.0.0" };

/** Creates the document of handlers, by path and method. */
function describe(
  handlers: Readonly<Record<string, Readonly<Record<string, DocumentedHandler>>>>,
): { document: OpenApiDocument; warnings: string[] } {
  const warnings: string[] = [];
  const { routes } = createManifest(
    Object.keys(handlers).map((path) => `${path.slice(1)}/route.ts`.replace(/^\//, "")),
  );
  const described = routes.map(({ id, segments }) => ({ segments, handlers: handlers[id]! }));
  const document = createOpenApiDocument(described, { info: INFO, warn: (message) => warnings.push(message) });
  return { document, warnings };
}

/** Creates the operation of one handler with a contract. */
function describeOne(contract: Contract, path = "/users/[id]", method = "POST"): Operation {
  const { document } = describe({ [path]: { [method]: { contract } } });
  const [item] = Object.values(document.paths);
  return item![method.toLowerCase()]!;
}

const NAMES: readonly [path: string, method: string, names: Readonly<Record<string, string>>][] = [
  ["/", "GET", { "/": "getRoot" }],
  ["/users/[id]", "PATCH", { "/users/{id}": "patchUsersById" }],
  ["/reset-password", "POST", { "/reset-password": "postResetPassword" }],
  ["/api/v1/users", "GET", { "/api/v1/users": "getApiV1Users" }],
  ["/files/[...path]", "GET", { "/files/{path}": "getFilesByPath" }],
  ["/docs/[[...slug]]", "GET", { "/docs": "getDocs", "/docs/{slug}": "getDocsBySlug" }],
];

for (const [path, method, names] of NAMES) {
  Deno.test(`the operations of ${method} ${path} are ${Object.values(names).join(" and ")}`, () => {
    const { paths } = describe({ [path]: { [method]: {} } }).document;
    const found = Object.entries(paths).map(([path, item]) => [path, item[method.toLowerCase()]!.operationId]);
    assertEquals(Object.fromEntries(found), names);
  });
}

Deno.test("operation ids are unique", () => {
  const contract = { operationId: "save" };
  const { paths } = describe({ "/a": { PUT: { contract } }, "/b": { PUT: { contract } } }).document;
  assertEquals([paths["/a"]!.put!.operationId, paths["/b"]!.put!.operationId], ["save", "save2"]);
});

for (
  const [path, tags] of [
    ["/users/[id]", ["users"]],
    ["/api/users", ["users"]],
    ["/api", ["api"]],
    ["/[id]", undefined],
    ["/[org]/users", ["users"]],
  ] as const
) {
  Deno.test(`the tags of ${path} are ${tags ?? "none"}`, () => assertEquals(describeOne({}, path).tags, tags));
}

Deno.test("a contract takes precedence over the comment and the types of a handler", () => {
  const inferred: DocumentedHandler = {
    comment: { summary: "from the comment", description: "more", deprecated: true },
    responses: { 200: { "application/json": { schema: { type: "string" } } } },
  };
  const contract = { summary: "from the contract", tags: ["own"], responses: { 201: null } };
  const { document } = describe({ "/a": { GET: inferred }, "/b": { GET: { ...inferred, contract } } });
  const { get: without } = document.paths["/a"]!, { get: withContract } = document.paths["/b"]!;
  assertEquals([without!.summary, without!.tags, Object.keys(without!.responses)], ["from the comment", ["a"], [
    "200",
  ]]);
  assertEquals(
    [withContract!.summary, withContract!.tags, Object.keys(withContract!.responses), withContract!.description],
    ["from the contract", ["own"], ["201"], "more"],
  );
});

const PARAMETERS: readonly [title: string, contract: Contract, parameters: readonly string[]][] = [
  ["params without a contract", {}, ["path id! string"]],
  ["params with a pattern", { params: "/users/[id]" }, ["path id! string"]],
  ["params with a schema", { params: z.object({ id: z.coerce.number() }) }, ["path id! number"]],
  ["a query", { query: z.object({ q: z.string(), tag: z.array(z.string()).optional() }) }, [
    "path id! string",
    "query q! string",
    "query tag array",
  ]],
  ["a query of two schemas", { query: z.object({ a: z.string() }).and(z.object({ b: z.number() })) }, [
    "path id! string",
    "query a! string",
    "query b! number",
  ]],
  ["a query with any key", { query: z.record(z.string(), z.string()) }, ["path id! string", "query query object"]],
  ["headers and cookies", {
    headers: z.object({ "x-key": z.string(), authorization: z.string() }),
    cookies: z.object({ theme: z.string().optional() }),
  }, ["path id! string", "header x-key! string", "cookie theme string"]],
];

for (const [title, contract, parameters] of PARAMETERS) {
  Deno.test(`parameters: ${title}`, () => {
    const found = describeOne(contract).parameters?.map(({ in: place, name, required, schema }) =>
      `${place} ${name}${required ? "!" : ""} ${schema.type}`
    );
    assertEquals(found, parameters);
  });
}

Deno.test("the description of a property is that of its parameter", () => {
  const { parameters } = describeOne({ query: z.object({ q: z.string().describe("What to find") }) }, "/");
  assertEquals(parameters![0]!.description, "What to find");
});

const STATUSES: readonly [title: string, contract: Contract, statuses: readonly string[]][] = [
  ["without a contract", {}, ["default"]],
  ["with a pattern of params", { params: "/users/[id]" }, ["default"]],
  ["with a query", { query: z.object({}) }, ["400", "default"]],
  ["with a body", { body: z.string(), responses: { 201: null } }, ["201", "400", "413", "415"]],
  ["with a limit", { maxBody: "1kb" }, ["413", "default"]],
  ["with its own 400", { body: text(), responses: { 200: null, 400: z.string() } }, ["200", "400", "413", "415"]],
];

for (const [title, contract, statuses] of STATUSES) {
  Deno.test(`responses ${title}: ${statuses.join(", ")}`, () => {
    assertEquals(Object.keys(describeOne(contract).responses), statuses);
  });
}

Deno.test("responses to invalid requests are problems, unless a function responds to them", () => {
  const getContent = (contract: Contract) => Object.keys(describeOne(contract).responses["400"]!.content ?? {});
  const query = z.object({ q: z.string() });
  assertEquals(getContent({ query }), ["application/problem+json"]);
  assertEquals(getContent({ query, onInvalid: () => new Response() }), []);
  assertEquals(
    createOpenApiDocument([{ segments: [], handlers: { GET: { contract: { query } } } }], {
      info: INFO,
      answersProblems: false,
      warn: () => {},
    }).paths["/"]!.get!.responses["400"],
    { description: "Bad Request" },
  );
});

Deno.test("a body has its size, its media types, and whether it is required", () => {
  assertEquals(describeOne({ body: z.string(), maxBody: "64kb" }).requestBody, {
    description: "At most 64kb",
    required: true,
    content: { "application/json": { schema: { type: "string" } } },
  });
  assertEquals(describeOne({ body: z.string().optional() }).requestBody?.required, undefined);
  assertEquals(Object.keys(describeOne({ body: form(z.object({ a: z.string() })) }).requestBody!.content), [
    "multipart/form-data",
    "application/x-www-form-urlencoded",
  ]);
  assertEquals(Object.keys(describeOne({ body: form(z.object({ a: z.file() })) }).requestBody!.content), [
    "multipart/form-data",
  ]);
});

Deno.test("a body of GET is omitted", () => {
  assertEquals(describeOne({ body: z.string() }, "/a", "GET").requestBody, undefined);
});

Deno.test("schemas with an id are components, each once", () => {
  const Name = z.object({ name: z.string() }).meta({ id: "Name" });
  const contract: Contract = { body: Name, responses: { 200: z.array(Name) } };
  const { document } = describe({ "/a": { POST: { contract } }, "/b": { POST: { contract } } });
  assertEquals(Object.keys(document.components!.schemas!), ["Name", "Problem"]);
  const { content } = document.paths["/b"]!.post!.responses["200"]!;
  assertEquals(content!["application/json"]!.schema!.items, { $ref: "#/components/schemas/Name" });
});

Deno.test("two schemas with the same id get two names", () => {
  const written = (type: string): StandardSchema => ({
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => ({ $ref: "#/$defs/A", $defs: { A: { type } } }), output: () => ({}) },
    },
  } as StandardSchema);
  const { document } = describe({
    "/a": { PUT: { contract: { body: written("string") } } },
    "/b": { PUT: { contract: { body: written("number") } } },
  });
  assertEquals(document.components!.schemas!.A, { type: "string" });
  assertEquals(document.components!.schemas!.A2, { type: "number" });
});

Deno.test("a recursive schema is a component that refers to itself", () => {
  const Node = z.object({
    get children() {
      return z.array(Node);
    },
  });
  const { document } = describe({ "/tree": { PUT: { contract: { body: Node, responses: { 200: Node } } } } });
  const reference = { $ref: "#/components/schemas/PutTreeBody" };
  const operation = document.paths["/tree"]!.put!;
  assertEquals(operation.requestBody!.content["application/json"]!.schema, reference);
  assertEquals(operation.responses["200"]!.content!["application/json"]!.schema, reference);
  const { properties } = document.components!.schemas!.PutTreeBody as { properties: { children: JsonSchema } };
  assertEquals(properties.children.items, reference);
});

Deno.test("a property named $ref, and values that look like references, stay as they are", () => {
  const body = z.object({ $ref: z.string(), kind: z.literal("#/$defs/A") });
  const { schema } = describeOne({ body }).requestBody!.content["application/json"]!;
  assertEquals(schema!.properties, { $ref: { type: "string" }, kind: { type: "string", const: "#/$defs/A" } });
});

Deno.test("there is one warning for a library without JSON Schema, with the fix", () => {
  const bare = (vendor: string): StandardSchema => ({
    "~standard": { version: 1, vendor, validate: (value) => ({ value }) },
  });
  const contract: Contract = { body: bare("valibot"), query: bare("valibot"), cookies: bare("other") };
  const { document, warnings } = describe({ "/a": { POST: { contract } } });
  assertEquals(document.paths["/a"]!.post!.requestBody!.content, { "application/json": { schema: {} } });
  assertEquals(document.paths["/a"]!.post!.parameters, undefined);
  assertEquals(warnings.length, 2);
  assertMatch(
    warnings[0]!,
    /^Cannot describe "query" of POST \/a: .*toStandardJsonSchema\(\).*"@valibot\/to-json-schema"/,
  );
  assertMatch(warnings[1]!, /^Cannot describe "cookies" of POST \/a: .*standardschema\.dev/);
});

Deno.test("there is a warning for a schema that cannot be converted, with the reason", () => {
  const contract = {
    query: z.object({ from: z.coerce.date().optional(), q: z.string() }),
    body: z.object({ at: z.date() }),
  };
  const { document, warnings } = describe({ "/a": { POST: { contract } } });
  const { requestBody, parameters } = document.paths["/a"]!.post!;
  const schema = { type: "object", properties: { at: {} }, required: ["at"] };
  assertEquals(requestBody!.content, { "application/json": { schema } });
  // Only that part may have any value.
  assertEquals(parameters!.map(({ name, schema }) => [name, schema]), [["from", {}], ["q", { type: "string" }]]);
  assertEquals(warnings.length, 2);
  assertStringIncludes(warnings[0]!, `Cannot describe all of "query" of POST /a: Date cannot be represented`);
});

Deno.test("QUERY is omitted with a warning", () => {
  const { document, warnings } = describe({ "/a": { QUERY: {}, GET: {} } });
  assertEquals(Object.keys(document.paths["/a"]!), ["get"]);
  assertEquals(warnings, ["Cannot describe QUERY /a: OpenAPI 3.1 does not have this method"]);
});

Deno.test("security is that of all middleware, or that of the contract", () => {
  const secure = (...names: string[]) =>
    Object.assign((_request: Request, _context: object, next: () => Promise<Response>) => next(), {
      security: names.map((name) => ({ name, scheme: { type: "http", scheme: name } })),
    });
  const use = [secure("bearer", "basic"), secure(), secure("digest")];
  const handler = route({ use }, () => new Response());
  const contract = handler["~route"].contract;
  assertEquals(describeOne(contract).security, [{ bearer: [], digest: [] }, { basic: [], digest: [] }]);
  assert("401" in describeOne(contract).responses);
  assertEquals(describeOne({ ...contract, security: [] }).security, []);
  const security = [{ name: "oauth", scheme: { type: "oauth2", flows: {} }, scopes: ["read"] }];
  assertEquals(describeOne({ ...contract, security }).security, [{ oauth: ["read"] }]);
  assertEquals(describeOne({}).security, undefined);
});

Deno.test("formatDocument() rejects a document of more than 10 MiB", () => {
  const document = createOpenApiDocument([], { info: { ...INFO, description: "a".repeat(11 * 2 ** 20) }, warn() {} });
  const error = assertThrows(() => formatDocument(document), RangeError);
  assertMatch(error.message, /^Cannot write the OpenAPI document: it has 11mb, more than 10mb, /);
});
