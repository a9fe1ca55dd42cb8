// The security cases of routing rules: next.config, and a proxy that guards routes.
import { assert, assertEquals } from "@std/assert";
import { type NextRequest, NextResponse } from "../../src/server.ts";
import { serveApp } from "../helpers/app.ts";
import { createRulesApp, type RulesInit, says, startElsewhere } from "../helpers/rules.ts";
import { seeded } from "../helpers/random.ts";
import { sendRequest } from "../helpers/wire.ts";

const names = (request: NextRequest) => Response.json([...request.headers.keys()]);
const refuse = () => new Response("refused", { status: 401 });

const ROUTES = {
  "admin/route.ts": { GET: says("secret") },
  "admin/[...rest]/route.ts": { GET: says("secret") },
  "open/route.ts": { GET: names },
  "[...all]/route.ts": { GET: says("all") },
};

/** The ways to guard `/admin` and the paths below it. */
const GUARDS: Readonly<Record<string, RulesInit>> = {
  "by a matcher": { matcher: "/admin/:path*", proxy: refuse },
  "by a look-ahead": { matcher: "/((?!open).*)", proxy: (request) => guardPath(request) },
  "by request.nextUrl": { proxy: (request) => guardPath(request) },
  "by request.url": { proxy: (request) => /^\/admin(?:\/|$)/.test(new URL(request.url).pathname) ? refuse() : null },
};

function guardPath({ nextUrl: { pathname } }: NextRequest): Response | undefined {
  return pathname === "/admin" || pathname.startsWith("/admin/") ? refuse() : undefined;
}

const SUBREQUESTS = ["middleware:".repeat(5).slice(0, -1), "src/middleware", "proxy", "src/proxy:src/proxy", "1"];

for (const value of SUBREQUESTS) {
  Deno.test(`S1 x-middleware-subrequest: ${value} does not bypass the proxy`, async () => {
    await using server = serveApp(await createRulesApp(ROUTES, GUARDS["by a matcher"]!));
    const headers = [["X-Middleware-Subrequest", value]] as const;
    assertEquals((await sendRequest(server.port, { path: "/admin", headers })).body, "refused");
  });
}

const STEERING: readonly (readonly [string, string])[] = [
  ["x-middleware-next", "1"],
  ["x-middleware-rewrite", "http://localhost/admin"],
  ["x-middleware-override-headers", "x-evil"],
  ["x-middleware-request-x-evil", "1"],
  ["x-middleware-set-cookie", "a=1"],
  ["x-nextjs-data", "1"],
  ["x-nextjs-rewrite", "/admin"],
  ["x-next-revalidate", "1"],
  ["x-now-route-matches", "1=admin"],
  ["x-vercel-id", "1"],
  ["x-routes-path", "/admin"],
];

const RECEIVED = ["connection", "host", ...[
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
]];

Deno.test("S2 headers that control a proxy are seen by neither proxy nor handler, and have no effect", async () => {
  const seen: string[] = [];
  const proxy = (request: NextRequest) => {
    seen.push(...request.headers.keys());
    return NextResponse.next({ request: { headers: request.headers } });
  };
  const rewrites = () =>
    STEERING.map(([key]) => ({ source: "/open", destination: "/admin", has: [{ type: "header", key }] }));
  const app = await createRulesApp(ROUTES, { proxy, config: { rewrites: () => ({ beforeFiles: rewrites() }) } });
  await using server = serveApp(app);
  const { body, headers } = await sendRequest(server.port, { path: "/open", headers: STEERING });
  assertEquals(JSON.parse(body), RECEIVED);
  assertEquals(seen, RECEIVED);
  assertEquals(Object.keys(headers).filter((name) => /^x-/.test(name)), []);
});

Deno.test("S2 a proxy that sends the request's headers back to the client is not controlled by them", async () => {
  const app = await createRulesApp(ROUTES, {
    proxy: (request) => NextResponse.next({ headers: new Headers([...request.headers].filter(([n]) => n !== "host")) }),
  });
  await using server = serveApp(app);
  const { body } = await sendRequest(server.port, { path: "/open", headers: STEERING });
  assertEquals(JSON.parse(body), RECEIVED);
});

const PREFIXES = ["/", "/./", "/x/../", "/%2e/", "/x/%2E%2e/", "//", "/\\", "/x/..//", "/.%2e/", "/%2F/../", "/../"];
const SUFFIXES = [
  "",
  "/",
  "/.",
  "/x",
  "/x/..",
  "/%2e",
  "/%2e%2e/admin",
  "%2Fx",
  "%5Cx",
  ";x",
  "/x%2f..",
  "//",
  "/a;b=c",
  "?a",
  "#a",
];

for (const [guard, init] of Object.entries(GUARDS)) {
  Deno.test(`S3 a handler is reached exactly when the proxy for its segment ran, guarded ${guard}`, async () => {
    const random = seeded(20);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    const spell = (character: string) => {
      const hex = character.charCodeAt(0).toString(16);
      const forms = [`%${hex}`, `%${hex.toUpperCase()}`, `%25${hex}`, character.toUpperCase()];
      return random() < 0.75 ? character : pick(forms);
    };
    let isRun = false, reached = "";
    const mark = (name: string) => () => new Response(reached = name);
    const app = await createRulesApp({
      "admin/route.ts": { GET: mark("admin") },
      "admin/[...rest]/route.ts": { GET: mark("admin") },
      "[[...all]]/route.ts": { GET: mark("all") },
    }, {
      ...init,
      proxy: (request, event) => {
        const result = init.proxy!(request, event);
        isRun = result instanceof Response;
      },
    });
    await using server = serveApp(app);
    let admins = 0;
    for (let i = 0; i < 800; i++) {
      const path = pick(PREFIXES) + [..."admin"].map(spell).join("") + pick(SUFFIXES);
      isRun = false;
      reached = "";
      const response = await sendRequest(server.port, { path });
      assert(response.status < 500, path);
      // A matcher is also for the decoded path: what follows an escaped slash is guarded, though it is no segment.
      if (!/%2f/i.test(path)) assertEquals(reached === "admin", isRun && reached !== "", path);
      else assert(isRun || reached !== "admin", path);
      if (reached === "admin") admins++;
    }
    assert(admins > 40, `${admins}`);
  });
}

const BYPASSES = [
  "/admin",
  "/%61dmin",
  "/%61%64%6D%69%6e",
  "/x/../admin",
  "/admin/x",
  "/admin/x/../y",
  "/admin/%2e%2e/admin",
  "/admin?x",
  "/./admin",
  "/%2e/admin",
  "/admin/;x",
  "/admin/x%2Fy",
  "/admin/%2F",
  "/open/../admin",
];
const HARMLESS = ["/%2561dmin", "/admin%5Cx", "/admin;x", "/ADMIN", "/administrator", "/x/admin"];
const MOVED = ["//admin", "/\\admin", "/a//b", "/admin/", "/admin/.", "/admin//", "//admin//x", "/%2e//admin"];

for (const [guard, init] of Object.entries(GUARDS)) {
  Deno.test(`S4 no spelling of /admin bypasses a proxy that guards ${guard}`, async () => {
    await using server = serveApp(await createRulesApp(ROUTES, init));
    for (const path of BYPASSES) {
      assertEquals([path, (await sendRequest(server.port, { path })).body], [path, "refused"]);
    }
    for (const path of HARMLESS) assertEquals([path, (await sendRequest(server.port, { path })).body], [path, "all"]);
    // One segment for the router; a matcher is also for the decoded path.
    const decoded = guard === "by a matcher" ? "refused" : "all";
    assertEquals((await sendRequest(server.port, { path: "/admin%2Fx" })).body, decoded);
    for (const path of MOVED) {
      const { status, headers } = await sendRequest(server.port, { path });
      assertEquals([path, status], [path, 308]);
      assert(/^\/[^/\\]/.test(headers.location![0]!), path);
    }
  });
}

Deno.test("S4 neither a rewrite of next.config nor one of the proxy decodes a second time", async () => {
  const rewrites = () => [{ source: "/go/:path*", destination: "/:path*" }];
  const app = await createRulesApp({
    "admin/route.ts": { GET: says("secret") },
    "[...all]/route.ts": { GET: says("all") },
  }, {
    config: { rewrites: () => ({ beforeFiles: rewrites() }) },
    proxy: (request) => {
      const { pathname } = request.nextUrl;
      return pathname.startsWith("/to/") ? NextResponse.rewrite(new URL(pathname.slice(3), request.url)) : undefined;
    },
  });
  for (const path of ["/go/%2561dmin", "/to/%2561dmin", "/go/x%252F..%252Fadmin", "/go/%2Fadmin", "/to/%2Fadmin"]) {
    const response = await app.get(path);
    assert((await response.text()) !== "secret", path);
  }
});

const OPEN: readonly [source: string, destination: string, path: string][] = [
  ["/go/:path*", "/:path*", "/go//evil.test"],
  ["/go/:path*", "/:path*", "/go/%2Fevil.test"],
  ["/go/:path*", "/:path*", "/go/%2F%2Fevil.test"],
  ["/go/:path*", "/:path*", "/go/%5Cevil.test"],
  ["/go/:path*", "/:path*", "/go/\\evil.test"],
  ["/go/:path*", "/:path*", "/go/%09/evil.test"],
  ["/go/:path*", "/:path*", "/go/https:%2F%2Fevil.test"],
  ["/go(.*)", "/:0", "/go/evil.test"],
  ["/:path(.*)", "/:path", "//evil.test"],
  ["/go:path(.*)", "/:path", "/go/evil.test"],
  ["/go:path(.*)", "/x:path", "/go//evil.test"],
  ["/go/:lang(en|de)?/:path*", "/:lang/:path*", "/go/evil.test"],
  ["/go/:a*/to/:b*", "/:a*/:b*", "/go/to/evil.test"],
];

for (const [source, destination, path] of OPEN) {
  for (const trailingSlash of [false, true]) {
    Deno.test(`S16 a redirect of ${source} to ${destination} keeps ${path} on the site (slash: ${trailingSlash})`, async () => {
      const config = { redirects: () => [{ source, destination, permanent: false }], trailingSlash };
      await using server = serveApp(await createRulesApp({}, { config }));
      for (const sent of [path, `${path}/`]) {
        const { status, headers } = await sendRequest(server.port, { path: sent });
        const location = headers.location?.[0];
        assert(status < 500, `${status}`);
        if (location === undefined) continue;
        assertEquals(new URL(location, "http://localhost/").origin, "http://localhost", location);
      }
    });
  }
}

Deno.test("S16 a query with an empty value does not redirect off the site", async () => {
  const has = [{ type: "query", key: "lang" }];
  const redirects = () => [{ source: "/go/:path*", destination: "/:lang/:path*", has, permanent: false }];
  const response = await (await createRulesApp({}, { config: { redirects } })).get("/go/evil.test?lang=");
  await response.text();
  const location = response.headers.get("location") ?? "/";
  assertEquals(new URL(location, "http://localhost/").origin, "http://localhost", location);
});

const FOLLOWED: Readonly<Record<string, (url: string) => NextResponse>> = {
  "Location on next()": (url) => NextResponse.next({ headers: { location: url } }),
  "x-middleware-rewrite on next()": (url) => NextResponse.next({ headers: { "x-middleware-rewrite": url } }),
  "x-middleware-rewrite on a response": (url) => NextResponse.json(1, { headers: { "x-middleware-rewrite": url } }),
  "x-middleware-request-location on next()": (url) =>
    NextResponse.next({
      headers: { "x-middleware-request-location": url, "x-middleware-override-headers": "location" },
    }),
};

for (const [name, result] of Object.entries(FOLLOWED)) {
  Deno.test(`S19 ${name}, copied from the client's request, is not fetched`, async () => {
    await using elsewhere = startElsewhere();
    const proxy = (request: NextRequest) => result(request.nextUrl.searchParams.get("to")!);
    const app = await createRulesApp(ROUTES, { proxy });
    const response = await app.get(`/open?to=${encodeURIComponent(`${elsewhere.origin}/internal`)}`);
    assert((await response.text()) !== "elsewhere");
    assertEquals(elsewhere.asked, []);
  });
}

Deno.test("S19 next({ headers: request.headers }) follows no header of the client", async () => {
  await using elsewhere = startElsewhere();
  const app = await createRulesApp(ROUTES, { proxy: (request) => NextResponse.next({ headers: request.headers }) });
  const headers = { location: elsewhere.origin, "x-middleware-rewrite": elsewhere.origin };
  assertEquals((await app.get("/open", headers)).status, 200);
  assertEquals(elsewhere.asked, []);
});

const UPGRADE = [["connection", "upgrade"], ["upgrade", "websocket"], ["sec-websocket-version", "13"], [
  "sec-websocket-key",
  "dGhlIHNhbXBsZSBub25jZQ==",
]] as const;

Deno.test("S20 an upgrade passes the proxy, which may refuse it by its Origin", async () => {
  let upgrades = 0;
  const GET = (request: NextRequest) => {
    upgrades++;
    return Deno.upgradeWebSocket(request).response;
  };
  const proxy = (request: NextRequest) => request.headers.get("origin") === "http://good.test" ? undefined : refuse();
  await using server = serveApp(await createRulesApp({ "ws/route.ts": { GET } }, { proxy }));
  for (const origin of [[], [["origin", "http://evil.test"]]] as const) {
    const { status, body } = await sendRequest(server.port, { path: "/ws", headers: [...UPGRADE, ...origin] });
    assertEquals([status, body, upgrades], [401, "refused", 0]);
  }
});

Deno.test("S20 an upgrade with POST, or of a missing path, is a 4xx, and upgrades nothing", async () => {
  const GET = (request: NextRequest) => Deno.upgradeWebSocket(request).response;
  await using server = serveApp(await createRulesApp({ "ws/route.ts": { GET } }, { proxy: () => {} }));
  for (const [method, path, status] of [["POST", "/ws", 405], ["GET", "/no", 404], ["GET", "/%zz", 400]] as const) {
    assertEquals((await sendRequest(server.port, { method, path, headers: UPGRADE })).status, status);
  }
});

Deno.test("S20 neither request target nor Host of an upgrade opens a connection elsewhere", async () => {
  await using elsewhere = startElsewhere();
  const rewrites = () => ({ fallback: [{ source: "/:path*", destination: "/open" }] });
  await using server = serveApp(await createRulesApp({ "open/route.ts": { GET: names } }, { config: { rewrites } }));
  const host = new URL(elsewhere.origin).host;
  const targets = [`${elsewhere.origin}/x`, `//${host}/x`, `/\\${host}/x`, `/http://${host}/x`, "/x"];
  for (const path of targets) {
    const { status } = await sendRequest(server.port, { path, headers: [...UPGRADE, ["host", host]] });
    assert(status !== 101 && status < 500, `${path} ${status}`);
  }
  assertEquals(elsewhere.asked, []);
});

Deno.test("S20 an upgrade of an external rewrite forwards no hop-by-hop headers", async () => {
  await using elsewhere = startElsewhere(() => new Response("no upgrade", { status: 426 }));
  const rewrites = () => [{ source: "/out", destination: `${elsewhere.origin}/ws` }];
  await using server = serveApp(await createRulesApp({}, { config: { rewrites } }));
  assertEquals((await sendRequest(server.port, { path: "/out", headers: UPGRADE })).status, 426);
  assertEquals(elsewhere.asked[0]!.headers.get("upgrade"), null);
});
