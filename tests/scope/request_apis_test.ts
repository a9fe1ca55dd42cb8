import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { cookies, draftMode, headers } from "../../src/headers.ts";
import { after, connection } from "../../src/server.ts";
import { createApp, serveApp } from "../helpers/app.ts";
import { sendRequest } from "../helpers/wire.ts";

/** Runs a function as a handler and gives its result as JSON. */
async function inHandler(
  run: (request: Request) => unknown,
  requestHeaders: HeadersInit = {},
  draftSecret = "secret",
) {
  const app = await createApp({
    "route.ts": { GET: async (request: Request) => Response.json(await run(request) ?? null) },
  }, { draftSecret });
  const response = await app.get("/", requestHeaders);
  return { json: await response.json(), setCookie: response.headers.getSetCookie() };
}

Deno.test("cookies() reads the request, and the cookies set before", async () => {
  const { json, setCookie } = await inHandler(async () => {
    const jar = await cookies();
    const before = jar.get("a");
    const chained = jar.set("a", "new", { httpOnly: true, path: "/p" }) === jar;
    jar.set("d", "4").delete("b");
    return { before, chained, after: jar.getAll(), same: jar === await cookies(), promise: cookies() === cookies() };
  }, { cookie: "a=1; b=2; c=%20x" });
  assertEquals(json, {
    before: { name: "a", value: "1", path: "/" },
    chained: true,
    after: [
      { name: "a", value: "new", httpOnly: true, path: "/p" },
      { name: "b", value: "", expires: "1970-01-01T00:00:00.000Z", path: "/" },
      { name: "c", value: " x", path: "/" },
      { name: "d", value: "4", path: "/" },
    ],
    same: true,
    promise: true,
  });
  assertEquals(setCookie, [
    "a=new; Path=/p; HttpOnly",
    "b=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "d=4; Path=/",
  ]);
});

Deno.test("cookies() does not change the cookies of the request", async () => {
  const app = await createApp({
    "route.ts": {
      async GET(request: Request & { cookies: { getAll(): unknown } }) {
        (await cookies()).set("a", "2");
        return Response.json([
          request.cookies.getAll(),
          request.headers.get("cookie"),
          (await headers()).get("cookie"),
        ]);
      },
    },
  });
  const response = await app.get("/", { cookie: "a=1" });
  assertEquals(await response.json(), [[{ name: "a", value: "1" }], "a=1", "a=1"]);
});

Deno.test("headers() reads the request and cannot be changed", async () => {
  const { json } = await inHandler(async () => {
    const all = await headers();
    const refused = (["append", "set", "delete"] as const).map((method) => {
      try {
        (all[method] as (...args: string[]) => void)("x-a", "2");
        return "changed";
      } catch (error) {
        return (error as Error).message;
      }
    });
    const each: string[] = [];
    all.forEach((value, key, parent) => each.push(`${key}=${value} ${parent === all}`));
    return {
      instance: all instanceof Headers,
      get: [all.get("X-A"), all.get("none"), all.get("host")],
      has: [all.has("x-a"), all.has("none")],
      lists: [[...all], [...all.entries()], [...all.keys()], [...all.values()], all.getSetCookie()],
      each,
      refused,
      same: all === await headers(),
    };
  }, { "x-a": "1" });
  const added = [["x-forwarded-host", "localhost"], ["x-forwarded-port", "80"], ["x-forwarded-proto", "http"]];
  const entries = [["host", "localhost"], ["x-a", "1"], ...added];
  const message = "Headers cannot be modified. Read more: https://nextjs.org/docs/app/api-reference/functions/headers";
  assertEquals(json, {
    instance: true,
    get: ["1", null, "localhost"],
    has: [true, false],
    lists: [entries, entries, entries.map(([name]) => name), entries.map(([, value]) => value), []],
    each: entries.map(([name, value]) => `${name}=${value} true`),
    refused: [message, message, message],
    same: true,
  });
});

Deno.test("headers() sees the changes of the handler to request.headers", async () => {
  const app = await createApp({
    "route.ts": {
      async GET(request: Request) {
        const all = await headers();
        request.headers.set("x-a", "2");
        return new Response(all.get("x-a"));
      },
    },
  });
  assertEquals(await (await app.get("/", { "x-a": "1" })).text(), "2");
});

Deno.test("headers() and request.headers are whole where a request, a response or other headers are made of them", async () => {
  const makers: readonly ((from: Headers) => Headers)[] = [
    (from) => new Headers(from),
    (from) => new Response(null, { headers: from }).headers,
    (from) => new Request("http://localhost/", { headers: from }).headers,
    (from) => new Headers([...from.entries()]),
  ];
  const { json } = await inHandler(async (request) => {
    const all = await headers();
    return [all, request.headers].flatMap((from) => makers.map((make) => [from.get("x-a"), make(from).get("x-a")]));
  }, { "x-a": "1" });
  assertEquals(json, Array(8).fill(["1", "1"]));
});

Deno.test("request.headers and headers() can be read when the request has ended", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const app = await createApp({
    "route.ts": {
      async GET(request: Request) {
        const kept = request.headers, all = await headers();
        after(async () => {
          await new Promise((done) => setTimeout(done, 20));
          const names = ["x-a", "host", "x-forwarded-for", "x-forwarded-proto"];
          resolve([kept, all].map((from) => names.map((name) => name === "host" ? from.has(name) : from.get(name))));
        });
        return new Response("sent");
      },
    },
  });
  await using server = serveApp(app);
  await (await fetch(server.origin, { headers: { "x-a": "1" } })).text();
  assertEquals(await promise, Array(2).fill(["1", true, "127.0.0.1", "http"]));
  await app.drain();
});

Deno.test("headers() sees the changes to request.headers after all of them were listed, too", async () => {
  const { json } = await inHandler(async (request) => {
    const all = await headers();
    const before = [all.has("x-a"), [...all.keys()].includes("x-b"), all.getSetCookie().length];
    request.headers.delete("x-a");
    request.headers.set("x-b", "2");
    return [before, all.get("x-a"), all.has("x-a"), all.get("x-b"), new Headers(all).get("x-b")];
  }, { "x-a": "1" });
  assertEquals(json, [[true, false, 0], null, false, "2", "2"]);
});

Deno.test("draftMode() is enabled by a cookie signed with this secret, and by no other", async () => {
  const { json, setCookie } = await inHandler(async () => {
    const draft = await draftMode();
    const before = draft.isEnabled;
    draft.enable();
    return [before, draft.isEnabled, (await cookies()).has("__prerender_bypass")];
  });
  assertEquals(json, [false, true, true]);
  const line = setCookie[0]!;
  assertEquals(/^__prerender_bypass=[0-9a-f]{64}; Path=\/; Secure; HttpOnly; SameSite=none$/.test(line), true);
  const cookie = line.split(";")[0]!;
  const isEnabled = async () => (await draftMode()).isEnabled;
  assertEquals((await inHandler(isEnabled, { cookie })).json, true);
  assertEquals((await inHandler(isEnabled, { cookie }, "another secret")).json, false);
  for (const wrong of ["", "x", "0".repeat(64), cookie.slice(19, -1)]) {
    const answer = await inHandler(isEnabled, { cookie: `__prerender_bypass=${wrong}` });
    assertEquals([answer.json, answer.setCookie], [false, []]);
  }
});

Deno.test("draftMode() deletes the cookie in the client", async () => {
  const { setCookie } = await inHandler(async () => (await draftMode()).disable());
  assertEquals(setCookie, [
    "__prerender_bypass=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=none",
  ]);
});

Deno.test("connection() resolves to nothing", async () => {
  assertEquals((await inHandler(async () => [await connection() === undefined])).json, [true]);
});

for (const ask of [cookies, headers, draftMode, connection]) {
  Deno.test(`${ask.name}() throws outside a request`, async () => {
    await assertRejects(async () => await ask(), Error, `\`${ask.name}\` was called outside a request scope`);
    assertThrows(() => void ask());
  });
}

const FORWARDED = ["for", "host", "port", "proto"].map((name) => `x-forwarded-${name}`);

for (
  const [sent, expected] of [
    [{}, ["127.0.0.1", "a.test:8080", "8080", "http"]],
    [{ "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7" }, ["192.0.2.7", "a.test:8080", "8080", "https"]],
  ] as const
) {
  Deno.test(`headers() and request.headers have x-forwarded-* as Next.js sets them, sent ${JSON.stringify(sent)}`, async () => {
    const GET = async (request: Request) => {
      const all = await headers();
      return Response.json([
        FORWARDED.map((name) => all.get(name)),
        FORWARDED.map((name) => request.headers.get(name)),
      ]);
    };
    await using server = serveApp(await createApp({ "route.ts": { GET } }));
    const { body } = await sendRequest(server.port, {
      path: "/",
      headers: [["host", "a.test:8080"], ...Object.entries(sent)],
    });
    assertEquals(JSON.parse(body), [expected, expected]);
  });
}
