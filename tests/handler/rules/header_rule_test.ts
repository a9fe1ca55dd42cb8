import { assertEquals } from "@std/assert";
import { createRuleHeader } from "../../../src/handler/rules/header_rule.ts";
import { NextResponse } from "../../../src/server.ts";
import { serveApp } from "../../helpers/app.ts";
import { createRulesApp, says } from "../../helpers/rules.ts";
import { sendRequest } from "../../helpers/wire.ts";

type Header = [name: string, value: string];

const WRITTEN: readonly [key: string, value: string, params: Record<string, string>, header: Header | null][] = [
  ["x-id", ":id", { id: "a" }, ["x-id", "a"]],
  ["x-:id", "1", { id: "a" }, ["x-a", "1"]],
  ["x-path", ":path*", { path: "a/b/c" }, ["x-path", "a/b/c"]],
  ["x-path", ":path*", { path: "" }, ["x-path", ""]],
  ["x-:path*", "1", { path: "a/b" }, null],
  [":path*", "1", { path: "" }, null],
  [":id", "1", { id: "a=b" }, null],
  [":id", "1", { id: "(" }, null],
  [":id", "1", { id: "a b" }, null],
  [":id", "1", { id: "a\r\nx-evil" }, null],
  [":id", "1", { id: "日" }, null],
  ["x-:other", "1", { id: "a" }, null],
  ["x-id", ":id", { id: "a\r\nx-evil: 1" }, null],
  ["x-id", ":id", { id: "a\0" }, null],
  ["x-id", ":id", { id: "日" }, null],
  ["x-id", ":id", { id: "%0D%0A" }, ["x-id", "%0D%0A"]],
  ["content-length", ":id", { id: "3" }, null],
  [":id", "3", { id: "Content-Length" }, null],
  [":id", "identity", { id: "transfer-encoding" }, null],
  [":id", "gzip", { id: "content-encoding" }, null],
  ["connection", ":id", { id: "close" }, null],
  ["connection", "close", { id: "a" }, ["connection", "close"]],
];

for (const [key, value, params, header] of WRITTEN) {
  const name = JSON.stringify({ [key]: value, ...params });
  Deno.test(`S65 createRuleHeader() of ${name} is ${header === null ? "nothing" : header.join(": ")}`, () => {
    assertEquals(createRuleHeader(key, value)(params), header);
  });
}

const chunks = () => new Response(ReadableStream.from(["hello ", "world"]).pipeThrough(new TextEncoderStream()));

const SENT: readonly [source: string, key: string, value: string, path: string][] = [
  ["/:path*", ":path*", "1", "/a/b"],
  ["/:path*", "x-:path*", "1", "/a/b"],
  ["/:path*", ":path*", "1", "/"],
  ["/:id", ":id", "1", "/a=b"],
  ["/:id", ":id", "1", "/(a)"],
  ["/:id", ":id", "1", "/@"],
  ["/:id", "x-:nothing", "1", "/a"],
  ["/:name/:value", ":name", ":value", "/content-length/3"],
  ["/:name/:value", ":name", ":value", "/content-length/300"],
  ["/:name/:value", ":name", ":value", "/Transfer-Encoding/identity"],
  ["/:name/:value", ":name", ":value", "/connection/upgrade"],
];

for (const [source, key, value, path] of SENT) {
  Deno.test(`S65 headers() of ${source} with ${key}: ${value} do not change the response to ${path}`, async () => {
    const plain = { source: "/:path*", headers: [{ key: "x-after", value: "1" }] };
    const config = { headers: () => [{ source, headers: [{ key, value }] }, plain] };
    const app = await createRulesApp({ "[[...all]]/route.ts": { GET: chunks } }, { config });
    await using server = serveApp(app);
    const { status, body, headers } = await sendRequest(server.port, { path });
    assertEquals([status, body, app.errors], [200, "hello world", []]);
    const { date: _, ...others } = headers;
    assertEquals(others, { "connection": ["close"], "transfer-encoding": ["chunked"], "x-after": ["1"] });
  });
}

const LOCATIONS: readonly [destination: string, path: string, location: string][] = [
  ["/日本/:id", "/go/1", "/%E6%97%A5%E6%9C%AC/1"],
  ["/é", "/go/1", "/%C3%A9"],
  ["/\ud800", "/go/1", "/%EF%BF%BD"],
  ["/a\r\n\tb", "/go/1", "/ab"],
  ["/to?q=日&id=:id", "/go/%E6%97%A5", "/to?q=%E6%97%A5&id=%E6%97%A5"],
  ["/to#:id", "/go/%0D%0Ax-evil:1", "/to#%0D%0Ax-evil:1"],
  ["https://example.test/ü/:id", "/go/%0A", "https://example.test/%C3%BC/%0A"],
];

for (const [destination, path, location] of LOCATIONS) {
  Deno.test(`S65 a redirect to ${JSON.stringify(destination)} sends ${path} to ${location}`, async () => {
    const redirects = () => [{ source: "/go/:id", destination, permanent: false }];
    const app = await createRulesApp({}, { config: { redirects } });
    const response = await app.get(path);
    await response.text();
    assertEquals([response.status, response.headers.get("location"), app.errors], [307, location, []]);
  });
}

Deno.test("S65 a proxy that returns the request's headers does not frame the response with them", async () => {
  const app = await createRulesApp({ "a/route.ts": { POST: chunks } }, {
    proxy: (request) => NextResponse.next({ headers: { ...Object.fromEntries(request.headers), "x-own": "1" } }),
  });
  await using server = serveApp(app);
  const sent = [["content-encoding", "gzip"], ["x-sent", "1"], ["te", "trailers"]] as const;
  const { status, body, headers } = await sendRequest(server.port, {
    method: "POST",
    path: "/a",
    headers: sent,
    body: "abc",
  });
  assertEquals([status, body, headers["x-own"], headers["x-sent"]], [200, "hello world", ["1"], ["1"]]);
  const framing = ["content-length", "content-encoding", "te"].map((name) => headers[name]);
  assertEquals([headers.connection, ...framing], [["close"], undefined, undefined, undefined]);
});

Deno.test("S65 invalid request headers that a proxy names are left out", async () => {
  const proxy = () =>
    NextResponse.next({
      headers: { "x-middleware-override-headers": "a b,,c/d, x-good", "x-middleware-request-x-good": "1" },
    });
  const GET = (request: Request) => Response.json([...request.headers]);
  const app = await createRulesApp({ "a/route.ts": { GET } }, { proxy });
  assertEquals(await (await app.get("/a")).json(), [["x-good", "1"]]);
});

Deno.test("S65 a header rule for a public file and for a path without a route is skipped as well", async () => {
  const config = { headers: () => [{ source: "/:path*", headers: [{ key: ":path*", value: "1" }] }] };
  const publicFile = (path: string) => Promise.resolve(path === "/file" ? new Response("file") : null);
  const app = await createRulesApp({ "a/b/route.ts": { GET: says("route") } }, { config, publicFile });
  const seen: unknown[] = [];
  for (const path of ["/file", "/a/b", "/a/c"]) {
    const response = await app.get(path);
    seen.push([response.status, await response.text()]);
  }
  assertEquals(seen, [[200, "file"], [200, "route"], [404, "Not Found"]]);
});
