import { assertEquals } from "@std/assert";
import { type NextRequest, NextResponse } from "../../../src/server.ts";
import { serveApp } from "../../helpers/app.ts";
import { createRulesApp, type RulesInit, says, sees } from "../../helpers/rules.ts";
import { sendRequest } from "../../helpers/wire.ts";

const always = (source: string) => ({ source, headers: [{ key: "x-c", value: "1" }] });
const file = (path: string): RulesInit["publicFile"] => (pathname) =>
  Promise.resolve(pathname === path ? new Response("file") : null);

const stage = (from: string, to: string) => [{ source: from, destination: to }];
const STAGES = {
  beforeFiles: stage("/before", "/by-before"),
  afterFiles: [...stage("/after", "/by-after"), ...stage("/file", "/by-after"), ...stage("/static", "/by-after")],
  fallback: [...stage("/fall", "/by-fall"), ...stage("/after", "/by-fall"), ...stage("/dyn/:x", "/by-fall")],
};
const ROUTES = {
  "by-before/route.ts": { GET: says("before") },
  "by-after/route.ts": { GET: says("after") },
  "by-fall/route.ts": { GET: says("fallback") },
  "static/route.ts": { GET: says("static") },
  "before/route.ts": { GET: says("the static route") },
  "dyn/[id]/route.ts": { GET: says("dynamic") },
  "one/[id]/route.ts": { GET: sees },
};

const ORDER: readonly [path: string, rewrites: object, answer: string][] = [
  ["/before", STAGES, "before"],
  ["/file", STAGES, "file"],
  ["/static", STAGES, "static"],
  ["/after", STAGES, "after"],
  ["/fall", STAGES, "fallback"],
  ["/dyn/1", STAGES, "dynamic"],
  ["/dyn/1", { afterFiles: stage("/dyn/:x", "/static") }, "static"],
  ["/file", { beforeFiles: stage("/file", "/static") }, "static"],
  ["/x", { beforeFiles: stage("/x", "/file") }, "file"],
  ["/x", { afterFiles: stage("/x", "/file") }, "file"],
  ["/x", { fallback: stage("/x", "/file") }, "file"],
  ["/x", { beforeFiles: [...stage("/x", "/y"), ...stage("/y", "/static")] }, "static"],
  ["/x", { afterFiles: [...stage("/x", "/y"), ...stage("/y", "/static")] }, "static"],
  ["/x", { afterFiles: [...stage("/x", "/static"), ...stage("/x", "/by-fall")] }, "static"],
  ["/x", { beforeFiles: stage("/x", "/y"), fallback: stage("/y", "/by-fall") }, "fallback"],
  ["/x", { afterFiles: stage("/x", "/nothing") }, "Not Found"],
  ["/STATIC", { afterFiles: stage("/static", "/by-after") }, "after"],
  ["/x", stage("/x", "/static"), "static"],
  ["/x", stage("/:p*", "/static"), "static"],
  ["/", stage("/:p*", "/static"), "static"],
];

for (const [path, rewrites, answer] of ORDER) {
  Deno.test(`applyRules() answers ${path} with ${answer}: ${JSON.stringify(rewrites).slice(0, 90)}`, async () => {
    const app = await createRulesApp(ROUTES, { config: { rewrites: () => rewrites }, publicFile: file("/file") });
    assertEquals(await (await app.get(path)).text(), answer);
  });
}

const SEEN: readonly [source: string, destination: string, path: string, seen: unknown][] = [
  ["/rw", "/one/1", "/rw", ["/rw", { id: "1" }]],
  ["/rw/:id", "/one/:id", "/rw/9?a=1", ["/rw/9?a=1", { id: "9" }]],
  ["/rw/:id", "/one/x-:id?b=q", "/rw/9?a=1", ["/rw/9?a=1", { id: "x-9" }]],
  ["/rw/:id/:unused", "/one/:id", "/rw/9/8", ["/rw/9/8", { id: "9" }]],
  ["/rw/:id", "/one/:id", "/rw/a%20b", ["/rw/a%20b", { id: "a b" }]],
  ["/rw/:id", "/one/:id", "/rw/a%2Fb", ["/rw/a%2Fb", { id: "a/b" }]],
  ["/rw/:id", "/one/:id", "/r%77/%39", ["/rw/9", { id: "9" }]],
];

for (const [source, destination, path, seen] of SEEN) {
  Deno.test(`a rewrite of ${source} to ${destination} shows the handler of ${path} ${JSON.stringify(seen)}`, async () => {
    const app = await createRulesApp(ROUTES, { config: { rewrites: () => stage(source, destination) } });
    assertEquals(await (await app.get(path)).json(), seen);
  });
}

Deno.test("redirects come before the proxy and do not get the headers of headers()", async () => {
  let runs = 0;
  const redirects = () => [{ source: "/old", destination: "/new", permanent: false }];
  const config = { redirects, headers: () => [always("/:p*")] };
  const app = await createRulesApp({}, { config, proxy: () => void runs++ });
  const response = await app.get("/old");
  await response.text();
  const { status, headers } = response;
  assertEquals([status, headers.get("location"), headers.get("x-c"), runs], [307, "/new", null, 0]);
});

const redirect = (source: string, destination: string, more: object = { permanent: true }) => [
  { source, destination, ...more },
];
const REDIRECTS: readonly [config: object, path: string, status: number, location: string | null][] = [
  [{ redirects: () => redirect("/a", "/b") }, "/a", 308, "/b"],
  [{ redirects: () => redirect("/a", "/b", { permanent: false }) }, "/a", 307, "/b"],
  [{ redirects: () => redirect("/a", "/b", { statusCode: 301 }) }, "/a", 301, "/b"],
  [{ redirects: () => redirect("/a", "/b?x=1") }, "/a?y=2", 308, "/b?y=2&x=1"],
  [{ redirects: () => redirect("/a", "/b") }, "/a?y=a%20b&&z", 308, "/b?y=a%20b&&z"],
  [{ redirects: () => redirect("/a", "/b#part") }, "/a", 308, "/b#part"],
  [{ redirects: () => redirect("/a", "/b#part") }, "/a?y=2", 308, "/b?y=2#part"],
  [{ redirects: () => redirect("/a", "/b?x=1#part") }, "/a?y=2", 308, "/b?y=2&x=1#part"],
  [{ redirects: () => redirect("/a/:q", "https://ex.test/:q?a=1") }, "/a/hey?q=1", 308, "https://ex.test/hey?q=1&a=1"],
  [{ redirects: () => redirect("/a/:id", "/b/:id") }, "/a/x%20y", 308, "/b/x%20y"],
  [{ redirects: () => redirect("/a/:p*", "/p/:p*") }, "/a", 308, "/p"],
  [{ redirects: () => redirect("/a/:n(\\d{1,3})", "/n/:n") }, "/a/123", 308, "/n/123"],
  [{ redirects: () => redirect("/a/:n(\\d{1,3})", "/n/:n") }, "/a/1234", 404, null],
  [{ redirects: () => redirect("/a", "/b"), skipTrailingSlashRedirect: true }, "/a/", 308, "/b"],
  [{ redirects: () => redirect("/a", "/b") }, "/a/", 308, "/a"],
  [{ redirects: () => redirect("/a", "/b"), trailingSlash: true }, "/a/", 308, "/b"],
  [{ redirects: () => redirect("/a", "/b/") }, "/a", 308, "/b/"],
  [{ redirects: () => redirect("/a", "/a/"), skipTrailingSlashRedirect: true }, "/a", 308, "/a/"],
  [{ redirects: () => redirect("/a", "/a/"), skipTrailingSlashRedirect: true }, "/a/", 404, null],
  [{ redirects: () => redirect("/:p*/a", "/b") }, "/_next/x/a", 404, null],
  [
    { redirects: () => redirect("/a", "https://x.test/?u=https%3A%2F%2Fy.test%26z") },
    "/a",
    308,
    "https://x.test/?u=https://y.test%26z",
  ],
  [{ redirects: () => redirect("/a", "/b"), experimental: { caseSensitiveRoutes: true } }, "/A", 404, null],
  [{ redirects: () => redirect("/a", "/b") }, "/A", 308, "/b"],
  [{ redirects: () => redirect("/a", "/b"), basePath: "/docs" }, "/docs/a", 308, "/docs/b"],
  [{ redirects: () => redirect("/a", "/b"), basePath: "/docs" }, "/a", 404, null],
  [
    { redirects: () => redirect("/a", "/a/"), basePath: "/docs", skipTrailingSlashRedirect: true },
    "/docs/a/",
    404,
    null,
  ],
  [{ redirects: () => redirect("/a", "https://ex.test/b"), basePath: "/docs" }, "/docs/a", 308, "https://ex.test/b"],
  [
    { redirects: () => redirect("/", "/docs", { permanent: false, basePath: false }), basePath: "/docs" },
    "/",
    307,
    "/docs",
  ],
  [
    { redirects: () => redirect("/docs/a", "/b", { permanent: false, basePath: false }), basePath: "/docs" },
    "/docs/a",
    307,
    "/b",
  ],
];

for (const [config, path, status, location] of REDIRECTS) {
  const name = Object.entries(config).map(([, value]) => JSON.stringify(typeof value === "function" ? value() : value));
  Deno.test(`a redirect of ${path} answers ${status} ${location} by ${name}`, async () => {
    for (const method of ["GET", "POST", "HEAD"]) {
      const response = await (await createRulesApp({}, { config })).request(path, { method });
      await response.text();
      assertEquals([method, response.status, response.headers.get("location")], [method, status, location]);
    }
  });
}

Deno.test("headers() also applies to 404, 405, OPTIONS and a proxy's own response", async () => {
  const config = { headers: () => [always("/(.*)")] };
  const proxy = (request: NextRequest) => request.nextUrl.pathname === "/p" ? new Response("p") : undefined;
  const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { config, proxy });
  const seen: unknown[] = [];
  for (const [method, path] of [["GET", "/a"], ["GET", "/no"], ["POST", "/a"], ["OPTIONS", "/a"], ["GET", "/p"]]) {
    const response = await app.request(path!, { method: method! });
    await response.text();
    seen.push([response.status, response.headers.get("x-c")]);
  }
  assertEquals(seen, [[200, "1"], [404, "1"], [405, "1"], [204, "1"], [200, "1"]]);
});

Deno.test("headers() for a folder do not make a cache keep that a file of it is missing", async () => {
  const rule = { source: "/:path*", headers: [{ key: "Cache-Control", value: "public, max-age=86400" }] };
  const own = () => new Response(null, { status: 404 });
  const app = await createRulesApp({ "here/route.ts": { GET: says("here") }, "own/route.ts": { GET: own } }, {
    config: { headers: () => [rule] },
  });
  const controls = ["/here", "/own", "/gone"].map(async (path) => (await app.get(path)).headers.get("cache-control"));
  assertEquals(await Promise.all(controls), [
    "public, max-age=86400",
    "public, max-age=86400",
    "private, no-cache, no-store, max-age=0, must-revalidate",
  ]);
});

Deno.test("headers() for /:path* also apply to /", async () => {
  const app = await createRulesApp({ "route.ts": { GET: says("a") } }, { config: { headers: () => [always("/:p*")] } });
  assertEquals((await app.get("/")).headers.get("x-c"), "1");
});

Deno.test("headers() override those of the handler, later rules override earlier ones, and cookies are appended", async () => {
  const rule = (source: string, key: string, value: string) => ({ source, headers: [{ key, value }] });
  const headers = () => [
    rule("/:p*", "x-cfg", "first"),
    rule("/a/:id", "X-Cfg", "all"),
    rule("/a/:id", "content-type", "text/cfg"),
    rule("/a/:path*", "x-path", "<:path*>"),
    rule("/a/:id", "set-cookie", "c=1"),
    rule("/b", "x-b", "1"),
  ];
  const GET = () => Response.json(1, { headers: { "x-cfg": "own", "set-cookie": "own=1" } });
  const app = await createRulesApp({ "a/[id]/route.ts": { GET } }, { config: { headers } });
  const response = await app.get("/a/x%20y");
  const names = ["x-cfg", "content-type", "x-path", "x-b"];
  assertEquals(names.map((name) => response.headers.get(name)), ["all", "text/cfg", "<x%20y>", null]);
  assertEquals(response.headers.getSetCookie().toSorted(), ["c=1", "own=1"]);
});

for (const [name, type] of [["%0D%0Ax-evil:%201", "crlf"], ["%E6%97%A5", "unicode"], ["%25zz", "percent"]] as const) {
  Deno.test(`S17 headers() with a param of ${type} create no other header and no 500`, async () => {
    const headers = () => [{ source: "/:id", headers: [{ key: "x-id", value: ":id" }] }];
    const app = await createRulesApp({ "[id]/route.ts": { GET: says("a") } }, { config: { headers } });
    const response = await app.get(`/${name}`);
    assertEquals([response.status, response.headers.get("x-evil")], [200, null]);
  });
}

const BASED: readonly [path: string, answer: unknown][] = [
  ["/docs/one/1", ["/one/1", { id: "1" }]],
  ["/docs/rw/1", ["/rw/1", { id: "1" }]],
  ["/rw/1", "Not Found"],
  ["/docsrw/1", "Not Found"],
  ["/docs/docs/rw/1", "Not Found"],
];

for (const [path, answer] of BASED) {
  Deno.test(`rules below basePath /docs: ${path}`, async () => {
    const config = { basePath: "/docs", rewrites: () => stage("/rw/:id", "/one/:id") };
    const text = await (await (await createRulesApp(ROUTES, { config })).get(path)).text();
    assertEquals(text.startsWith("[") ? JSON.parse(text) : text, answer);
  });
}

Deno.test("headers() apply to paths below basePath, and with basePath: false to all paths", async () => {
  const headers = () => [always("/a"), { ...always("/outside"), basePath: false }];
  const config = { basePath: "/docs", headers };
  const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { config });
  const of = async (path: string) => (await app.get(path)).headers.get("x-c");
  assertEquals([await of("/docs/a"), await of("/a"), await of("/outside")], ["1", null, "1"]);
});

const SLASHES: readonly [config: object, path: string, status: number, body: string][] = [
  [{ trailingSlash: true }, "/a", 308, "/a/"],
  [{ trailingSlash: true }, "/a/", 200, '["/a/",null]'],
  [{ trailingSlash: true }, "/rw/", 200, '["/rw/",null]'],
  [{ trailingSlash: true }, "/rss.xml", 200, '["/rss.xml",null]'],
  [{ trailingSlash: true }, "/rss.xml/", 308, "/rss.xml"],
  [{ skipTrailingSlashRedirect: true }, "/a/", 200, '["/a/",null]'],
  [{ skipTrailingSlashRedirect: true }, "/a", 200, '["/a",null]'],
  [{ skipTrailingSlashRedirect: true }, "/rw/", 200, '["/rw/",null]'],
  [{ skipTrailingSlashRedirect: true }, "//a", 308, "/a"],
  [{}, "/a/", 308, "/a"],
];

for (const [config, path, status, body] of SLASHES) {
  Deno.test(`with ${JSON.stringify(config)} ${path} answers ${status} ${body}, and the proxy does not run for a 308`, async () => {
    let runs = 0;
    const app = await createRulesApp({ "a/route.ts": { GET: sees }, "rss.xml/route.ts": { GET: sees } }, {
      config: { ...config, rewrites: () => stage("/rw", "/a") },
      proxy: () => void runs++,
    });
    await using server = serveApp(app);
    const answer = await sendRequest(server.port, { path });
    assertEquals([answer.status, answer.headers.location?.[0] ?? answer.body], [status, body]);
    assertEquals(runs, status === 308 ? 0 : 1);
  });
}

Deno.test("a cached route behind rewrites has a separate entry for each URL that its handler sees", async () => {
  let runs = 0;
  const GET = () => Response.json(++runs);
  const rewrites = () => [...stage("/x", "/c"), ...stage("/y", "/c")];
  const app = await createRulesApp({ "c/route.ts": { dynamic: "force-static", GET } }, { config: { rewrites } });
  const got: unknown[] = [];
  for (const path of ["/x", "/y", "/c", "/x", "/y", "/c"]) got.push(await (await app.get(path)).json());
  assertEquals(got, [1, 2, 3, 1, 2, 3]);
});

Deno.test("a cached route behind a proxy's rewrite by user is not shared between two destinations", async () => {
  const GET = async (_: Request, { params }: { params: Promise<{ id: string }> }) => Response.json(await params);
  const proxy = (request: NextRequest) =>
    NextResponse.rewrite(new URL(`/c/${request.headers.get("x-user")}`, request.url));
  const app = await createRulesApp({ "c/[id]/route.ts": { dynamic: "force-static", GET } }, { proxy });
  const of = async (user: string) => await (await app.get("/me", { "x-user": user })).json();
  assertEquals([await of("ann"), await of("bob"), await of("ann")], [{ id: "ann" }, { id: "bob" }, { id: "ann" }]);
});

Deno.test("HEAD passes the rules like GET, without a body", async () => {
  const config = { headers: () => [always("/(.*)")], rewrites: () => stage("/rw", "/static") };
  await using server = serveApp(await createRulesApp(ROUTES, { config, proxy: () => {} }));
  const { status, headers, body } = await sendRequest(server.port, { method: "HEAD", path: "/rw" });
  assertEquals([status, headers["x-c"], headers["content-length"], body], [200, ["1"], ["6"], ""]);
});

for (
  const proxy of [() => {}, (request: NextRequest) => NextResponse.next({ request: { headers: request.headers } })]
) {
  Deno.test(`a slow stream passes the rules chunk by chunk, in both directions: ${proxy.length} arguments`, async () => {
    const POST = (request: NextRequest) => new Response(request.body);
    const config = { headers: () => [always("/(.*)")], rewrites: () => stage("/rw", "/echo") };
    const app = await createRulesApp({ "echo/route.ts": { POST } }, { config, proxy, publicFile: file("/none") });
    await using server = serveApp(app);
    const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
    const writer = writable.getWriter(), encoder = new TextEncoder();
    const answering = fetch(`${server.origin}/rw`, { method: "POST", body: readable });
    await writer.write(encoder.encode("one"));
    const response = await answering;
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    assertEquals([(await reader.read()).value, response.headers.get("x-c")], ["one", "1"]);
    await writer.write(encoder.encode("two"));
    assertEquals((await reader.read()).value, "two");
    await writer.close();
    assertEquals((await reader.read()).done, true);
  });
}

Deno.test("a WebSocket upgrade passes the rules and a proxy that lets it continue", async () => {
  const GET = (request: NextRequest) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(`echo ${data}`);
    return response;
  };
  const config = { headers: () => [always("/(.*)")], rewrites: () => stage("/rw", "/ws") };
  const proxy = () => NextResponse.next({ headers: { "x-p": "1" } });
  await using server = serveApp(await createRulesApp({ "ws/route.ts": { GET } }, { config, proxy }));
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rw`);
  const message = Promise.withResolvers<unknown>(), closed = Promise.withResolvers<void>();
  socket.onopen = () => socket.send("hi");
  socket.onmessage = ({ data }) => message.resolve(data);
  socket.onerror = () => message.reject(new Error("no socket"));
  socket.onclose = () => closed.resolve();
  assertEquals(await message.promise, "echo hi");
  socket.close();
  await closed.promise;
});

for (const stage of ["beforeFiles", "afterFiles", "fallback"]) {
  for (const caseSensitiveRoutes of [true, false]) {
    Deno.test(`rewrites of ${stage} of /x for /X, caseSensitiveRoutes: ${caseSensitiveRoutes}`, async () => {
      const rewrites = () => ({ [stage]: [{ source: "/x", destination: "/a" }] });
      const config = { rewrites, experimental: { caseSensitiveRoutes } };
      const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { config });
      assertEquals((await app.get("/X")).status, caseSensitiveRoutes ? 404 : 200);
    });
  }
}
