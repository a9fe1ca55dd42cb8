/**
 * Unmodified packages that serve an API below one route, in a typical project. Every expected response is that of the
 * real Next 16.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hmac, packageSuite } from "../helpers/packages.ts";

const suite = packageSuite();

const encoded = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const ADA = encoded({ name: "Ada" });
const BOTH = `GET /api/trpc/greet,me?batch=1&input=${encoded({ 0: { name: "Ada" } })}`;

suite.test("@trpc/server answers queries, mutations, batches and streams", async (client) => {
  const events = `event: connected\ndata: {}\n\n\ndata: 1\n\n\ndata: 2\n\n\nevent: return\ndata: \n\n\n`;
  await client.check(
    { send: `GET /api/trpc/greet?input=${ADA}`, gives: `200 {"result":{"data":"Hello, Ada"}}` },
    { send: "POST /api/trpc/add", json: "one", gives: `200 {"result":{"data":1}}` },
    { send: "POST /api/trpc/add,add?batch=1", json: { 0: "two", 1: "three" }, gives: /^200 \[.*:2.*:3/ },
    { send: BOTH, headers: { "x-user": "Bob" }, gives: /^200 \[.*"Hello, Ada".*"Bob"/ },
    {
      send: BOTH,
      headers: { "trpc-accept": "application/jsonl", "x-user": "Bob" },
      gives: /^200 \{"0":[^]*"Hello, Ada"/,
    },
    { send: "GET /api/trpc/count?input=2", headers: { accept: "text/event-stream" }, gives: `200 ${events}` },
  );
});

suite.test("@trpc/server answers errors without a stack", async (client) => {
  const error = (message: string, code: number, data: object) =>
    JSON.stringify({ error: { message, code, data: { ...data, issues: null } } });
  const unauthorized = { code: "UNAUTHORIZED", httpStatus: 401, path: "me" };
  const notFound = { code: "NOT_FOUND", httpStatus: 404, path: "no" };
  await client.check(
    { send: "GET /api/trpc/me", gives: `401 ${error("UNAUTHORIZED", -32001, unauthorized)}` },
    { send: BOTH, gives: `207 [{"result":{"data":"Hello, Ada"}},${error("UNAUTHORIZED", -32001, unauthorized)}]` },
    { send: "GET /api/trpc/no", gives: `404 ${error(`No procedure found on path "no"`, -32004, notFound)}` },
    { send: "GET /api/trpc/add", gives: /^405 .*METHOD_NOT_SUPPORTED/ },
    { send: `GET /api/trpc/greet?input=${encoded({ name: "A" })}`, gives: /^400 .*"issues":\{"name":\["Too small/ },
  );
});

suite.test("@trpc/server/adapters/next-app-dir uses redirect() and notFound() of next/navigation", async (client) => {
  await client.check(
    { send: "GET /api/go?to=/there", gives: "307 /there" },
    { send: "GET /api/go?to=nowhere", gives: "404 " },
    { send: "GET /api/go?to=here", gives: `200 "here"` },
  );
});

const BOTH_KINDS = { accept: "application/json, text/event-stream" };
const rpc = (id: number | undefined, method: string, params?: object) => ({
  send: "POST /api/mcp",
  headers: BOTH_KINDS,
  json: { jsonrpc: "2.0", method, ...(id === undefined ? {} : { id }), ...(params === undefined ? {} : { params }) },
});
const HELLO = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };

suite.test("mcp-handler answers initialize, tools/list and tools/call over HTTP", async (client) => {
  const refused = { jsonrpc: "2.0", error: { code: -32000, message: "Method not allowed." }, id: null };
  await client.check(
    {
      ...rpc(1, "initialize", HELLO),
      gives: /^200 event: message\ndata: \{.*"protocolVersion":"2025-06-18".*"name":"fixture".*"id":1\}\n\n$/,
    },
    { ...rpc(undefined, "notifications/initialized"), gives: "202 " },
    { ...rpc(2, "tools/list"), gives: /^200 [^]*"tools":\[\{"name":"add","title":"Add",.*"inputSchema".*"id":2\}/ },
    {
      ...rpc(3, "tools/call", { name: "add", arguments: { a: 1, b: 2 } }),
      gives: /^200 [^]*"content":\[\{"type":"text","text":"3"\}\]/,
    },
    {
      ...rpc(4, "tools/call", { name: "add", arguments: { a: 1, b: "x" } }),
      gives: /^200 [^]*expected number, received string.*"isError":true/,
    },
    { ...rpc(5, "tools/none"), gives: /^\d+ [^]*"code":-32601/ },
    { send: "GET /api/mcp", headers: { accept: "text/event-stream" }, gives: `405 ${JSON.stringify(refused)}` },
    { send: "DELETE /api/mcp", gives: `405 ${JSON.stringify(refused)}` },
  );
});

suite.test("ai streams the output of a model", async (client) => {
  const messages = [{ id: "1", role: "user", parts: [{ type: "text", text: "Hi" }] }];
  const response = await client.fetch({ send: "POST /api/chat", json: { messages } });
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  assertEquals(response.headers.get("x-vercel-ai-ui-message-stream"), "v1");
  const parts = await Array.fromAsync(response.body!.pipeThrough(new TextDecoderStream()));
  assert(parts.length >= 3, `came in ${parts.length} parts`);
  assertStringIncludes(parts[0]!, `data: {"type":"start"}\n\n`);
  const deltas = [...parts.join("").matchAll(/"type":"text-delta","id":"1","delta":"(.*?)"\}\n/g)].map(([, text]) =>
    text
  );
  assertEquals(deltas, [`You said [{\\"type\\":\\"text\\",\\"text\\":\\"Hi\\"}]`, ", ", "world!"]);
  assertMatch(parts.join(""), /data: \{"type":"finish","finishReason":"stop"\}\n\ndata: \[DONE\]\n\n$/);
  await client.check({
    send: "POST /api/completion",
    json: { prompt: "Hi" },
    gives: `200 You said [{"type":"text","text":"Hi"}], world!`,
  });
});

suite.test("hono serves a catch-all route with handle() of hono/vercel", async (client) => {
  await client.check(
    { send: "GET /hono", gives: "200 root" },
    { send: "GET /hono/hello/Ada%20L?q=1", gives: `200 {"message":"Hello, Ada L","q":"1"}` },
    { send: "POST /hono/echo", form: { a: "b" }, gives: `201 {"a":"b"}` },
    { send: "GET /hono/visit", gives: "200 1" },
    { send: "GET /hono/visit", gives: "200 2" },
    { send: "GET /hono/events", gives: "200 event: number\ndata: one\n\nevent: number\ndata: two\n\n" },
    { send: "HEAD /hono", gives: "200 " },
    { send: "DELETE /hono", gives: "418 short and stout" },
    { send: "GET /hono/none", gives: "404 not in Hono" },
    { send: "PUT /hono", gives: "405 " },
  );
  assertEquals([...client.cookies], [["visits", "2"], ["last", "now"]]);
  const asked = { origin: "https://example.com", "access-control-request-method": "POST" };
  const preflight = await client.fetch({ send: "OPTIONS /hono", headers: asked });
  assertEquals(preflight.status, 204);
  assertEquals(preflight.headers.get("access-control-allow-origin"), "https://example.com");
});

const query = (text: string, variables?: object) => ({ send: "POST /api/graphql", json: { query: text, variables } });

suite.test("graphql-yoga answers queries, mutations, subscriptions and errors", async (client) => {
  const missing = { message: "No such book", locations: [{ line: 1, column: 2 }], path: ["book"] };
  const error = { ...missing, extensions: { code: "NO_BOOK" } };
  const count = [2, 1, 0].map((countdown) => `event: next\ndata: {"data":{"countdown":${countdown}}}\n\n`).join("");
  await client.check(
    { send: "GET /api/graphql?query=%7Bbooks%7Btitle%7D%7D", gives: `200 {"data":{"books":[{"title":"Dune"}]}}` },
    { ...query("{agent}"), headers: { "x-agent": "test" }, gives: `200 {"data":{"agent":"test"}}` },
    {
      ...query("mutation($t: String!) { addBook(title: $t) { id title } }", { t: "Emma" }),
      gives: `200 {"data":{"addBook":{"id":"2","title":"Emma"}}}`,
    },
    { ...query("{book(id:9){id}}"), gives: `200 ${JSON.stringify({ errors: [error], data: null })}` },
    { ...query("{nope}"), gives: /^200 \{"errors":\[\{"message":"Cannot query field \\"nope\\"/ },
    { ...query("{"), gives: /^200 \{"errors":\[\{"message":"Syntax Error:/ },
    {
      ...query("subscription{countdown(from:2)}"),
      headers: { accept: "text/event-stream" },
      gives: `200 :\n\n${count}event: complete\ndata:\n\n`,
    },
    { send: "GET /api/graphql", headers: { accept: "text/html" }, gives: /^200 <!doctype html>/ },
    { send: "OPTIONS /api/graphql", gives: "204 " },
  );
});

suite.test("zod answers an invalid request with 400 and its issues", async (client) => {
  const user = { name: "Ada", email: "a@example.com", age: "36" };
  await client.check(
    { send: "GET /api/users", gives: `200 {"page":1}` },
    { send: "GET /api/users?page=2", gives: `200 {"page":2}` },
    { send: "GET /api/users?page=x", gives: /^400 \{"issues":\[\{"expected":"number",.*"path":\["page"\]/ },
    { send: "POST /api/users", json: user, gives: `201 {"name":"Ada","email":"a@example.com","age":36}` },
    {
      send: "POST /api/users",
      json: { ...user, age: -1 },
      gives: /^400 \{"issues":\[\{[^[]*"path":\["age"\][^[]*\]\}$/,
    },
    { send: "POST /api/users", gives: /^400 .*"message":"Invalid input: expected object, received undefined"/ },
  );
});

suite.testAlone("uploadthing signs uploads, and calls onUploadComplete when its service says so", async (project) => {
  const received: [path: string, body: Record<string, unknown>][] = [];
  const done = Promise.withResolvers<void>();
  // The parts of the UploadThing service that a server uses.
  await using service = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    received.push([pathname, await request.json()]);
    if (pathname === "/callback-result") done.resolve();
    return Response.json({ ok: true });
  });
  const ingest = `http://127.0.0.1:${service.addr.port}`;
  await project.write(".env.local", `INGEST_URL=${ingest}\n`);
  await using server = await project.serve();
  const client = server.client();
  const file = { name: "a.png", size: 10, type: "image/png", lastModified: 1 };
  const upload = (slug: string, changes: object = {}) => ({
    send: `POST /api/uploadthing?actionType=upload&slug=${slug}`,
    json: { files: [{ ...file, ...changes }], input: null },
  });
  const headers = { cookie: "user=Ada" };
  await client.check(
    { send: "GET /api/uploadthing", gives: /^200 \[\{"slug":"avatar","config":\{"image":\{"maxFileSize":"4MB"/ },
    { ...upload("avatar"), gives: `403 {"message":"Unauthorized"}` },
    { ...upload("no"), headers, gives: `404 {"message":"No file route found for slug no"}` },
    { ...upload("avatar", { type: "text/plain", name: "a.txt" }), headers, gives: /^400 .*InvalidFileType/ },
    { ...upload("avatar", { size: 1e9 }), headers, gives: /^\d+ / },
  );
  const response = await client.fetch({ ...upload("avatar"), headers });
  const [signed] = await response.json() as { url: string; key: string }[];
  assertMatch(signed!.url, new RegExp(`^${ingest}/${signed!.key}\\?expires=.*&signature=hmac-sha256%3D`));

  const urls = { url: "x", appUrl: "x", ufsUrl: "x", fileHash: "x", key: signed!.key, customId: null };
  const json = { status: "uploaded", metadata: { user: "Ada" }, origin: ingest, file: { ...file, ...urls } };
  // Signed like the service, with the key of UPLOADTHING_TOKEN.
  const hook = { "uploadthing-hook": "callback" };
  const send = "POST /api/uploadthing?slug=avatar";
  await client.check(
    {
      send,
      headers: { ...hook, "x-uploadthing-signature": "hmac-sha256=00" },
      json,
      gives: /^400 .*Invalid signature/,
    },
    {
      send,
      headers: { ...hook, "x-uploadthing-signature": await hmac("sk_live_fixture", json) },
      json,
      gives: "200 null",
    },
  );
  await done.promise;
  const result = { fileKey: signed!.key, callbackData: { uploadedBy: "Ada", key: signed!.key } };
  assertEquals(received.map(([path]) => path), ["/route-metadata", "/callback-result"]);
  assertEquals(received[1]![1], result);
  await server.stop();
});
