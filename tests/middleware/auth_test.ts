import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import type { Middleware } from "../../src/contract/middleware.ts";
import { basicAuth } from "../../src/middleware/basic_auth.ts";
import { bearerAuth } from "../../src/middleware/bearer_auth.ts";
import { run } from "./_run.ts";

function toBasic(text: string): string {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}`;
}

async function answer(middleware: Middleware, authorization: string | undefined): Promise<[number, string | null]> {
  const response = await run([middleware], authorization === undefined ? {} : { authorization });
  await response.body?.cancel();
  return [response.status, response.headers.get("www-authenticate")];
}

const BEARER = 'Bearer realm="api"';
const TOKENS: readonly [authorization: string | undefined, status: number, challenge: string | null][] = [
  ["Bearer one", 200, null],
  ["bearer two==", 200, null],
  ["BEARER   one", 200, null],
  [undefined, 401, BEARER],
  ["", 401, BEARER],
  ["Basic b25l", 401, BEARER],
  ["Bearerone", 401, BEARER],
  ["Bearer on", 401, `${BEARER}, error="invalid_token"`],
  ["Bearer one1", 401, `${BEARER}, error="invalid_token"`],
  ["Bearer onE", 401, `${BEARER}, error="invalid_token"`],
  ["Bearer", 400, `${BEARER}, error="invalid_request"`],
  ["Bearer one two", 400, `${BEARER}, error="invalid_request"`],
  ["Bearer one, Bearer two", 400, `${BEARER}, error="invalid_request"`],
  [`Bearer ${"a".repeat(8192)}`, 400, `${BEARER}, error="invalid_request"`],
];

for (const [authorization, status, challenge] of TOKENS) {
  Deno.test(`S75 bearerAuth() responds with ${status} to ${JSON.stringify(authorization?.slice(0, 30))}`, async () => {
    assertEquals(await answer(bearerAuth({ token: ["one", "two=="] }), authorization), [status, challenge]);
  });
}

const BASIC = 'Basic realm="Restricted", charset="UTF-8"';
const PASSWORDS: readonly [authorization: string | undefined, status: number][] = [
  [toBasic("ada:enigma"), 200],
  [toBasic("ada:enigma").replace("Basic", "basic"), 200],
  [toBasic("łucja:pa:ß✓"), 200],
  [undefined, 401],
  ["Bearer one", 401],
  [toBasic("ada:enigm"), 401],
  [toBasic("ada:pa:ß✓"), 401],
  [toBasic("Ada:enigma"), 401],
  [toBasic("toString:enigma"), 401],
  [toBasic(":"), 401],
  [toBasic("\ufeffada:enigma"), 401],
  [toBasic("ada"), 400],
  [toBasic("ada:enigma\n"), 400],
  ["Basic", 400],
  ["Basic ???", 400],
  ["Basic YWRhO", 400],
  [`Basic ${btoa("ada:\xff")}`, 400],
  [`Basic ${"YWRh".repeat(3000)}`, 400],
];

for (const [authorization, status] of PASSWORDS) {
  Deno.test(`S75 basicAuth() responds with ${status} to ${JSON.stringify(authorization?.slice(0, 30))}`, async () => {
    const middleware = basicAuth({ users: { ada: "enigma", "łucja": "pa:ß✓" } });
    assertEquals(await answer(middleware, authorization), [status, status === 200 ? null : BASIC]);
  });
}

const bearer = bearerAuth<{ user: string }>({ verify: (token) => token === "one" ? { user: "ada" } : null });
const basic = basicAuth<{ user: string }>({
  verify: async (user, password) => await Promise.resolve(user === "ada" && password === "x" && { user }),
});

for (
  const [name, middleware, right, wrong] of [
    ["bearerAuth()", bearer, "Bearer one", "Bearer two"],
    ["basicAuth()", basic, toBasic("ada:x"), toBasic("ada:y")],
  ] as const
) {
  Deno.test(`${name} passes what verify() returns to the handler`, async () => {
    const show = (_request: Request, values: Record<string, unknown>) => Response.json(values);
    assertEquals(await (await run([middleware], { authorization: right }, show)).json(), { user: "ada" });
    assertStrictEquals((await run([middleware], { authorization: wrong }, show)).status, 401);
  });
}

Deno.test("an error of verify() is thrown", async () => {
  const middleware = bearerAuth({
    verify() {
      throw new Error("the database is down");
    },
  });
  await assertRejects(() => run([middleware], { authorization: "Bearer one" }), Error, "the database is down");
});

Deno.test("verify() may return true or false", async () => {
  const middleware = bearerAuth({ verify: (token) => token === "one" });
  assertStrictEquals((await run([middleware], { authorization: "Bearer one" })).status, 200);
  assertStrictEquals((await run([middleware], { authorization: "Bearer two" })).status, 401);
});

Deno.test("a 401 response is a problem that caches do not store", async () => {
  const response = await run([bearerAuth({ token: "one" })], {});
  assertStrictEquals(response.headers.get("content-type"), "application/problem+json");
  assertStrictEquals(response.headers.get("cache-control"), "no-store");
  assertEquals(await response.json(), { type: "about:blank", title: "Unauthorized", status: 401 });
});

Deno.test("bearerAuth() and basicAuth() describe their schemes", () => {
  assertEquals(bearerAuth({ token: "one" }).security, [{ name: "bearer", scheme: { type: "http", scheme: "bearer" } }]);
  assertEquals(basicAuth({ users: {} }).security, [{ name: "basic", scheme: { type: "http", scheme: "basic" } }]);
});

const INVALID: readonly [title: string, create: () => unknown, message: string][] = [
  ["an empty token", () => bearerAuth({ token: "" }), "a bearer token: it is empty, check the variable"],
  ["a missing token", () => bearerAuth({ token: undefined as unknown as string }), "a bearer token: it is empty"],
  ["an empty password", () => basicAuth({ users: { ada: "" } }), 'the password of "ada": it is empty'],
  ["a user with a colon", () => basicAuth({ users: { "a:b": "c" } }), "a name has no colon"],
  ["a realm with quotes", () => bearerAuth({ token: "one", realm: 'a"b' }), "expected ASCII"],
];

for (const [title, create, message] of INVALID) {
  Deno.test(`S75 authentication rejects ${title}`, () => {
    assertThrows(create, TypeError, message);
  });
}
