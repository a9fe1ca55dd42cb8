/**
 * Unmodified packages that use the request scope, in a typical project: `src/app`, paths of `tsconfig.json`,
 * `proxy.ts`, `.env`. Every expected response is that of the real Next 16.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Client, packageSuite, VARIANTS } from "../helpers/packages.ts";

const suite = packageSuite();

/** The request of the sign-in form of Auth.js. */
async function credentials(client: Client, password: string, callbackUrl: string) {
  const response = await client.fetch({ send: "GET /api/auth/csrf" });
  const { csrfToken } = await response.json() as { csrfToken: string };
  return { csrfToken, username: "Ada", password, callbackUrl };
}

const PASSWORD = "correct horse";
const SIGN_IN = "POST /api/auth/callback/credentials";
/** The headers of a reverse proxy, which make a test independent of the headers that the server adds. */
const HTTP = { "x-forwarded-proto": "http" };

suite.test("next-auth signs in with a password, stores the session in a cookie, and signs out", async (client) => {
  const form = await credentials(client, PASSWORD, "/members");
  const { csrfToken } = form;
  await client.check(
    { send: "GET /api/auth/providers", gives: /^200 \{"credentials":\{"id":"credentials","name":"Credentials",/ },
    { send: SIGN_IN, form: { ...form, csrfToken: "x" }, gives: "302 /sign-in?error=MissingCSRF" },
    {
      send: SIGN_IN,
      form: { ...form, password: "x" },
      gives: "302 /sign-in?error=CredentialsSignin&code=wrong_password",
    },
    { send: "GET /api/auth/session", gives: "200 null" },
    { send: SIGN_IN, form, gives: "302 /members" },
    {
      send: "GET /api/auth/session",
      gives: /^200 \{"user":\{"name":"Ada","email":"Ada@example.com","id":"1"\},"expires":"\d/,
    },
    { send: "POST /api/auth/signout", form: { csrfToken: "x" }, gives: "302 /sign-in?error=MissingCSRF" },
    { send: "POST /api/auth/signout", form: { csrfToken }, gives: "302 /members" },
    { send: "GET /api/auth/session", gives: "200 null" },
  );
}, { variants: VARIANTS });

const AUTH = "auth() of next-auth knows the user: in a handler, around a handler, and as the proxy";

// Without a header for the protocol, Auth.js assumes https.
for (const [where, headers] of Object.entries({ " behind a proxy that names the protocol": HTTP })) {
  suite.test(`${AUTH}${where}`, async (client, origin) => {
    const back = encodeURIComponent(`${origin}/members`);
    await client.check(
      { send: "GET /api/me", gives: `200 {"name":null}` },
      { send: "GET /api/private", gives: `401 {"message":"Not authenticated"}` },
      { send: "GET /members", gives: `307 /sign-in?callbackUrl=${back}` },
      { send: SIGN_IN, form: await credentials(client, PASSWORD, "/members"), gives: "302 /members" },
      { send: "GET /api/me", gives: `200 {"name":"Ada"}` },
      {
        send: "GET /api/private",
        gives: `200 {"user":{"name":"Ada","email":"Ada@example.com","id":"1"},"path":"/api/private"}`,
      },
      { send: "GET /members", gives: "200 members only" },
    );
  }, { variants: VARIANTS, headers });
}

async function checkSecureSession(client: Client, site: string) {
  await client.check(
    { send: SIGN_IN, form: await credentials(client, PASSWORD, "/members"), gives: `302 ${site}/members` },
    { send: "GET /api/auth/session", gives: /^200 \{"user":\{"name":"Ada"/ },
    { send: "GET /api/me", gives: `200 {"name":"Ada"}` },
    { send: "GET /api/private", gives: /^200 \{"user":\{"name":"Ada"/ },
    { send: "GET /members", gives: "200 members only" },
  );
  const prefixes = ["__Host-authjs.csrf-token", "__Secure-authjs.callback-url", "__Secure-authjs.session-token"];
  assertEquals([...client.cookies.keys()].sort(), prefixes);
}

suite.testAlone("next-auth has secure cookies behind a proxy with TLS, and auth() knows them", async (project) => {
  await using server = await project.serve("--trust-proxy");
  const site = server.origin.replace("http:", "https:");
  await checkSecureSession(server.client({ "x-forwarded-proto": "https" }), site);
  await server.stop();
});

suite.testAlone("next-auth has the address that AUTH_URL names", async (project) => {
  await project.write(".env.local", "AUTH_URL=https://example.com\n");
  await using server = await project.serve();
  await checkSecureSession(server.client(), "https://example.com");
  await server.stop();
});

suite.test("signIn() and signOut() of next-auth use cookies() and redirect()", async (client) => {
  await client.check(
    {
      send: "POST /api/sign-in",
      form: { username: "Bob", password: PASSWORD, redirectTo: "/members" },
      // The redirect of a form must be followed with GET, or the browser would send the password to the next page too.
      gives: "303 /members",
    },
    { send: "GET /api/me", gives: `200 {"name":"Bob"}` },
    { send: "POST /api/sign-out", gives: "307 /bye" },
    { send: "GET /api/me", gives: `200 {"name":null}` },
  );
}, { variants: VARIANTS, headers: HTTP });

suite.test("better-auth signs up, keeps the session, signs out, and signs in with nextCookies()", async (client) => {
  const user = { email: "ada@example.com", password: PASSWORD };
  const session = /^200 \{"session":\{.*"ipAddress":"192\.0\.2\.7".*"user":\{"name":"Ada","email":"ada@example.com"/;
  await client.check(
    { send: "GET /api/better/ok", gives: `200 {"ok":true}` },
    { send: "GET /api/better/get-session", gives: "200 null" },
    {
      send: "POST /api/better/sign-up/email",
      json: { ...user, name: "Ada", password: "x" },
      gives: /^400 .*TOO_SHORT/,
    },
    { send: "POST /api/better/sign-up/email", json: { ...user, name: "Ada" }, gives: /^200 \{"token":"\w{32}","user"/ },
    { send: "POST /api/better/sign-up/email", json: { ...user, name: "Ada" }, gives: /^422 .*USER_ALREADY_EXISTS/ },
    { send: "GET /api/better/get-session", gives: session },
    { send: "GET /better/me", gives: `200 {"email":"ada@example.com"}` },
    {
      send: "POST /api/better/sign-out",
      headers: { origin: "http://evil.test" },
      json: {},
      gives: /^403 .*INVALID_OR/,
    },
    { send: "POST /api/better/sign-out", json: {}, gives: `200 {"success":true}` },
    { send: "GET /api/better/get-session", gives: "200 null" },
    { send: "POST /better/sign-in", json: user, gives: `200 {"name":"Ada"}` },
    { send: "GET /better/me", gives: `200 {"email":"ada@example.com"}` },
  );
}, { variants: VARIANTS, headers: { "x-forwarded-for": "192.0.2.7" } });

suite.test("packages see that they run in production", async (client) => {
  await client.check({ send: "GET /api/env", gives: `200 {"NODE_ENV":"production"}` });
});
