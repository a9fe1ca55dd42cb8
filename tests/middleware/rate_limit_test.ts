import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { delay } from "@std/async/delay";
import type { RateLimitStore } from "../../src/cache/rate_limit.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { cors } from "../../src/middleware/cors.ts";
import { rateLimit, type RateLimitOptions } from "../../src/middleware/rate_limit.ts";
import { captured, createApp } from "../helpers/app.ts";
import { run, toHandler } from "./_run.ts";

const byUser = (request: Request) => request.headers.get("x-user");

/** The statuses of requests of users, in order. */
async function send(middleware: ReturnType<typeof rateLimit>, users: string): Promise<number[]> {
  const statuses: number[] = [];
  for (const user of users) {
    const response = await run([middleware], { "x-user": user });
    await response.body?.cancel();
    statuses.push(response.status);
  }
  return statuses;
}

Deno.test("rateLimit() allows each key its number of requests", async () => {
  const limit = rateLimit({ limit: 2, window: 60, key: byUser });
  assertEquals(await send(limit, "aabaab"), [200, 200, 200, 429, 429, 200]);
});

Deno.test("rateLimit() sends the remaining requests in the fields of the draft", async () => {
  const limit = rateLimit({ limit: 2, window: 60, name: "search" });
  const fields = async () => {
    const { status, headers } = await run([limit], {});
    return [status, headers.get("ratelimit-policy"), headers.get("ratelimit"), headers.get("retry-after")];
  };
  assertEquals(await fields(), [200, '"search";q=2;w=60', '"search";r=1;t=60', null]);
  assertEquals(await fields(), [200, '"search";q=2;w=60', '"search";r=0;t=60', null]);
  assertEquals(await fields(), [429, '"search";q=2;w=60', '"search";r=0;t=60', "60"]);
});

Deno.test("rateLimit() responds with 429 and a problem that caches do not store", async () => {
  const limit = rateLimit({ limit: 1, window: 60 });
  await run([limit], {});
  const response = await run([limit], {});
  assertStrictEquals(response.headers.get("content-type"), "application/problem+json");
  assertStrictEquals(response.headers.get("cache-control"), "no-store");
  assertEquals(await response.json(), {
    type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
    title: "Too Many Requests",
    status: 429,
    "violated-policies": ["default"],
  });
});

Deno.test("rateLimit() opens a new window, and a token bucket refills one by one", async () => {
  const fixed = rateLimit({ limit: 2, window: 0.2 });
  const bucket = rateLimit({ limit: 2, window: 0.4, algorithm: "token-bucket" });
  assertEquals(await send(fixed, "aaa"), [200, 200, 429]);
  assertEquals(await send(bucket, "aaa"), [200, 200, 429]);
  await delay(250);
  assertEquals(await send(fixed, "a"), [200]);
  assertEquals(await send(bucket, "aa"), [200, 429]);
});

Deno.test("Retry-After of a token bucket is when the next request is allowed", async () => {
  const limit = rateLimit({ limit: 10, window: 100, algorithm: "token-bucket" });
  await send(limit, "a".repeat(10));
  const { headers } = await run([limit], {});
  assertEquals([headers.get("retry-after"), headers.get("ratelimit")], ["10", '"default";r=0;t=10']);
});

Deno.test("rateLimit() does not limit a request whose key is null", async () => {
  const limit = rateLimit({ limit: 1, window: 60, key: (request) => Promise.resolve(byUser(request)) });
  for (let i = 0; i < 3; i++) {
    const response = await run([limit], {});
    assertEquals([response.status, response.headers.get("ratelimit")], [200, null]);
  }
});

Deno.test("two limits of one handler both count, and both are in the headers", async () => {
  const use = [rateLimit({ limit: 1, window: 1, name: "burst" }), rateLimit({ limit: 9, window: 3600, name: "daily" })];
  const { headers } = await run(use, {});
  assertStrictEquals(headers.get("ratelimit-policy"), '"daily";q=9;w=3600, "burst";q=1;w=1');
  assertStrictEquals(headers.get("ratelimit"), '"daily";r=8;t=3600, "burst";r=0;t=1');
});

Deno.test("a 429 response has the headers of an outer cors()", async () => {
  const use = [cors(), rateLimit({ limit: 1, window: 60 })];
  await run(use, {});
  const { status, headers } = await run(use, {});
  assertEquals([status, headers.get("access-control-allow-origin")], [429, "*"]);
});

Deno.test("S71 rateLimit() counts requests by the address of the connection, and not by headers", async () => {
  const app = await createApp({ "a/route.ts": { GET: toHandler([rateLimit({ limit: 1, window: 60 })]) } });
  const get = async (hostname: string, forwarded: string) => {
    const headers = { "x-forwarded-for": forwarded, "x-real-ip": forwarded, forwarded: `for=${forwarded}` };
    const info = { completed: Promise.resolve(), remoteAddr: { hostname } };
    return (await app.fetch(new Request("http://localhost/a", { headers }), info)).status;
  };
  assertEquals([await get("192.0.2.1", "1.1.1.1"), await get("192.0.2.1", "2.2.2.2")], [200, 429]);
  assertStrictEquals(await get("192.0.2.2", "1.1.1.1"), 200);
});

Deno.test("S72 rateLimit() counts in a store by the name of the limit, with a key of limited length", async () => {
  const keys: string[] = [];
  const memory = memoryStore();
  const store: RateLimitStore = { take: (key, ...rest) => (keys.push(key), memory.take(key, ...rest)) };
  const limit = () => rateLimit({ limit: 2, window: 60, store, name: "login", key: byUser });
  assertEquals([await send(limit(), "a"), await send(limit(), "a"), await send(limit(), "a")], [[200], [200], [429]]);
  assertEquals(new Set(keys), new Set(["login:fixed:2:60000:a"]));
  const long = async (end: string) => (await run([limit()], { "x-user": "x".repeat(10_000) + end })).status;
  assertEquals([await long("a"), await long("a"), await long("a"), await long("b")], [200, 200, 429, 200]);
  assert(keys.every((key) => key.length < 200));
});

Deno.test('rateLimit({ store: "cache" }) counts in the store of the cache', async () => {
  const cache = memoryStore();
  const create = () => {
    const GET = toHandler([rateLimit({ limit: 1, window: 60, store: "cache", name: "api" })]);
    return createApp({ "a/route.ts": { GET } }, { cache });
  };
  const [one, other] = [await create(), await create()];
  assertEquals([(await one.get("/a")).status, (await other.get("/a")).status], [200, 429]);
});

Deno.test('rateLimit({ store: "cache" }) counts in memory if there is no store that can count', async () => {
  const { take: _take, ...cache } = memoryStore();
  const limit = () => rateLimit({ limit: 1, window: 60, store: "cache", name: "api" });
  const app = await createApp({ "a/route.ts": { GET: toHandler([limit()]) } }, { cache });
  assertEquals([(await app.get("/a")).status, (await app.get("/a")).status], [200, 429]);
  assertEquals(await send(limit(), "aa"), [200, 429]);
});

Deno.test("while its store fails, rateLimit() counts in memory and warns once", async () => {
  const store: RateLimitStore = { take: () => Promise.reject(new Error("connection refused")) };
  const limit = rateLimit({ limit: 2, window: 60, store, name: "login" });
  const lines = await captured("warn", async () => assertEquals(await send(limit, "aaa"), [200, 200, 429]));
  assertStrictEquals(lines.length, 1);
  assertStringIncludes(lines[0]!, 'The store of rate limit "login" is unavailable');
  assertStringIncludes(lines[0]!, "connection refused");
});

Deno.test("responses of a limited handler are not cached", async () => {
  const GET = toHandler([rateLimit({ limit: 2, window: 60 })]);
  const app = await createApp({ "a/route.ts": { GET, revalidate: 60 } });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await app.get("/a")).status);
  assertEquals(statuses, [200, 200, 429]);
});

Deno.test("a response that is generated once for all clients is not limited", async () => {
  const GET = toHandler([rateLimit({ limit: 1, window: 60 })]);
  const app = await createApp({ "a/route.ts": { GET, dynamic: "force-static" } });
  const { status, headers } = await app.get("/a");
  assertEquals([status, headers.get("ratelimit")], [200, null]);
});

Deno.test("rateLimit() rejects a key that is not a string", async () => {
  const limit = rateLimit({ limit: 1, window: 1, key: () => undefined as unknown as string });
  await assertRejects(() => run([limit], {}), TypeError, 'the key of "default" is undefined, return a string');
});

Deno.test("rateLimit() rethrows the error of a key", async () => {
  const limit = rateLimit({ limit: 1, window: 1, key: () => Promise.reject(new Error("no session")) });
  await assertRejects(() => run([limit], {}), Error, "no session");
});

const INVALID: readonly [Partial<RateLimitOptions>, message: string][] = [
  [{ limit: 0 }, "limit is 0, expected an integer above 0"],
  [{ limit: 1.5 }, "limit is 1.5"],
  [{ window: 0 }, "window is 0, expected seconds"],
  [{ window: NaN }, "window is NaN"],
  [{ window: 60_000_000 }, "window is 60000000"],
  [{ algorithm: "sliding" as "fixed" }, 'algorithm is "sliding"'],
  [{ maxKeys: 0 }, "maxKeys is 0"],
  [{ store: "cache" }, "a limit in a store has no name"],
  [{ name: 'a"b' }, 'name is "a"b"'],
];

for (const [options, message] of INVALID) {
  Deno.test(`rateLimit() rejects ${Object.entries(options).join()}`, () => {
    assertThrows(() => rateLimit({ limit: 1, window: 1, ...options }), TypeError, message);
  });
}
