import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { answerDevEndpoint, type DevHost } from "../../../src/deno/dev/endpoints.ts";
import type { ResponsePart } from "../../../src/deno/dev/page/state.ts";

const ORIGIN = "http://127.0.0.1:8000";
const HOST: DevHost = {
  state: () => Promise.resolve({ routes: [], problems: ["<problem>"], requests: [] }),
  document: () => Promise.resolve("{}"),
  version: () => "v1",
  address: () => ({ transport: "tcp", hostname: "127.0.0.1", port: 8000 }),
};

const ask = (path: string, init: RequestInit = {}, host = HOST) =>
  answerDevEndpoint(new Request(ORIGIN + path, init), host);

/** Asks to send a request to a server of the test. */
async function send(wanted: unknown, answer: (request: Request) => Response = echo, headers: HeadersInit = {}) {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const json = { "content-type": "application/json", host: "127.0.0.1:8000", ...headers };
  const init = { method: "POST", headers: json, body: typeof wanted === "string" ? wanted : JSON.stringify(wanted) };
  const response = (await ask("/_routes/send", init, { ...HOST, address: () => server.addr }))!;
  return { status: response.status, result: join(await response.text()), origin };
}

/** Joins the parts of a response. */
function join(lines: string) {
  const parts: ResponsePart[] = lines.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  const [head, end] = [parts[0], parts.at(-1)];
  const body = parts.map((part) => part.type === "body" ? part.text : "").join("");
  return {
    ...(head?.type === "head" ? { status: head.status, headers: head.headers } : { status: 0, headers: [] }),
    body,
    note: end?.type === "end" ? end.note : null,
    error: end?.type === "error" ? end.message : null,
  };
}

const echo = ({ method, url, headers }: Request) =>
  Response.json([method, new URL(url).pathname, headers.get("x-a"), headers.get("host")]);

const GET = { method: "GET", path: "/a?b=1", headers: "", body: "" };

const PATHS: readonly (readonly [method: string, path: string, status: number | undefined])[] = [
  ["GET", "/_routes", 200],
  ["GET", "/_routes?x=1", 200],
  ["GET", "/_routes#x", 200],
  ["GET", "/_routes/state", 200],
  ["GET", "/_routes/version?x", 200],
  ["GET", "/_routes/openapi.json", 200],
  ["GET", "/_routes/docs", 200],
  ["POST", "/_routes/openapi.json", 405],
  ["GET", "/_routes/nope", 404],
  ["GET", "/_routes/", 404],
  ["GET", "/_routes/state/x", 404],
  ["GET", "/_routes/send", 405],
  ["POST", "/_routes", 405],
  ["POST", "/_routes/state", 405],
  ["DELETE", "/_routes/send", 405],
  ["GET", "/", undefined],
  ["GET", "/_routesx", undefined],
  ["GET", "/_ROUTES", undefined],
  ["GET", "/%5froutes", undefined],
  ["GET", "/a/_routes", undefined],
  ["GET", "/?/_routes", undefined],
  ["GET", "/a?x=/_routes/state", undefined],
  ["GET", "//_routes", undefined],
];

for (const [method, path, status] of PATHS) {
  Deno.test(`answerDevEndpoint() answers ${method} ${path} with ${status ?? "nothing"}`, async () => {
    const response = await ask(path, { method });
    assertEquals(response?.status, status);
    await response?.body?.cancel();
  });
}

Deno.test("answerDevEndpoint() returns state and version as JSON that is never cached", async () => {
  const state = (await ask("/_routes/state"))!, version = (await ask("/_routes/version"))!;
  assertEquals([state, version].map(({ headers }) => headers.get("cache-control")), ["no-store", "no-store"]);
  assertEquals(await state.json(), { routes: [], problems: ["<problem>"], requests: [] });
  assertEquals(await version.json(), { version: "v1" });
});

Deno.test("S47 the page at /_routes runs only its own script, and cannot be framed", async () => {
  const page = (await ask("/_routes"))!;
  const policy = page.headers.get("content-security-policy")!;
  const nonce = /script-src 'nonce-([\w-]{36})'/.exec(policy)![1]!;
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    assertStringIncludes(policy, part);
  }
  assertEquals(policy.includes("unsafe"), false);
  const html = await page.text();
  assertEquals(html.match(/<script/g)?.length, 1);
  assertStringIncludes(html, `<script type="module" nonce="${nonce}">`);
  const again = (await ask("/_routes"))!;
  assertEquals(again.headers.get("content-security-policy")?.includes(nonce), false);
  await again.body?.cancel();
});

for (const path of ["", "/state", "/version", "/send", "/nope"]) {
  for (const site of ["cross-site", "same-site", "other"]) {
    Deno.test(`S47 /_routes${path} is 403 for a request that is ${site}`, async () => {
      const method = path === "/send" ? "POST" : "GET";
      const response = (await ask(`/_routes${path}`, { method, headers: { "sec-fetch-site": site } }))!;
      assertEquals([response.status, await response.text()], [403, ""]);
    });
  }
}

for (const site of ["same-origin", "none"]) {
  Deno.test(`/_routes/version is 200 for a request that is ${site}`, async () => {
    const response = (await ask("/_routes/version", { headers: { "sec-fetch-site": site } }))!;
    assertEquals([response.status, await response.json()], [200, { version: "v1" }]);
  });
}

const SENDERS: readonly (readonly [headers: Record<string, string>, status: number])[] = [
  [{}, 200],
  [{ origin: "http://127.0.0.1:8000" }, 200],
  [{ origin: "http://127.0.0.1:8001" }, 403],
  [{ origin: "http://evil.test" }, 403],
  [{ origin: "http://127.0.0.1:8000.evil.test" }, 403],
  [{ origin: "null" }, 403],
  [{ origin: "" }, 403],
  [{ "content-type": "text/plain" }, 403],
  [{ "content-type": "application/x-www-form-urlencoded" }, 403],
  [{ "content-type": "text/plain; application/json" }, 403],
];

for (const [headers, status] of SENDERS) {
  Deno.test(`S47 POST /_routes/send with ${JSON.stringify(headers)} is ${status}`, async () => {
    let asked = 0;
    const answer = await send(GET, (request) => (asked++, echo(request)), headers);
    assertEquals([answer.status, asked], [status, status === 200 ? 1 : 0]);
  });
}

Deno.test("POST /_routes/send sends method, path, headers and body, and shows status, headers and body", async () => {
  const answer = (request: Request) =>
    new Response(request.body, { status: 201, headers: { "x-b": request.headers.get("x-a")! } });
  const { status, result } = await send({ method: "POST", path: "/", headers: " x-a : 1:2 \n\n", body: "hé" }, answer);
  assertEquals([status, result.status, result.body, result.note], [200, 201, "hé", ""]);
  assertEquals(new Map(result.headers).get("x-b"), "1:2");
});

for (const method of ["GET", "HEAD"]) {
  Deno.test(`POST /_routes/send sends ${method} without the body of the form`, async () => {
    assertEquals((await send({ ...GET, method, body: "left over" })).result.status, 200);
  });
}

Deno.test("S47 POST /_routes/send follows no redirect", async () => {
  let asked = 0;
  const { result } = await send(GET, () => (asked++, new Response(null, { status: 307, headers: { location: "/b" } })));
  assertEquals([result.status, asked], [307, 1]);
});

const HERE = ["/@evil", "//evil.test", "/\\evil", "/\\\\evil.test/x", "///evil.test", "/.evil.test", "/:80@evil.test"];

for (const path of HERE) {
  Deno.test(`S47 POST /_routes/send of ${path} reaches no other server`, async () => {
    const { result, origin } = await send({ ...GET, path });
    assertEquals([result.status, JSON.parse(result.body)[3]], [200, origin.slice("http://".length)]);
  });
}

const REFUSED: readonly (readonly [what: string, wanted: unknown])[] = [
  ...["@evil.test", ".evil.test", ":80", "http://evil.test/", "", " /", "\\evil", "%2f", "0", "\t/"].map((path) =>
    [`the path ${JSON.stringify(path)}`, { ...GET, path }] as const
  ),
  ["a path that is not a string", { ...GET, path: 5 }],
  ["a path that is a list", { ...GET, path: ["/"] }],
  ["nothing", {}],
  ["null", null],
  ["what is not JSON", "{"],
  ["a header without name", { ...GET, headers: ": x" }],
  ["a header without colon", { ...GET, headers: "x" }],
  ["an invalid header", { ...GET, headers: "a b: x" }],
  ["an invalid method", { ...GET, method: "G T" }],
];

for (const [what, wanted] of REFUSED) {
  Deno.test(`S47 POST /_routes/send of ${what} is 400 and sends nothing`, async () => {
    let asked = 0;
    const { status, result } = await send(wanted, () => (asked++, new Response()));
    assertEquals([status, typeof result.error, asked], [400, "string", 0]);
  });
}

Deno.test("POST /_routes/send cuts a long body", async () => {
  const { result } = await send(GET, () => new Response("x".repeat(2_000_000)));
  assertMatch(`${result.note}`, /256 KiB/);
  assertEquals(result.body.length < 1_000_000, true);
});

/** Sends a request to a server; gives the parts of the response as they arrive. */
async function* follow(address: Deno.NetAddr): AsyncGenerator<ResponsePart> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(GET) };
  const response = (await ask("/_routes/send", init, { ...HOST, address: () => address }))!;
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    for (const line of text.trimEnd().split("\n")) yield JSON.parse(line);
  }
}

Deno.test("POST /_routes/send passes a stream on as it arrives, and ends it when it is canceled", async () => {
  const source = new TransformStream<Uint8Array, Uint8Array>();
  const writer = source.writable.getWriter(), bytes = new TextEncoder().encode("né");
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  await using server = Deno.serve(options, () => new Response(source.readable));
  const parts = follow(server.addr);
  const next = async () => (await parts.next()).value;
  writer.write(bytes.subarray(0, 2)).catch(() => {});
  assertEquals((await next())?.type, "head");
  assertEquals(await next(), { type: "body", text: "n" });
  writer.write(bytes.subarray(2)).catch(() => {});
  assertEquals(await next(), { type: "body", text: "é" });
  await parts.return(undefined);
  await assertRejects(() => writer.closed);
});

Deno.test("POST /_routes/send says that the connection was lost in the middle", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const parts = Array.fromAsync(follow(listener.addr as Deno.NetAddr));
  const connection = await listener.accept();
  await connection.read(new Uint8Array(4096));
  await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n"));
  connection.close();
  assertEquals((await parts).map(({ type }) => type), ["head", "body", "error"]);
});

Deno.test("POST /_routes/send decodes a character that is cut off as U+FFFD", async () => {
  assertEquals((await send(GET, () => new Response(new Uint8Array([120, 0xc3])))).result.body, "x\ufffd");
});
