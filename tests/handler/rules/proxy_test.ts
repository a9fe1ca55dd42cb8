import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { readProxy } from "../../../src/handler/rules/proxy.ts";
import { cookies, headers } from "../../../src/headers.ts";
import { after, type NextRequest, NextResponse } from "../../../src/server.ts";
import { getScope } from "../../../src/scope/current_scope.ts";
import { serveApp } from "../../helpers/app.ts";
import { createRulesApp, says, sees, startElsewhere } from "../../helpers/rules.ts";
import { sendRequest } from "../../helpers/wire.ts";

const call = () => NextResponse.json("proxy");

for (const name of ["proxy", "middleware", "default"]) {
  Deno.test(`readProxy() reads the export ${name}`, () => {
    assert(readProxy({ [name]: call }, "proxy.ts").matches("/any", () => assert(false) as never));
  });
}

for (const module of [{}, { config: {} }, { proxy: 7 }, { GET: call }, { default: {} }]) {
  Deno.test(`readProxy() refuses a module of ${JSON.stringify(module)}`, () => {
    const message = 'Cannot load proxy "proxy.ts": it exports no function, write export function proxy(request) {}';
    assertThrows(() => readProxy(module, "proxy.ts"), TypeError, message);
  });
}

for (const matcher of ["admin", 7, ["/a", "b"], [{ source: "b" }], [null], "/("]) {
  Deno.test(`readProxy() refuses the matcher ${JSON.stringify(matcher)} and names its file`, () => {
    assertThrows(() => readProxy({ proxy: call, config: { matcher } }, "proxy.ts"), TypeError, "of proxy.ts");
  });
}

const has = [{ type: "header", key: "x-on" }] as const, missing = [{ type: "cookie", key: "off" }] as const;
const on: HeadersInit = { "x-on": "1" }, off: HeadersInit = { "x-on": "1", cookie: "off=1" };
const MATCHERS: readonly [
  matcher: NonNullable<Parameters<typeof createRulesApp>[1]["matcher"]>,
  path: string,
  headers: HeadersInit,
  isMeant: boolean,
][] = [
  ["/admin", "/admin", {}, true],
  ["/admin", "/admin?a=1", {}, true],
  ["/admin", "/%61dmin", {}, true],
  ["/admin", "/ADMIN", {}, false],
  ["/admin", "/admin/x", {}, false],
  ["/admin/:path*", "/admin", {}, true],
  ["/admin/:path*", "/admin/a/b", {}, true],
  ["/unknown/:id", "/unknown/1", {}, true],
  ["/in%20fo", "/in fo", {}, true],
  [["/a", "/b/:id"], "/b/1", {}, true],
  [["/a", "/b/:id"], "/c", {}, false],
  ["/((?!api|_next).*)", "/x", {}, true],
  ["/((?!api|_next).*)", "/api/x", {}, false],
  [[{ source: "/a", has }], "/a", on, true],
  [[{ source: "/a", has }], "/a", {}, false],
  [[{ source: "/a", has, missing }], "/a", on, true],
  [[{ source: "/a", has, missing }], "/a", off, false],
  [["/x", { source: "/a", missing }], "/a", off, false],
  [[{ source: "/a", has: [{ type: "query", key: "q", value: "1" }] }], "/a?q=1", {}, true],
  [[{ source: "/a", has: [{ type: "host", value: "localhost" }] }], "/a", {}, true],
  [[{ source: "/a", has: [{ type: "host", value: "a.test" }] }], "/a", {}, false],
  [[], "/a", {}, false],
];

for (const [matcher, path, headers, isMeant] of MATCHERS) {
  const name = `${JSON.stringify(matcher)} ${isMeant ? "means" : "does not mean"} ${path} ${JSON.stringify(headers)}`;
  Deno.test(`readProxy() reads the matcher: ${name}`, async () => {
    const app = await createRulesApp({ "[[...all]]/route.ts": { GET: says("handler") } }, { proxy: call, matcher });
    assertEquals(await (await app.get(path, headers)).text(), isMeant ? '"proxy"' : "handler");
  });
}

for (const result of [undefined, null, NextResponse.next()]) {
  Deno.test(`Proxy.ask() lets the request continue for ${result === null ? "null" : typeof result}`, async () => {
    const app = await createRulesApp({ "a/[id]/route.ts": { GET: sees } }, { proxy: () => result });
    assertEquals(await (await app.get("/a/7?b=1")).json(), ["/a/7?b=1", { id: "7" }]);
  });
}

const tell = async (request: NextRequest) => {
  const ambient = await headers(), jar = await cookies();
  return Response.json({
    request: Object.fromEntries(request.headers),
    headers: Object.fromEntries(ambient),
    own: request.cookies.getAll().map(({ name, value }) => `${name}=${value}`),
    jar: jar.getAll().map(({ name, value }) => `${name}=${value}`),
  });
};

Deno.test("NextResponse.next({ request }) passes exactly these headers to the handler, however it reads them", async () => {
  const proxy = (request: NextRequest) => {
    const headers = new Headers(request.headers);
    headers.set("x-new", "1");
    headers.set("x-kept", "changed");
    headers.delete("x-gone");
    headers.set("cookie", "b=2; c=3");
    return NextResponse.next({ request: { headers } });
  };
  const app = await createRulesApp({ "a/route.ts": { GET: tell } }, { proxy });
  const sent = { "x-kept": "1", "x-gone": "1", "x-same": "s", cookie: "a=1" };
  const added = { "x-forwarded-host": "localhost", "x-forwarded-port": "80", "x-forwarded-proto": "http" };
  const seen = { cookie: "b=2; c=3", host: "localhost", ...added, "x-kept": "changed", "x-new": "1", "x-same": "s" };
  const both = ["b=2", "c=3"];
  assertEquals(await (await app.get("/a", sent)).json(), { request: seen, headers: seen, own: both, jar: both });
});

Deno.test("NextResponse.next({ request }) with empty headers removes all headers", async () => {
  const proxy = () => NextResponse.next({ request: { headers: new Headers() } });
  const app = await createRulesApp({ "a/route.ts": { GET: tell } }, { proxy });
  const answer = await (await app.get("/a", { "x-a": "1", cookie: "a=1" })).json();
  assertEquals([answer.request["x-a"], answer.request.cookie, answer.own, answer.jar], [undefined, undefined, [], []]);
});

Deno.test("request.cookies.set in a proxy reaches the handler only through request.headers", async () => {
  const proxy = (request: NextRequest) => {
    request.cookies.set("mut", "1");
    const keep = request.nextUrl.searchParams.has("keep");
    return keep ? NextResponse.next({ request: { headers: request.headers } }) : NextResponse.next();
  };
  const app = await createRulesApp({ "a/route.ts": { GET: tell } }, { proxy });
  assertEquals((await (await app.get("/a?keep", { cookie: "a=1" })).json()).own, ["a=1", "mut=1"]);
  assertEquals((await (await app.get("/a", { cookie: "a=1" })).json()).own, ["a=1"]);
});

Deno.test("the headers and cookies of next() reach the client, before those of the handler, and override them", async () => {
  const proxy = () => {
    const response = NextResponse.next({ headers: { "x-m": "proxy", "x-from-proxy": "1", "content-type": "text/p" } });
    response.cookies.set("pc", "1").set("h", "proxy");
    return response;
  };
  const GET = async () => {
    (await cookies()).set("h", "route").set("hr", "1");
    return new Response("x", { headers: { "x-m": "route", "x-own": "1", "set-cookie": "raw=1" } });
  };
  await using server = serveApp(await createRulesApp({ "a/route.ts": { GET } }, { proxy }));
  const { headers } = await sendRequest(server.port, { path: "/a" });
  const names = ["x-m", "x-from-proxy", "x-own", "content-type", "set-cookie"];
  const lines = ["pc=1; Path=/", "h=proxy; Path=/", "raw=1", "h=route; Path=/", "hr=1; Path=/"];
  assertEquals(names.map((name) => headers[name]), [["proxy"], ["1"], ["1"], ["text/p"], lines]);
  assertEquals(Object.keys(headers).filter((name) => name.startsWith("x-middleware-")), []);
});

Deno.test("a cookie line that both the proxy and the handler set is sent once, and another value is sent too", async () => {
  const proxy = () => {
    const response = NextResponse.next();
    for (const line of ["s=1; Path=/", "s=1; Path=/", "t=1", "u=1; Path=/"]) {
      response.headers.append("set-cookie", line);
    }
    return response;
  };
  const GET = async () => {
    (await cookies()).set("u", "1");
    return new Response("x", { headers: [["set-cookie", "s=1; Path=/"], ["set-cookie", "t=2"]] });
  };
  const app = await createRulesApp({ "a/route.ts": { GET } }, { proxy });
  assertEquals((await app.get("/a")).headers.getSetCookie(), ["s=1; Path=/", "t=1", "u=1; Path=/", "t=2"]);
});

Deno.test("the response headers and cookies of next() are not in the handler's request", async () => {
  const proxy = () => {
    const response = NextResponse.next({ headers: { "x-from-proxy": "1" } });
    response.cookies.set("pc", "1");
    return response;
  };
  const app = await createRulesApp({ "a/route.ts": { GET: tell } }, { proxy });
  const { request, own, jar } = await (await app.get("/a")).json();
  assertEquals([Object.keys(request).filter((name) => !name.startsWith("x-forwarded-")), own, jar], [["host"], [], []]);
});

const REDIRECTS: readonly [to: string, location: string][] = [
  ["http://localhost/echo?a=1#h", "/echo?a=1#h"],
  ["http://localhost/", "/"],
  ["https://localhost/echo", "https://localhost/echo"],
  ["http://localhost:81/echo", "http://localhost:81/echo"],
  ["https://a.test/x", "https://a.test/x"],
];

for (const [to, location] of REDIRECTS) {
  Deno.test(`a proxy's redirect to ${to} sends the location ${location}`, async () => {
    const app = await createRulesApp({}, { proxy: () => NextResponse.redirect(to) });
    const response = await app.get("/a");
    await response.body?.cancel();
    assertEquals([response.status, response.headers.get("location")], [307, location]);
  });
}

Deno.test("S16 a proxy's redirect that was made relative does not lead off the site", async () => {
  const proxy = (request: NextRequest) => NextResponse.redirect(new URL(`.//evil.test/`, request.url));
  const app = await createRulesApp({}, { proxy });
  const location = (await app.get("/a")).headers.get("location")!;
  assertEquals(new URL(location, "http://localhost/a").origin, "http://localhost", location);
});

Deno.test("a proxy's Response with a relative Location is passed on", async () => {
  const proxy = () => new Response(null, { status: 302, headers: { location: "/echo" } });
  const response = await (await createRulesApp({}, { proxy })).get("/a");
  assertEquals([response.status, response.headers.get("location")], [302, "/echo"]);
});

Deno.test("a proxy's rewrite shows the handler the other URL, without the query as sent", async () => {
  const proxy = (request: NextRequest) =>
    NextResponse.rewrite(new URL("/b/%37?from=proxy", request.url), { status: 418, headers: { "x-p": "1" } });
  const app = await createRulesApp({ "b/[id]/route.ts": { GET: sees } }, { proxy });
  const response = await app.get("/a?x=1");
  assertEquals([response.status, response.headers.get("x-p")], [200, "1"]);
  assertEquals(await response.json(), ["/b/7?from=proxy", { id: "7" }]);
});

for (const [to, status] of [["/unknown", 404], ["/b/", 200], ["/b/.", 200], ["/%zz", 400], ["/%00", 400]] as const) {
  Deno.test(`a proxy's rewrite to ${to} answers ${status}`, async () => {
    const proxy = () => NextResponse.rewrite(`http://localhost${to}`);
    const app = await createRulesApp({ "b/route.ts": { GET: says("b") } }, { proxy });
    const response = await app.get("/a");
    await response.text();
    assertEquals(response.status, status);
  });
}

Deno.test("a proxy's rewrite to another server is answered by it, with the headers of the proxy", async () => {
  await using elsewhere = startElsewhere();
  const proxy = (request: NextRequest) => {
    const headers = new Headers(request.headers);
    headers.set("x-new", "1");
    headers.delete("x-gone");
    return NextResponse.rewrite(`${elsewhere.origin}/x?y=1`, { headers: { "x-p": "1" }, request: { headers } });
  };
  const app = await createRulesApp({}, { proxy });
  const response = await app.get("/a?z=1", { "x-gone": "1" });
  assertEquals([await response.text(), response.headers.get("x-p")], ["elsewhere", "1"]);
  const [asked] = elsewhere.asked;
  assertEquals([asked!.path, asked!.headers.get("x-new"), asked!.headers.get("x-gone")], ["/x?y=1", "1", null]);
});

Deno.test("a proxy's own response is sent unchanged, with its cookies and those of cookies()", async () => {
  const proxy = async () => {
    (await cookies()).set("jar", "1");
    const response = NextResponse.json({ a: 1 }, { status: 401, headers: { "x-p": "1" } });
    response.cookies.set("own", "1");
    return response;
  };
  const app = await createRulesApp({ "a/route.ts": { GET: says("handler") } }, { proxy });
  const response = await app.get("/a");
  assertEquals([response.status, response.headers.get("x-p"), await response.json()], [401, "1", { a: 1 }]);
  assertEquals(response.headers.getSetCookie(), ["own=1; Path=/", "jar=1; Path=/"]);
  assertEquals([...response.headers.keys()].filter((name) => name.startsWith("x-middleware-")), []);
});

Deno.test("a proxy's own response to HEAD has the headers of GET and no body", async () => {
  let cancelled = 0;
  const streams = (request: NextRequest) =>
    request.nextUrl.pathname === "/stream"
      ? new Response(new ReadableStream({ cancel: () => void cancelled++ }), { headers: { "x-p": "1" } })
      : new Response("text", { headers: { "x-p": "1" } });
  await using server = serveApp(await createRulesApp({}, { proxy: streams }));
  const whole = await sendRequest(server.port, { method: "HEAD", path: "/text" });
  assertEquals([whole.status, whole.headers["x-p"], whole.headers["content-length"]], [200, ["1"], ["4"]]);
  const stream = await sendRequest(server.port, { method: "HEAD", path: "/stream" });
  assertEquals([stream.status, stream.headers["x-p"], cancelled], [200, ["1"], 1]);
});

const FAILURES: readonly [name: string, proxy: () => never, message: string][] = [
  ["throws", () => {
    throw new Error("boom");
  }, "boom"],
  ["rejects", () => Promise.reject(new Error("boom")) as never, "boom"],
  [
    "returns a text",
    () => "text" as never,
    'Cannot use what "proxy.ts" returned: expected a Response or nothing, got string',
  ],
  ["returns an object", () => ({ status: 200 }) as never, "expected a Response or nothing, got object"],
];

for (const [name, proxy, message] of FAILURES) {
  Deno.test(`a proxy that ${name} answers 500 without a body, and reports it once`, async () => {
    const app = await createRulesApp({ "a/route.ts": { GET: says("handler") } }, { proxy });
    const response = await app.get("/a");
    assertEquals([response.status, await response.text(), app.errors.length], [500, "", 1]);
    assert((app.errors[0]!.error as Error).message.includes(message));
    assertEquals(app.errors[0]!.context.routePath, "/proxy");
  });
}

Deno.test("NextFetchEvent.waitUntil() keeps drain() waiting, and its failure is reported", async () => {
  const held = Promise.withResolvers<void>();
  let isDone = false;
  const proxy: Parameters<typeof createRulesApp>[1]["proxy"] = (_, event) => {
    event.waitUntil(held.promise.then(() => void (isDone = true)));
    event.waitUntil(Promise.reject(new Error("late")));
  };
  const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { proxy });
  assertEquals(await (await app.get("/a")).text(), "a");
  assertEquals(isDone, false);
  held.resolve();
  await app.drain();
  assertEquals([isDone, app.errors.map(({ error }) => (error as Error).message)], [true, ["late"]]);
});

Deno.test("cookies() and headers() inside a proxy are those of the request", async () => {
  const proxy = async () => {
    const jar = await cookies();
    jar.set("set", `${jar.get("a")?.value}-${(await headers()).get("x-a")}`);
  };
  const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { proxy });
  const response = await app.get("/a", { cookie: "a=1", "x-a": "2" });
  assertEquals(response.headers.getSetCookie(), ["set=1-2; Path=/"]);
});

for (const end of ["next", "response", "redirect"] as const) {
  Deno.test(`after() inside a proxy runs once when the response has been sent: ${end}`, async () => {
    const log: string[] = [];
    const proxy = () => {
      after(() => void log.push("after"));
      if (end === "response") return new Response("proxy");
      return end === "redirect" ? NextResponse.redirect("http://localhost/b") : undefined;
    };
    await using server = serveApp(await createRulesApp({ "a/route.ts": { GET: says("a") } }, { proxy }));
    await (await fetch(`${server.origin}/a`, { redirect: "manual" })).text();
    await server[Symbol.asyncDispose]();
    assertEquals(log, ["after"]);
  });
}

Deno.test("after() inside a proxy also runs in a test without a server", async () => {
  const log: string[] = [];
  const proxy = () => after(() => void log.push("after"));
  const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { proxy });
  await (await app.get("/a")).text();
  // drain() would wait for ever where the task does.
  await delay(0);
  assertEquals(log, ["after"]);
});

Deno.test("a proxy runs once per request of a client, regardless of rewrites", async () => {
  let runs = 0;
  const proxy = (request: NextRequest) => {
    runs++;
    return NextResponse.rewrite(new URL("/b", request.url));
  };
  const rewrites = () => ({ beforeFiles: [{ source: "/b", destination: "/c" }], afterFiles: [], fallback: [] });
  const app = await createRulesApp({ "c/route.ts": { GET: says("c") } }, { proxy, config: { rewrites } });
  assertStrictEquals(await (await app.get("/a")).text(), "c");
  assertEquals(runs, 1);
});

const COVERED: readonly [matcher: string, path: string, isCovered: boolean][] = [
  ["/", "/index", true],
  ["/", "/index.json", true],
  ["/", "/index/a", false],
  ["/m", "/m.json", true],
  ["/m/:path*", "/m/a.json", true],
  ["/((?!.*\\..*).*)", "/manifest.json", false],
  ["/((?!api|.*\\.json$).*)", "/m/a.json", false],
  ["/m/((?!b).*)/", "/m/a.json", true],
  ["/m/(a|b)", "/m/b.json", true],
  ["/m/(a|b)", "/m/c.json", false],
  ["/((?!index).*)", "/index", false],
  ["/m", "/m.jso", false],
];

for (const [matcher, path, isCovered] of COVERED) {
  Deno.test(`a matcher ${matcher} ${isCovered ? "covers" : "does not cover"} ${path}, as Next.js compiles it`, async () => {
    const all = { "[[...all]]/route.ts": { GET: () => new Response("all") } };
    const app = await createRulesApp(all, { matcher, proxy: () => new Response("proxy") });
    assertEquals(await (await app.get(path)).text(), isCovered ? "proxy" : "all");
  });
}

const ESCAPED: readonly [matcher: string, path: string][] = [
  ["/users/(my files|reports)", "/users/my%20files"],
  ["/users/(日本|kyoto)", "/users/%E6%97%A5%E6%9C%AC"],
  ["/users/my files", "/users/my%20files"],
  ["/users/日本", "/users/日本"],
  ["/users/a@b", "/users/a%40b"],
  ["/users/:name(\\w+@corp\\.test)", "/users/joe%40corp.test"],
  ["/users/admin/:path*", "/users/admin%2Fx"],
  ["/users/it's", "/users/it%27s"],
];

for (const [matcher, path] of ESCAPED) {
  Deno.test(`S82 a matcher ${matcher} covers ${path}: the handler sees the decoded param`, async () => {
    const all = { "[[...all]]/route.ts": { GET: () => new Response("all") } };
    const app = await createRulesApp(all, { matcher, proxy: () => new Response("proxy") });
    assertEquals(await (await app.get(path)).text(), "proxy");
  });
}

Deno.test("Vary headers of proxy and handler are merged", async () => {
  const GET = () => new Response("x", { headers: { vary: "User-Agent, accept" } });
  const proxy = () => NextResponse.next({ headers: { vary: "x-tenant, Accept" } });
  const app = await createRulesApp({ "a/route.ts": { GET } }, { proxy });
  assertEquals((await app.get("/a")).headers.get("vary"), "User-Agent, accept, x-tenant");
});

Deno.test("the challenges of proxy and handler are both sent, one that both have once", async () => {
  const challenges = async (own: string, added: string) => {
    const GET = () => new Response(null, { status: 401, headers: { "www-authenticate": own } });
    const proxy = () => NextResponse.next({ headers: { "www-authenticate": added } });
    const app = await createRulesApp({ "a/route.ts": { GET } }, { proxy });
    return (await app.get("/a")).headers.get("www-authenticate");
  };
  assertEquals(await challenges("Bearer", 'Basic realm="x"'), 'Basic realm="x", Bearer');
  assertEquals(await challenges("Bearer", "Bearer"), "Bearer");
});

/** A proxy whose decision the query chooses; else it says in a header what it sees. */
function decide({ nextUrl, url }: NextRequest): Response {
  const how = nextUrl.search.slice(1);
  if (how === "set") nextUrl.basePath = "/docs";
  nextUrl.search = "";
  switch (how) {
    case "redirect":
    case "set":
      return NextResponse.redirect(nextUrl);
    case "absolute":
      return NextResponse.redirect(new URL("/b", url));
    case "rewrite":
      nextUrl.pathname = "/a";
      return NextResponse.rewrite(nextUrl);
    case "inside":
      return NextResponse.rewrite(new URL("/docs/a", url));
    case "outside":
      return NextResponse.rewrite(new URL("/a", url));
    case "body":
      return new Response("proxy");
  }
  const seen = [nextUrl.pathname, nextUrl.basePath, new URL(nextUrl.href).pathname, new URL(url).pathname];
  return NextResponse.next({ headers: { "x-seen": seen.join(" ") } });
}

const BASE_PATHS: readonly [path: string, status: number, what: string | null][] = [
  ["/docs/a", 200, "/a /docs /docs/a /docs/a"],
  ["/docs", 404, "/ /docs /docs /docs"],
  ["/a", 404, "/a  /a /a"],
  ["/", 404, "/  / /"],
  ["/docs/b?redirect", 307, "/docs/b"],
  ["/b?redirect", 307, "/b"],
  ["/b?set", 307, "/docs/b"],
  ["/docs/x?absolute", 307, "/b"],
  ["/docs/b?rewrite", 200, "a /a"],
  ["/b?rewrite", 404, "Not Found"],
  ["/docs/b?inside", 200, "a /a"],
  ["/b?inside", 200, "a /a"],
  ["/docs/b?outside", 404, "Not Found"],
  ["/b?outside", 404, "Not Found"],
  ["/b?body", 200, "proxy"],
];

for (const [path, status, what] of BASE_PATHS) {
  Deno.test(`a proxy below basePath /docs, asked for ${path}, sees and decides as in Next.js`, async () => {
    const GET = (request: NextRequest) => new Response(`a ${new URL(request.url).pathname}`);
    const app = await createRulesApp({ "a/route.ts": { GET } }, { config: { basePath: "/docs" }, proxy: decide });
    const response = await app.get(path);
    const body = await response.text();
    const said = response.headers.get("x-seen") ?? response.headers.get("location") ?? body;
    assertEquals([response.status, said], [status, what]);
  });
}

for (const [path, isCovered] of [["/docs/a", true], ["/docs", false], ["/a", false]] as const) {
  Deno.test(`a matcher is for paths below basePath: it ${isCovered ? "covers" : "does not cover"} ${path}`, async () => {
    const config = { basePath: "/docs" };
    const app = await createRulesApp({}, { config, matcher: "/a", proxy: () => new Response("proxy") });
    assertEquals(await (await app.get(path)).text(), isCovered ? "proxy" : "Not Found");
  });
}

Deno.test("headers() looks at the path that was requested, also where the proxy leads into the base path", async () => {
  const rule = (source: string, basePath?: false) => ({
    source,
    basePath,
    headers: [{ key: `x-${basePath}`, value: "1" }],
  });
  const headers = () => [rule("/b"), rule("/b", false)];
  const app = await createRulesApp({ "a/route.ts": { GET: () => new Response("a") } }, {
    config: { basePath: "/docs", headers },
    proxy: decide,
  });
  const response = await app.get("/b?inside");
  assertEquals([await response.text(), response.headers.get("x-undefined"), response.headers.get("x-false")], [
    "a",
    null,
    "1",
  ]);
});

/** A rewrite to `/a` under a condition. */
const under = (source: string, kind: "has" | "missing", condition: object) => ({
  source,
  destination: "/a",
  [kind]: [condition],
});

const CONDITIONS: readonly [kind: "has" | "missing", condition: object, isMet: boolean][] = [
  ["has", { type: "header", key: "x-in", value: "yes" }, true],
  ["missing", { type: "header", key: "x-gone" }, true],
  ["has", { type: "host", value: "changed.test" }, true],
  ["has", { type: "query", key: "q", value: "2" }, true],
  ["has", { type: "cookie", key: "client" }, true],
  ["has", { type: "cookie", key: "late" }, false],
];

for (const stage of ["beforeFiles", "afterFiles", "fallback"]) {
  for (const [kind, condition, isMet] of CONDITIONS) {
    const shown = `${kind} ${JSON.stringify(condition)}`;
    Deno.test(`a rewrite of ${stage} with ${shown} is ${isMet ? "" : "not "}met by what the proxy made`, async () => {
      const proxy = (request: NextRequest) => {
        const headers = new Headers(request.headers);
        headers.set("x-in", "yes");
        headers.set("host", "changed.test");
        headers.set("cookie", "late=1");
        headers.delete("x-gone");
        request.nextUrl.searchParams.set("q", "2");
        return NextResponse.rewrite(request.nextUrl, { request: { headers } });
      };
      const rewrites = () => ({ [stage]: [under("/x", kind, condition)] });
      const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { proxy, config: { rewrites } });
      const response = await app.get("/x", { "x-gone": "1", cookie: "client=1" });
      assertEquals(await response.text(), isMet ? "a" : "Not Found");
    });
  }
}

Deno.test("the route's response has all values of a header that the proxy repeats", async () => {
  const proxy = () => {
    const response = NextResponse.next({ headers: { link: "</a>", "x-one": "1" } });
    response.headers.append("Link", "</b>");
    return response;
  };
  const GET = () => new Response("x", { headers: { link: "</own>" } });
  const { headers } = await (await createRulesApp({ "a/route.ts": { GET } }, { proxy })).get("/a");
  assertEquals([headers.get("link"), headers.get("x-one")], ["</a>, </b>", "1"]);
});

Deno.test("a response that a module returns to every request keeps its headers behind a proxy", async () => {
  const shared = new Response(null, { status: 204, headers: { "x-own": "1" } });
  const proxy = (request: NextRequest) => NextResponse.next({ headers: { "x-user": request.nextUrl.search } });
  const app = await createRulesApp({ "a/route.ts": { GET: () => shared } }, { proxy });
  assertEquals((await app.get("/a?1")).headers.get("x-user"), "?1");
  assertEquals((await app.get("/a?2")).headers.get("x-user"), "?2");
  assertEquals([...shared.headers], [["x-own", "1"]]);
});

Deno.test("a request that a proxy makes of its request has the headers that the proxy sees, also for GET", async () => {
  const app = await createRulesApp({ "a/route.ts": { GET: says("route"), POST: says("route") } }, {
    proxy(request) {
      request.headers.delete("cookie");
      request.headers.set("x-set", "1");
      const copy = new Request(request);
      const names = ["cookie", "x-set", "x-sent", "x-middleware-subrequest", "x-forwarded-proto"];
      return Response.json([copy.method, new URL(copy.url).pathname, ...names.map((name) => copy.headers.get(name))]);
    },
  });
  await using server = serveApp(app);
  const headers = { cookie: "sid=1", "x-sent": "2", "x-middleware-subrequest": "1" };
  for (const method of ["GET", "POST"]) {
    const response = await fetch(`${server.origin}/%61`, { method, headers, redirect: "manual" });
    assertEquals(await response.json(), [method, "/a", null, "1", "2", null, "http"]);
  }
});

Deno.test("a proxy and the route share the results of cached functions of one request", async () => {
  const scopes: unknown[] = [];
  const keep = () => {
    const scope = getScope()!;
    scopes.push(scope.cachedCalls ??= new Map());
  };
  const app = await createRulesApp({
    "a/route.ts": {
      GET() {
        keep();
        return new Response();
      },
    },
  }, { proxy: keep });
  await app.get("/a");
  assertStrictEquals(scopes[0], scopes[1]);
});
