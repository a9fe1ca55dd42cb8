/**
 * Unmodified packages that handlers call, in a typical project.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { hmac, packageSuite, VARIANTS } from "../helpers/packages.ts";

const suite = packageSuite();

/** The URL of a server that packages call. */
function startUpstream(): { readonly at: string } & AsyncDisposable {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/redirect") return new Response(null, { status: 302, headers: { location: `/echo${search}` } });
    if (pathname === "/500") return new Response("no", { status: 500 });
    if (pathname === "/v1/customers") return Response.json({ id: "cus_1", sent: await request.text() });
    return new Response(`${request.method} ${search}${await request.text()}`);
  });
  return { at: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

for (const name of ["axios", "got"]) {
  suite.test(`${name} gets, posts, streams, and throws its error`, async (client) => {
    await using upstream = startUpstream();
    await client.check({
      send: `GET /api/${name}?at=${upstream.at}`,
      gives: `200 ${JSON.stringify(["GET ?a=1", `POST {"b":[2]}`, 500, "GET ?c"])}`,
    });
  });
}

suite.test("stripe verifies the signature of a webhook, and calls its API", async (client) => {
  await using upstream = startUpstream();
  const event = { id: "evt_1", object: "event", type: "checkout.session.completed", data: { object: {} } };
  const time = Math.floor(Date.now() / 1000);
  const signed = (await hmac("whsec_fixture", event, `${time}.`)).replace("hmac-sha256=", `t=${time},v1=`);
  const headers = { "stripe-signature": signed };
  await client.check(
    { send: "POST /api/stripe", headers, json: event, gives: `200 {"type":"checkout.session.completed"}` },
    { send: "POST /api/stripe", headers, json: { ...event, id: "evt_2" }, gives: `400 {"isSignature":true}` },
    { send: "POST /api/stripe", json: event, gives: `400 {"isSignature":true}` },
    { send: `GET /api/stripe?at=${upstream.at}`, gives: `200 {"id":"cus_1","sent":"email=a%40example.com"}` },
  );
});

suite.test("lodash and a single file of it can be imported", async (client) => {
  await client.check({ send: "GET /api/lodash", gives: `200 [1,[[1,2],[3]],{"0":[2],"1":[1,3]}]` });
});

suite.test("the native addons argon2 and bcrypt hash and verify", async (client) => {
  await client.check({ send: "GET /api/hash", gives: `200 ["$argon2id$","$2b$04$",true,false,true,false]` });
});

suite.test("next-intl gets its configuration from the project through turbopack.resolveAlias", async (client) => {
  await client.check(
    { send: "GET /api/intl", gives: `200 ["en","Hello, Ada!","2 items","1,234.5"]` },
    { send: "GET /api/intl", headers: { cookie: "locale=de" }, gives: `200 ["de","Hallo, Ada!","2 Dinge","1.234,5"]` },
  );
}, { variants: ["with next"] });

suite.test("@react-email/render renders JSX that tsconfig.json preserves", async (client) => {
  await client.check({
    send: "GET /api/email",
    gives: /^200 \["<!DOCTYPE html .*<p style=\\"color:red\\">Hello, <b>Ada<\/b><\/p>.*","Hello, Ada"\]$/,
  });
}, { variants: ["with next"] });

suite.test("inngest lists its functions, and runs a step and then the rest", async (client) => {
  const event = { name: "demo/greet", data: { name: "Ada" } };
  const id = "fe05bcdcdc4928012781a5f1a2a77cbb5398e106"; // The digest of the step's name.
  const call = (steps: object) => ({
    send: "POST /api/inngest?fnId=fixture-greet&stepId=step",
    json: {
      event,
      events: [event],
      steps,
      version: 2,
      ctx: { run_id: "1", attempt: 0, stack: { stack: Object.keys(steps), current: Object.keys(steps).length } },
    },
  });
  await client.check(
    { send: "GET /api/inngest", gives: /^200 \{.*"function_count":1,"mode":"dev"/ },
    { ...call({}), gives: /^206 \[\{"id":"fe05bc.*"op":"StepRun".*"data":"Hello, Ada"/ },
    { ...call({ [id]: { type: "data", data: "Hello, Bob" } }), gives: `200 "Hello, Bob"` },
  );
});

suite.test("next/og renders a PNG of the given size", async (client) => {
  const response = await client.fetch({ send: "GET /api/og" });
  const bytes = new DataView(await response.arrayBuffer());
  assertEquals([response.status, response.headers.get("content-type")], [200, "image/png"]);
  assertEquals([bytes.getUint32(0), bytes.getUint32(16), bytes.getUint32(20)], [0x89504e47, 120, 63]);
}, { variants: ["with next"] });

suite.test("next-auth 4 signs in with a password, and getServerSession() returns the user", async (client, origin) => {
  const response = await client.fetch({ send: "GET /api/auth4/csrf" });
  const { csrfToken } = await response.json() as { csrfToken: string };
  const form = { csrfToken, username: "Ada", password: "correct horse", callbackUrl: "/members", json: "true" };
  const send = "POST /api/auth4/callback/credentials";
  const user = `{"user":{"name":"Ada","email":"ada@example.com"}`;
  const failed = `${origin}/api/auth/error?error=CredentialsSignin&provider=credentials`;
  await client.check(
    { send: "GET /api/auth4/me", gives: "200 null" },
    { send, form: { ...form, password: "x" }, gives: `401 ${JSON.stringify({ url: failed })}` },
    { send, form, gives: `200 {"url":"${origin}/members"}` },
    { send: "GET /api/auth4/session", gives: new RegExp(`^200 ${user}`) },
    { send: "GET /api/auth4/me", gives: new RegExp(`^200 ${user}`) },
    { send: "POST /api/auth4/signout", form: { csrfToken, json: "true" }, gives: /^200 \{"url":/ },
    { send: "GET /api/auth4/session", gives: "200 {}" },
  );
}, { variants: VARIANTS });
