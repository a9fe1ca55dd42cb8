/** Security cases; each test is named by the id of its case. */
import { assert, assertEquals, assertFalse, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { readControlFlow } from "../../src/http/control_flow.ts";
import { cookies, draftMode, headers } from "../../src/headers.ts";
import { permanentRedirect, redirect } from "../../src/navigation.ts";
import { after, NextRequest, NextResponse } from "../../src/server.ts";
import { captured, createApp, serveApp } from "../helpers/app.ts";
import { sendRaw, sendRequest } from "../helpers/wire.ts";

const text = (body: string) => () => new Response(body);
/** The values that a guard in user code would check, and the decision of the router. */
const seen = async (request: NextRequest, { params }: { params?: Promise<unknown> }) =>
  Response.json({ path: request.nextUrl.pathname, url: new URL(request.url).pathname, params: await params ?? null });

const guarded = () =>
  createApp({
    "admin/route.ts": { GET: text("secret") },
    "admin/[...rest]/route.ts": { GET: text("secret") },
    "[...open]/route.ts": { GET: seen },
  });

for (const value of ["middleware:middleware:middleware:middleware:middleware", "src/middleware", "middleware", "1"]) {
  Deno.test(`S1 x-middleware-subrequest: ${value} neither has an effect nor reaches the handler`, async () => {
    const GET = async (request: NextRequest) =>
      Response.json([[...request.headers.keys()], (await headers()).get("X-Middleware-Subrequest")]);
    const app = await createApp({ "route.ts": { GET } });
    const response = await app.get("/", { "x-middleware-subrequest": value });
    assertEquals([response.status, await response.json()], [200, [["host", ...[
      "x-forwarded-host",
      "x-forwarded-port",
      "x-forwarded-proto",
    ]], null]]);
  });
}

const STEERING = ["x-middleware-rewrite", "x-middleware-next", "x-middleware-override-headers", "x-nextjs-data"];
const MORE = ["x-next-revalidate", "x-now-route-matches", "x-vercel-id", "x-routes-trace", "X-NextJS-Cache"];

Deno.test("S2 headers that control a proxy or cache are removed before user code, however it reads them", async () => {
  const GET = async (request: NextRequest) => {
    const all = await headers();
    const names = [...STEERING, ...MORE];
    return Response.json([
      [...request.headers.keys()],
      [...all.keys()],
      names.map((name) => all.get(name)),
      names.map((name) => all.has(name)),
      names.map((name) => request.clone().headers.get(name)),
    ]);
  };
  await using server = serveApp(await createApp({ "route.ts": { GET } }));
  const sent = [...STEERING, ...MORE].map((name) => [name, "http://evil.test/"] as const);
  const { body, headers: answer } = await sendRequest(server.port, { path: "/", headers: sent });
  const [keys, ambient, ...rest] = JSON.parse(body);
  assertEquals(keys, ["connection", "host", ...[
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
  ]]);
  assertEquals(ambient, keys);
  for (const values of rest) assertEquals(new Set(values).size, 1);
  assertEquals(rest.map((values: unknown[]) => values[0]), [null, false, null]);
  assertEquals(Object.keys(answer).filter((name) => name.startsWith("x-")), []);
});

Deno.test("S2 onNotFound sees the same path and headers as a handler would", async () => {
  const NAMES = ["x-middleware-subrequest", "x-nextjs-data", "x-own"];
  const onNotFound = ({ url, headers }: Request) =>
    Response.json([new URL(url).pathname, ...NAMES.filter((name) => headers.has(name))]);
  await using server = serveApp(await createApp({ "a/route.ts": { GET: () => new Response() } }, { onNotFound }));
  const headers: [string, string][] = [["x-middleware-subrequest", "a"], ["x-nextjs-data", "1"], ["x-own", "1"]];
  const { body } = await sendRequest(server.port, { path: "/%6eope", headers });
  assertEquals(JSON.parse(body), ["/nope", "x-own"]);
});

Deno.test("S2 new NextRequest(request) has the cleaned headers and the canonical URL", async () => {
  const POST = async (request: NextRequest) => {
    request.headers.set("x-new", "1");
    const copy = new NextRequest(request);
    return Response.json([copy.nextUrl.pathname, [...copy.headers.keys()], await copy.text()]);
  };
  await using server = serveApp(await createApp({ "eq/route.ts": { POST } }));
  const headers = [["x-middleware-subrequest", "middleware"]] as const;
  const { body } = await sendRequest(server.port, { method: "POST", path: "/%65q", headers, body: "hi" });
  assertEquals(JSON.parse(body), ["/eq", ["connection", "content-length", "host", ...[
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
  ], "x-new"], "hi"]);
});

/** All spellings of a character. */
function spellings(character: string): string[] {
  const hex = character.charCodeAt(0).toString(16).padStart(2, "0");
  return [character, `%${hex}`, `%${hex.toUpperCase()}`];
}

Deno.test("S3 router, request.url and nextUrl see the same path, for 3,000 spellings", async () => {
  const app = await createApp({ "admin/[id]/route.ts": { GET: seen }, "[...open]/route.ts": { GET: seen } });
  let random = 1;
  const pick = <T>(from: readonly T[]): T => from[(random = (random * 48271) % 2147483647) % from.length]!;
  for (let i = 0; i < 3000; i++) {
    const spelled = [..."admin"].map((character) => pick(spellings(character))).join("");
    const prefix = pick(["/", "/./", "/x/../", "/%2e/", "/x/%2E%2e/"]);
    const path = `${prefix}${spelled}/${pick(["1", "%31", "a%2Fb", "a%2fb", "%7e", "~"])}`;
    const answer = await (await app.get(path)).json();
    assertEquals(answer.path, answer.url, path);
    // A guard for /admin must decide exactly like the router.
    assertEquals(answer.path.startsWith("/admin/"), "id" in answer.params, path);
  }
});

const BYPASSES: readonly [path: string, status: number, body: string | RegExp][] = [
  ["/admin", 200, "secret"],
  ["/%61dmin", 200, "secret"],
  ["/%61%64%6D%69%6e", 200, "secret"],
  ["/admin/.", 308, ""],
  ["/admin/", 308, ""],
  ["/x/../admin", 200, "secret"],
  ["//admin", 308, ""],
  ["/\\admin", 308, ""],
  ["/a//b", 308, ""],
  ["/%2561dmin", 200, /"path":"\/%2561dmin".*"open":\["%61dmin"\]/],
  ["/admin%2Fx", 200, /"path":"\/admin%2Fx".*"open":\["admin\/x"\]/],
  ["/admin%5Cx", 200, /"path":"\/admin%5Cx".*"open":\["admin\\\\x"\]/],
  ["/admin;x", 200, /"path":"\/admin;x".*"open":\["admin;x"\]/],
  ["/ADMIN", 200, /"path":"\/ADMIN".*"open":\["ADMIN"\]/],
];

for (const [path, status, body] of BYPASSES) {
  Deno.test(`S4 ${path} is decoded once, and reaches /admin only if a guard sees /admin`, async () => {
    await using server = serveApp(await guarded());
    const answer = await sendRequest(server.port, { path });
    assertEquals(answer.status, status);
    if (typeof body === "string") assertEquals(answer.body, body);
    else assert(body.test(answer.body), answer.body);
    const location = answer.headers.location?.[0];
    if (location !== undefined) assert(/^\/[a-z]/.test(location), location);
  });
}

for (const path of ["/a/%2e%2e/b", "/a/../b", "/a/.%2E/b", "/a/c/../%2e%2e/b"]) {
  Deno.test(`S5 ${path} is resolved to /b before matching`, async () => {
    await using server = serveApp(
      await createApp({ "b/route.ts": { GET: seen }, "a/[...x]/route.ts": { GET: text("a") } }),
    );
    const { status, body } = await sendRequest(server.port, { path });
    assertEquals([status, JSON.parse(body)], [200, { path: "/b", url: "/b", params: null }]);
  });
}

for (const path of ["/%zz", "/%", "/%C0%80", "/%00", "/a%00b", "/a/%FF", "/%E0%A4%A", "/%ED%A0%80"]) {
  Deno.test(`S6 ${path} is answered with 400, never 500`, async () => {
    await using server = serveApp(await guarded());
    const { status, body } = await sendRequest(server.port, { path });
    assertEquals([status, body], [400, ""]);
  });
}

const HOSTS = [
  "256.256.256.256",
  "1.2.3.4.5",
  "[1:2]",
  "a/b",
  "a?b",
  "a#b",
  "a@b",
  "u:p@a",
  "a\\b",
  "a b",
  "",
  "a:",
  "a:x",
  "a:99999",
  "a:123456",
  "[::1",
  "é",
];

for (const host of [...HOSTS, "a".repeat(254)]) {
  Deno.test(`S7 Host "${host.slice(0, 20)}" is answered with 400`, async () => {
    await using server = serveApp(await guarded());
    assertEquals((await sendRequest(server.port, { path: "/admin", headers: [["host", host]] })).status, 400);
  });
}

Deno.test("S8 two Host headers are answered with 400", async () => {
  await using server = serveApp(await guarded());
  const two = await sendRaw(server.port, "GET /admin HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n");
  assertEquals(two.status, 400);
});

// Deno does not distinguish HTTP/1.0, which load balancers use for probes, from HTTP/1.1, where a missing Host is an
// error.
for (const version of ["1.0", "1.1"]) {
  Deno.test(`S8 a request without Host in HTTP/${version} is for the server's own address, and bypasses no guard`, async () => {
    await using server = serveApp(
      await createApp({
        "admin/route.ts": {
          GET: (request: NextRequest) => Response.json([request.nextUrl.host, request.headers.get("host")]),
        },
      }),
    );
    const own = `localhost:${server.port}`;
    const { status, body } = await sendRaw(server.port, `GET /admin HTTP/${version}\r\nConnection: close\r\n\r\n`);
    assertEquals([status, body], [200, JSON.stringify([own, own])]);
  });
}

const TOKENS = ["generateStaticParams", "default", "config", "__proto__", "constructor", "get", "TRACE", "TRACK"];

for (const method of [...TOKENS, "toString", "G".repeat(10_000)]) {
  Deno.test(`S13 method ${method.slice(0, 24)} reaches no export`, async () => {
    const called: string[] = [];
    const route: Record<string, unknown> = Object.fromEntries(
      ["GET", ...TOKENS.filter((name) => name !== "__proto__")].map((name) => [name, () => called.push(name)]),
    );
    await captured("warn", async () => {
      await using server = serveApp(await createApp({ "route.ts": route }));
      const { status, body } = await sendRequest(server.port, { method, path: "/" });
      assertEquals([status, body, called], [400, "", []]);
    });
  });
}

Deno.test("S13 CONNECT reaches no export", async () => {
  await using server = serveApp(await createApp({ "[[...all]]/route.ts": { GET: text("x"), CONNECT: text("x") } }));
  const { status } = await sendRaw(server.port, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n");
  assertEquals(status, 400);
});

Deno.test("S14 X-HTTP-Method-Override has no effect", async () => {
  const app = await createApp({ "route.ts": { GET: text("get"), DELETE: text("delete") } });
  const response = await app.get("/", { "x-http-method-override": "DELETE", "x-method-override": "DELETE" });
  assertEquals(await response.text(), "get");
});

const SMUGGLED: readonly [name: string, lines: string][] = [
  ["Content-Length and Transfer-Encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked"],
  ["two Content-Lengths", "Content-Length: 5\r\nContent-Length: 6"],
  ["Transfer-Encoding: xchunked", "Transfer-Encoding: xchunked"],
  ["a negative Content-Length", "Content-Length: -5"],
  ["a space before the colon", "X-A : 1"],
  ["a folded header", "X-A: 1\r\n 2"],
];

for (const [name, lines] of SMUGGLED) {
  Deno.test(`S15 ${name} is answered with 400 and a closed connection`, async () => {
    let calls = 0;
    const POST = async (request: Request) => new Response(`${++calls} ${await request.text()}`);
    await using server = serveApp(await createApp({ "[[...all]]/route.ts": { POST, GET: POST } }));
    const body = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    const answer = await sendRaw(server.port, `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n${body}`);
    assertEquals([answer.status, calls], [400, 0]);
  });
}

const OFF_SITE = ["//evil.test", "/\\evil.test", "\t//evil.test", "/\t/evil.test", " //evil.test", "\\\\evil.test"];

for (const to of [...OFF_SITE, "///evil.test", "\n//evil.test", "\u0001//evil.test", "/\\\t\\evil.test"]) {
  for (const leave of [redirect, permanentRedirect]) {
    Deno.test(`S16 ${leave.name}(${JSON.stringify(to)}) stays on the site`, async () => {
      const app = await createApp({ "a/route.ts": { GET: () => leave(to) } });
      const location = (await app.get("/a")).headers.get("location")!;
      assertEquals(new URL(location, "http://localhost/a").origin, "http://localhost", location);
    });
  }
}

Deno.test("S16 a redirect to the value of a catch-all, and one for a trailing slash, stay on the site", async () => {
  const GET = async (_: Request, { params }: { params: Promise<{ to: string[] }> }) =>
    redirect(`/${(await params).to.join("/")}`);
  await using server = serveApp(await createApp({ "go/[...to]/route.ts": { GET } }));
  for (
    const path of [
      "/go/%2Fevil.test",
      "/go/%5Cevil.test",
      "/go/%09/evil.test",
      "//evil.test/",
      "/\\evil.test/",
      "/.//evil.test/",
    ]
  ) {
    const { headers } = await sendRequest(server.port, { path, headers: [["host", "site.test"]] });
    const location = headers.location![0]!;
    assertEquals(new URL(location, "http://site.test/go/x").host, "site.test", `${path} -> ${location}`);
  }
});

Deno.test("S17 control characters and ; are refused in headers and cookies, not emitted", () => {
  for (const value of ["a\r\nb", "a\nb", "a\0b"]) {
    assertThrows(() => NextResponse.redirect("http://a.test", { headers: { "x-a": value } }), TypeError);
    assertThrows(() => new Response(null, { headers: { location: `/${value}` } }), TypeError);
  }
  for (const bad of [";", "\r", "\n", "\0", "\x7f", ","]) {
    const jar = new NextResponse(null).cookies;
    assertThrows(() => jar.set(`a${bad}b`, "v"), TypeError, "Cannot set cookie");
    for (const attribute of ["path", "domain", "sameSite", "priority"]) {
      assertThrows(() => jar.set("a", "v", { [attribute]: `x${bad}Secure` }), TypeError, "Cannot set cookie");
    }
    jar.set("value", `x${bad}y`);
    assertEquals(jar.get("value")?.value, `x${bad}y`);
  }
});

Deno.test("S18 the digest of redirect() survives ;, unicode and line breaks", () => {
  for (const url of ["/a;b;307;c", ";;;", "/é✓", "/a\r\nb", "/x;308;", "NEXT_REDIRECT;push;/x;307;"]) {
    try {
      redirect(url);
    } catch (error) {
      assertEquals(readControlFlow(error), { kind: "redirect", status: 307, url });
    }
  }
});

Deno.test("S23 query keys cannot override params", async () => {
  const app = await createApp({ "users/[slug]/route.ts": { GET: seen } });
  for (const query of ["?slug=evil", "?nxtPslug=evil", "?nextParamslug=evil", "?params[slug]=evil"]) {
    assertEquals((await (await app.get(`/users/good${query}`)).json()).params, { slug: "good" });
  }
});

Deno.test("S24 __proto__, constructor and toString are ordinary names", async () => {
  const names = ["__proto__", "constructor", "toString"];
  const cookie = names.map((name) => `${name}=1`).join("; ");
  const form = names.map((name) => `${name}=1`).join("&");
  const POST = async (request: NextRequest, { params }: { params: Promise<Record<string, string>> }) => {
    const all = await params;
    const jar = await cookies();
    const fields = await request.formData();
    return Response.json([
      all.__proto__,
      all.constructor ?? null,
      all.toString ?? null,
      names.map((name) => jar.get(name)?.value),
      names.map((name) => request.nextUrl.searchParams.get(name)),
      names.map((name) => fields.get(name)),
      jar.get("hasOwnProperty") ?? null,
    ]);
  };
  const app = await createApp({ "x/[__proto__]/route.ts": { POST } });
  const type = "application/x-www-form-urlencoded";
  const init = { method: "POST", body: form, headers: { cookie, "content-type": type } };
  const ones = ["1", "1", "1"];
  assertEquals(await (await app.request(`/x/polluted?${form}`, init)).json(), [
    "polluted",
    null,
    null,
    ones,
    ones,
    ones,
    null,
  ]);
  assertEquals(({} as Record<string, unknown>).polluted, undefined);
});

Deno.test("S28 draft mode needs a cookie signed with the secret, which differs from start to start", async () => {
  const GET = async (request: NextRequest) => {
    const draft = await draftMode();
    if (request.nextUrl.searchParams.has("on")) draft.enable();
    return Response.json(draft.isEnabled);
  };
  const [first, second] = [await createApp({ "route.ts": { GET } }), await createApp({ "route.ts": { GET } })];
  const [ours, theirs] = await Promise.all(
    [first, second].map(async (app) => (await app.get("/?on")).headers.getSetCookie()[0]!.split(";")[0]!),
  );
  assertNotEquals(ours, theirs);
  assertEquals(await (await first.get("/", { cookie: ours! })).json(), true);
  for (const cookie of [theirs!, "__prerender_bypass=", "__prerender_bypass=true", `${ours}0`, ours!.slice(0, -1)]) {
    assertEquals(await (await first.get("/", { cookie })).json(), false, cookie);
  }
});

Deno.test("S28 an empty secret is refused", async () => {
  await assertRejects(() => createApp({ "route.ts": {} }, { draftSecret: "" }), TypeError, "draftSecret is empty");
});

Deno.test("S29 a response object that a module returns to every client never keeps the cookies of one", async () => {
  const kept = new Response(null, { status: 204 });
  const GET = async (request: NextRequest) => {
    (await cookies()).set("sid", request.nextUrl.searchParams.get("u")!);
    return kept;
  };
  const app = await createApp({ "route.ts": { GET } });
  for (const user of ["alice", "bob"]) {
    assertEquals((await app.get(`/?u=${user}`)).headers.getSetCookie(), [`sid=${user}; Path=/`]);
  }
  assertEquals(kept.headers.getSetCookie(), []);
});

Deno.test("S29 1,000 concurrent requests never see another's cookies, headers, stream or after()", async () => {
  const wrong: string[] = [];
  let ran = 0;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const check = async (id: string, where: string) => {
    ran++;
    const found = [(await cookies()).get("id")?.value, (await headers()).get("x-id")];
    if (found.some((value) => value !== id)) wrong.push(`${where}: ${found} for ${id}`);
  };
  const GET = async (request: NextRequest, { params }: { params: Promise<{ id: string }> }) => {
    const { id } = await params;
    if (request.headers.get("x-id") !== id) wrong.push(`request: ${id}`);
    await check(id, "handler");
    await pause(Number(id) % 7);
    await check(id, "after a timer");
    (await cookies()).set("answer", id);
    after(async () => {
      await pause(Number(id) % 5);
      await check(id, "after()");
    });
    let step = 0;
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await pause(Number(id) % 3);
          await check(id, "pull");
          step++ < 2 ? controller.enqueue(new TextEncoder().encode(id)) : controller.close();
        },
      }, { highWaterMark: 0 }),
    );
  };
  const app = await createApp({ "[id]/route.ts": { GET } });
  const server = serveApp(app);
  await Promise.all(Array.from({ length: 1000 }, async (_, i) => {
    const response = await fetch(`${server.origin}/${i}`, { headers: { cookie: `id=${i}`, "x-id": `${i}` } });
    if (await response.text() !== `${i}${i}`) wrong.push(`body of ${i}`);
    if (response.headers.getSetCookie()[0] !== `answer=${i}; Path=/`) wrong.push(`cookie of ${i}`);
  }));
  await server[Symbol.asyncDispose]();
  assertEquals(wrong, []);
  assertEquals(ran, 6000);
});

Deno.test("S36 request.signal aborts when the client leaves, and not on success", async () => {
  const signals: AbortSignal[] = [];
  const entered = Promise.withResolvers<void>();
  const app = await createApp({
    "ok/route.ts": {
      GET(request: NextRequest) {
        signals.push(request.signal);
        return new Response("ok");
      },
    },
    "slow/route.ts": {
      async GET(request: NextRequest) {
        entered.resolve();
        await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
        signals.push(request.signal);
        return new Response("late");
      },
    },
  });
  const server = serveApp(app);
  for (let i = 0; i < 3; i++) await (await fetch(`${server.origin}/ok`)).text();
  const client = new AbortController();
  const left = fetch(`${server.origin}/slow`, { signal: client.signal }).catch(() => {});
  await entered.promise;
  client.abort();
  await left;
  await server[Symbol.asyncDispose]();
  assertEquals(signals.map((signal) => signal.aborted), [false, false, false, true]);
});

Deno.test("S37 the server survives failures in handler, stream, after() and onError, with one report each", async () => {
  const boom = (what: string) => () => {
    throw new Error(what);
  };
  const errors: string[] = [];
  const app = await createApp({
    "handler/route.ts": { GET: boom("in the handler") },
    "stream/route.ts": { GET: () => new Response(new ReadableStream({ pull: boom("in the stream") })) },
    "chunk/route.ts": {
      GET: () => new Response(new ReadableStream({ pull: (c) => c.enqueue(42 as unknown as Uint8Array) })),
    },
    "after/route.ts": {
      GET() {
        after(boom("in after"));
        return new Response("ok");
      },
    },
  }, {
    onError(error) {
      errors.push((error as Error).message);
      throw new Error("in onError");
    },
  });
  await captured("error", async () => {
    const server = serveApp(app);
    for (const path of ["handler", "stream", "chunk", "after"]) {
      await fetch(`${server.origin}/${path}`).then((response) => response.text()).catch(() => {});
    }
    const last = await fetch(`${server.origin}/handler`);
    assertEquals([last.status, await last.text()], [500, ""]);
    await server[Symbol.asyncDispose]();
  });
  assertEquals(errors.sort(), [
    "Cannot send a chunk of type number: expected bytes or a string",
    "in after",
    "in the handler",
    "in the handler",
    "in the stream",
  ]);
});

Deno.test("S38 the response to an error has no stack, path or environment", async () => {
  const GET = () => {
    throw new Error(`secret ${import.meta.url} ${Deno.env.get("PATH")}`);
  };
  await using server = serveApp(await createApp({ "route.ts": { GET } }));
  await captured("error", async () => {
    const { status, headers, body } = await sendRequest(server.port, { path: "/" });
    assertEquals([status, body, Object.keys(headers).sort()], [500, "", ["connection", "content-length", "date"]]);
  });
});

Deno.test("S48 case and unicode forms are compared as bytes", async () => {
  const app = await createApp({
    "caf\u00e9/route.ts": { GET: text("NFC") },
    "i/route.ts": { GET: text("i") },
    "p/[id]/route.ts": { GET: seen },
  });
  assertEquals(await (await app.get("/caf%C3%A9")).text(), "NFC");
  for (const path of ["/cafe%CC%81", "/CAF%C3%A9", "/caf%C3%89", "/%C4%B0", "/%C4%B1", "/I"]) {
    assertEquals((await app.get(path)).status, 404, path);
  }
  const params = async (path: string) => (await (await app.get(path)).json()).params.id;
  assertEquals([await params("/p/%C3%A9"), await params("/p/e%CC%81")], ["\u00e9", "e\u0301"]);
  assertFalse(await params("/p/%C4%B0") === "i");
});
