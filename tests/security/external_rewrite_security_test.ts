// The security cases of rewrites to other servers.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NextResponse } from "../../src/server.ts";
import { serveApp } from "../helpers/app.ts";
import { createRulesApp, type RulesInit, startElsewhere } from "../helpers/rules.ts";
import { sendRequest } from "../helpers/wire.ts";

const WAYS: Readonly<Record<string, (origin: string) => RulesInit>> = {
  "a rule": (origin) => ({ config: { rewrites: () => [{ source: "/out", destination: `${origin}/in` }] } }),
  "a proxy": (origin) => ({ proxy: () => NextResponse.rewrite(`${origin}/in`) }),
  "a proxy that sets headers": (origin) => ({
    proxy: ({ headers }) => NextResponse.rewrite(`${origin}/in`, { request: { headers } }),
  }),
};

for (const [way, init] of Object.entries(WAYS)) {
  Deno.test(`S21 an external rewrite by ${way} to a literal host passes on credentials, as in Next.js`, async () => {
    await using elsewhere = startElsewhere();
    await using server = serveApp(await createRulesApp({}, init(elsewhere.origin)));
    const names = ["cookie", "authorization", "x-api-key", "x-kept"];
    const headers = names.map((name) => [name, `${name}=1`] as const);
    assertEquals((await sendRequest(server.port, { path: "/out", headers })).body, "elsewhere");
    assertEquals(names.map((name) => elsewhere.asked[0]!.headers.get(name)), names.map((name) => `${name}=1`));
  });

  Deno.test(`S21 an external rewrite by ${way} sends no hop-by-hop headers, nor those that Connection names`, async () => {
    await using elsewhere = startElsewhere(() =>
      new Response("x", {
        headers: { "keep-alive": "timeout=5", "proxy-authenticate": "Basic", "connection": "x-hop", "x-hop": "1" },
      })
    );
    await using server = serveApp(await createRulesApp({}, init(elsewhere.origin)));
    const answer = await sendRequest(server.port, {
      path: "/out",
      headers: [
        ...[["Connection", "X-Named, close"], ["X-Named", "1"], ["Keep-Alive", "timeout=5"], [
          "TE",
          "trailers",
        ]] as const,
        ...[["Trailer", "x"], ["Proxy-Connection", "keep-alive"], ["Upgrade", "h2c"], ["X-Kept", "1"]] as const,
      ],
    });
    const names = ["x-named", "keep-alive", "te", "trailer", "proxy-connection", "upgrade", "x-kept"];
    const { headers } = elsewhere.asked[0]!;
    assertEquals(names.filter((name) => headers.has(name)), ["x-kept"]);
    assertEquals(headers.get("host"), new URL(elsewhere.origin).host);
    assertEquals(["keep-alive", "proxy-authenticate", "x-hop"].filter((name) => name in answer.headers), []);
  });

  Deno.test(`S21 an external rewrite by ${way} does not forward headers that control a proxy`, async () => {
    await using elsewhere = startElsewhere();
    await using server = serveApp(await createRulesApp({}, init(elsewhere.origin)));
    const headers = [["x-middleware-subrequest", "middleware"], ["x-nextjs-data", "1"]] as const;
    await sendRequest(server.port, { path: "/out", headers });
    assertEquals([...elsewhere.asked[0]!.headers.keys()].filter((name) => /^x-(?!forwarded-)/.test(name)), []);
  });
}

/** Sends a request through a rewrite to a host of params; gives what went out, as `fetch()` saw it. */
async function askHostOfParams(path: string): Promise<{ status: number; url?: URL; headers?: Headers }> {
  const rewrites = () => [{ source: "/tunnel/:sub*", destination: "http://:sub.ingest.a.test/in" }];
  await using server = serveApp(await createRulesApp({}, { config: { rewrites } }));
  const { fetch } = globalThis;
  let sent: { url: URL; headers: Headers } | undefined;
  globalThis.fetch = (input, init) => {
    sent = { url: new URL(String(input)), headers: new Headers(init?.headers) };
    return Promise.resolve(new Response("elsewhere"));
  };
  try {
    const headers = [["cookie", "a=1"], ["authorization", "secret"], ["x-api-key", "secret"], ["x-kept", "1"]] as const;
    const { status } = await sendRequest(server.port, { path, headers });
    return { status, ...sent };
  } finally {
    globalThis.fetch = fetch;
  }
}

Deno.test("S70 a destination whose host has a param gets no credentials", async () => {
  const { status, url, headers } = await askHostOfParams("/tunnel/eu-1");
  assertEquals([status, url?.href], [200, "http://eu-1.ingest.a.test/in"]);
  assertEquals(["cookie", "authorization", "x-api-key", "x-kept"].map((name) => headers?.get(name)), [
    null,
    null,
    null,
    "1",
  ]);
});

for (
  const value of ["a.b", "a/b", "evil.test%2F", "a%2eb", "a@b", "a%3A80", "a%00", "%C3%A9", "a_b", "x".repeat(64), ""]
) {
  Deno.test(`S70 the param "${value.slice(0, 20)}" is not one label of a host, and nothing is sent`, async () => {
    const { status, url } = await askHostOfParams(value === "" ? "/tunnel" : `/tunnel/${value}`);
    assertEquals([status, url], [400, undefined]);
  });
}

for (const destination of ["https://:host/x", "https://:path*", "http://:sub.test/", "http://a.test:port/"]) {
  Deno.test(`S21 the destination ${destination}, whose host is a param, is an error on startup`, async () => {
    const rewrites = () => [{ source: "/:path*", destination }];
    await assertRejects(() => createRulesApp({}, { config: { rewrites } }), TypeError, "its host has a param");
  });
}

const PATHS = [
  ...[
    "..%2fadmin",
    "..%2Fadmin",
    "%2e%2e%2fadmin",
    "%2E%2E/admin",
    "x/..%2f..%2fadmin",
    "..%5cadmin",
    "%2e%2e%5Cadmin",
  ],
  "..%252fadmin",
  "%252e%252e%252fadmin",
  "%252e%252e%252fadmin%25",
  "..;/admin",
  "..%3b/admin",
  "%252e%252e%253bx/admin",
  "..%255cadmin",
  "../admin",
  "..\\admin",
  "x/../../admin",
  "./../admin",
  "..;/admin",
  "%2e%2e;/admin",
  "x%2f..%2f..%2fadmin",
  ".%2e/admin",
  "..//admin",
  "%2e%2e//admin",
];

for (const path of PATHS) {
  Deno.test(`S22 /orders/${path} stays below /api/orders of the other server, or is refused`, async () => {
    await using elsewhere = startElsewhere();
    const rewrites = () => [{ source: "/orders/:path*", destination: `${elsewhere.origin}/api/orders/:path*` }];
    await using server = serveApp(await createRulesApp({}, { config: { rewrites } }));
    const { status, headers } = await sendRequest(server.port, { path: `/orders/${path}` });
    if (elsewhere.asked.length === 0) {
      const location = headers.location?.[0] ?? "/x";
      return assert([308, 400, 404].includes(status) && /^\/[^/\\]/.test(location), `${status} ${location}`);
    }
    const [asked] = elsewhere.asked;
    let decoded = asked!.path;
    for (let i = 0; i < 3; i++) decoded = decodeURIComponent(decoded).replaceAll("\\", "/");
    assert(new URL(decoded, "http://localhost").pathname.startsWith("/api/orders"), asked!.path);
  });
}

for (const path of PATHS) {
  Deno.test(`S22 /orders/${path} stays below /api/orders of this server, or is refused`, async () => {
    const GET = (name: string) => ({ GET: () => new Response(name) });
    const rewrites = () => [{ source: "/orders/:path*", destination: "/api/orders/:path*" }];
    const routes = { "api/orders/[[...path]]/route.ts": GET("orders"), "api/admin/route.ts": GET("admin") };
    await using server = serveApp(await createRulesApp(routes, { config: { rewrites } }));
    const { status, body } = await sendRequest(server.port, { path: `/orders/${path}` });
    assert(body === "orders" || [308, 400, 404].includes(status), `${status} ${body}`);
  });
}
