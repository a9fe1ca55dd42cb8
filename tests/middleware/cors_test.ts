import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { redirect } from "../../src/http/control_flow.ts";
import { cors, type CorsOptions } from "../../src/middleware/cors.ts";
import { createApp, serveApp } from "../helpers/app.ts";
import { sendRequest } from "../helpers/wire.ts";
import { run, toHandler } from "./_run.ts";

const A = "https://a.test", B = "https://b.test";

/** The headers of the protocol, and `vary`. */
function readCors({ headers }: Response): Record<string, string> {
  return Object.fromEntries(
    [...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary").map((
      [name, value],
    ) => [name.replace("access-control-", ""), value]),
  );
}

const RESPONSES: readonly [title: string, CorsOptions, origin: string | null, expected: Record<string, string>][] = [
  ["all origins", {}, A, { "allow-origin": "*" }],
  ["all origins, without an origin", {}, null, { "allow-origin": "*" }],
  ["one origin", { origin: A }, A, { "allow-origin": A }],
  ["one origin, from another one", { origin: A }, B, { "allow-origin": A }],
  ["a list", { origin: [A, B] }, B, { "allow-origin": B, vary: "Origin" }],
  ["a list, from another origin", { origin: [A] }, B, { vary: "Origin" }],
  ["a list, without an origin", { origin: [A] }, null, { vary: "Origin" }],
  ["a list, from an origin with the same beginning", { origin: [A] }, `${A}.evil.test`, { vary: "Origin" }],
  ["a function", { origin: (origin) => origin.endsWith(".test") }, B, { "allow-origin": B, vary: "Origin" }],
  ["an async function", { origin: () => Promise.resolve(false) }, B, { vary: "Origin" }],
  ["credentials", { origin: [A], credentials: true }, A, {
    "allow-origin": A,
    "allow-credentials": "true",
    vary: "Origin",
  }],
  ["credentials, from another origin", { origin: [A], credentials: true }, B, { vary: "Origin" }],
  ["exposed headers", { exposeHeaders: ["x-a", "etag"] }, A, { "allow-origin": "*", "expose-headers": "x-a, etag" }],
  ["what only a preflight has", { maxAge: 60, methods: ["PUT"], allowHeaders: ["x"] }, A, { "allow-origin": "*" }],
];

for (const [title, options, origin, expected] of RESPONSES) {
  Deno.test(`S41 cors() sets the headers of a response: ${title}`, async () => {
    const response = await run([cors(options)], origin === null ? {} : { origin });
    assertEquals(readCors(response), expected);
    assertStrictEquals(await response.text(), "handled");
  });
}

const ALL = "GET, HEAD, POST, PUT, PATCH, DELETE";
const PREFLIGHTS: readonly [
  title: string,
  CorsOptions,
  headers: Record<string, string>,
  expected: Record<string, string>,
][] = [
  ["by default", {}, {}, {
    "allow-origin": "*",
    "allow-methods": ALL,
    vary: "Access-Control-Request-Headers",
  }],
  ["of headers", {}, { "access-control-request-headers": "content-type,x-a" }, {
    "allow-origin": "*",
    "allow-methods": ALL,
    "allow-headers": "content-type,x-a",
    vary: "Access-Control-Request-Headers",
  }],
  ["of something other than headers", {}, { "access-control-request-headers": "<script>" }, {
    "allow-origin": "*",
    "allow-methods": ALL,
    vary: "Access-Control-Request-Headers",
  }],
  ["of too many headers", {}, { "access-control-request-headers": "a".repeat(5000) }, {
    "allow-origin": "*",
    "allow-methods": ALL,
    vary: "Access-Control-Request-Headers",
  }],
  [
    "with all options",
    {
      origin: [A],
      credentials: true,
      methods: ["PUT"],
      allowHeaders: ["x-b"],
      exposeHeaders: ["etag"],
      maxAge: 600,
    },
    { "access-control-request-headers": "x-a" },
    {
      "allow-origin": A,
      "allow-credentials": "true",
      "allow-methods": "PUT",
      "allow-headers": "x-b",
      "max-age": "600",
      vary: "Origin",
    },
  ],
  ["from another origin", { origin: [B], maxAge: 600 }, { "access-control-request-headers": "x-a" }, {
    vary: "Origin, Access-Control-Request-Headers",
  }],
];

for (const [title, options, headers, expected] of PREFLIGHTS) {
  Deno.test(`S41 cors() responds to a preflight ${title} without the handler`, async () => {
    const request = new Request("http://localhost/", {
      method: "OPTIONS",
      headers: { origin: A, "access-control-request-method": "PUT", ...headers },
    });
    const api = cors(options);
    const fail = () => {
      throw new Error("the handler ran");
    };
    for (const response of [await run([api], request, fail), await api.preflight(request)]) {
      assertStrictEquals(response.status, 204);
      assertStrictEquals(response.body, null);
      assertEquals(readCors(response), expected);
    }
  });
}

Deno.test("cors() passes other OPTIONS requests to the handler; preflight() responds with the methods", async () => {
  const api = cors({ methods: ["GET"] });
  const request = new Request("http://localhost/", { method: "OPTIONS", headers: { origin: A } });
  assertStrictEquals(await (await run([api], request)).text(), "handled");
  const { status, headers } = await api.preflight(request);
  assertEquals([status, headers.get("allow")], [204, "GET, OPTIONS"]);
});

Deno.test("cors() keeps the names in Vary, and adds each once", async () => {
  for (const [vary, expected] of [["Accept", "Accept, Origin"], ["accept, origin", "accept, origin"], ["*", "*"]]) {
    const response = await run(
      [cors({ origin: [A] })],
      { origin: A },
      () => new Response("", { headers: { vary: vary! } }),
    );
    assertStrictEquals(response.headers.get("vary"), expected);
  }
});

const UNUSUAL: readonly [title: string, () => Response, status: number][] = [
  ["a redirect that cannot be changed", () => Response.redirect("http://localhost/b"), 302],
  ["a thrown redirect()", () => redirect("/b"), 307],
  ["no body", () => new Response(null, { status: 204 }), 204],
];

for (const [title, handler, status] of UNUSUAL) {
  Deno.test(`cors() sets the headers of ${title}`, async () => {
    const response = await run([cors()], { origin: A }, handler);
    assertEquals([response.status, response.headers.get("access-control-allow-origin")], [status, "*"]);
  });
}

Deno.test("cors() does not change a response that a module keeps", async () => {
  const kept = new Response(null, { status: 204 });
  for (const origin of [A, B]) {
    const response = await run([cors({ origin: [A, B] })], { origin }, () => kept);
    assertStrictEquals(response.headers.get("access-control-allow-origin"), origin);
  }
  assertEquals([...kept.headers], []);
});

Deno.test("cors() rethrows errors", async () => {
  await assertRejects(() => run([cors()], {}, () => Promise.reject(new Error("broken"))), Error, "broken");
});

const INVALID: readonly [CorsOptions, message: string][] = [
  [{ credentials: true }, 'browsers reject "*" with credentials, list the origins'],
  [{ origin: "https://a.test/" }, 'expected one like "https://a.test"'],
  [{ origin: ["https://A.test"] }, 'expected one like "https://a.test"'],
  [{ origin: ["a.test"] }, "it is not an origin"],
  [{ origin: ["*", A] }, "it is not an origin"],
  [{ maxAge: 0.5 }, "maxAge is 0.5, expected seconds"],
  [{ maxAge: -1 }, "maxAge is -1, expected seconds"],
  [{ origin: "null" }, "it is not an origin"],
  [{ origin: "file:///" }, "it is not an origin"],
];

for (const [options, message] of INVALID) {
  Deno.test(`S41 cors() rejects ${JSON.stringify(options)}`, () => {
    assertThrows(() => cors(options), TypeError, message);
  });
}

Deno.test("S41 a response of a cached route is cached only for all origins", async () => {
  const create = (options: CorsOptions) =>
    createApp({ "a/route.ts": { GET: toHandler([cors(options)]), revalidate: 60 } });
  const get = async (app: Awaited<ReturnType<typeof create>>, origin: string) => {
    const { headers } = await app.get("/a", { origin });
    return [headers.get("x-nextjs-cache"), headers.get("access-control-allow-origin")];
  };
  const forAll = await create({});
  assertEquals([await get(forAll, A), await get(forAll, B)], [["MISS", "*"], ["HIT", "*"]]);
  const forSome = await create({ origin: [A, B], credentials: true });
  assertEquals([await get(forSome, A), await get(forSome, B)], [[null, A], [null, B]]);
});

Deno.test("cors() responds to preflights over a socket", async () => {
  const api = cors({ origin: [A], maxAge: 5 });
  await using server = serveApp(
    await createApp({ "a/route.ts": { PUT: toHandler([api]), OPTIONS: api.preflight } }),
  );
  const headers = [["origin", A], ["access-control-request-method", "PUT"]] as const;
  const preflight = await sendRequest(server.port, { method: "OPTIONS", path: "/a", headers });
  assertEquals([preflight.status, preflight.headers["access-control-allow-origin"]], [204, [A]]);
  const put = await sendRequest(server.port, { method: "PUT", path: "/a", headers: [["origin", A]] });
  assertEquals([put.status, put.body, put.headers["access-control-allow-origin"]], [200, "handled", [A]]);
});
