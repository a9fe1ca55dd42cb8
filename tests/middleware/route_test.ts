import { assertEquals, assertStrictEquals } from "@std/assert";
import { route } from "../../src/route.ts";
import { bearerAuth, cors, rateLimit, secureHeaders, timeout } from "../../src/middleware.ts";
import { createApp } from "../helpers/app.ts";

const ORIGIN = "https://app.test";

function createApi() {
  const api = cors({ origin: [ORIGIN] });
  const users = new Map([["one", { user: "ada" }], ["two", { user: "eve" }]]);
  const session = bearerAuth({ verify: (token) => users.get(token) });
  const limit = rateLimit({ limit: 2, window: 60, key: (_request, { user }: { user: string }) => user });
  const authed = route.with(api, secureHeaders(), session);
  return createApp({
    "notes/[id]/route.ts": {
      GET: authed({ params: "/notes/[id]", use: [limit, timeout(60_000)] }, (_request, { params, user, signal }) => {
        // Checked by the compiler: the values of all middleware have types.
        const typed: { id: string; user: string; signal: AbortSignal } = { id: params.id, user, signal };
        return Response.json({ id: typed.id, user: typed.user, isAborted: typed.signal.aborted });
      }),
      POST: authed({ maxBody: 5, body: NEVER }, () => new Response("accepted")),
      OPTIONS: api.preflight,
    },
  });
}

/** A schema that rejects everything. */
const NEVER = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "rejected" }] }) },
} as const;

Deno.test("middleware of one route() adds values and headers, and limits each user", async () => {
  const app = await createApi();
  const get = (token: string) => app.get("/notes/7", { origin: ORIGIN, authorization: `Bearer ${token}` });
  const first = await get("one");
  assertEquals(await first.json(), { id: "7", user: "ada", isAborted: false });
  assertStrictEquals(first.headers.get("access-control-allow-origin"), ORIGIN);
  assertStrictEquals(first.headers.get("x-content-type-options"), "nosniff");
  assertStrictEquals(first.headers.get("ratelimit"), '"default";r=1;t=60');
  assertEquals([(await get("one")).status, (await get("one")).status, (await get("two")).status], [200, 429, 200]);
});

const REJECTED: readonly [title: string, headers: Record<string, string>, status: number][] = [
  ["without a token", {}, 401],
  ["with an invalid body", { authorization: "Bearer one", "content-type": "application/json" }, 400],
];

for (const [title, headers, status] of REJECTED) {
  Deno.test(`a page of another origin can read the problem of a request ${title}`, async () => {
    const app = await createApi();
    const init = { method: "POST", headers: { origin: ORIGIN, ...headers }, body: "1" };
    const response = await app.request("/notes/7", init);
    assertEquals(
      [response.status, response.headers.get("access-control-allow-origin"), response.headers.get("content-type")],
      [status, ORIGIN, "application/problem+json"],
    );
  });
}

Deno.test("a preflight does not need a token", async () => {
  const app = await createApi();
  const headers = { origin: ORIGIN, "access-control-request-method": "POST" };
  const { status, headers: sent } = await app.request("/notes/7", { method: "OPTIONS", headers });
  assertEquals([status, sent.get("access-control-allow-origin")], [204, ORIGIN]);
});
