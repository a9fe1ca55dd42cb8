/**
 * Bearer tokens, RFC 6750.
 *
 * @module
 */

import type { Middleware, Security } from "../contract/middleware.ts";
import { checkRealm, checkSecret, createChallenge, getCredentials, runVerified, type Verified } from "./challenge.ts";
import { createSecretCheck } from "./secret.ts";

/** Options of {@linkcode bearerAuth} with fixed tokens. */
export interface BearerTokenOptions {
  /** The token, or several; compared in constant time. */
  token: string | readonly string[];
  /** The protection space that clients are shown, in ASCII. Default: `api`. */
  realm?: string;
}

/** Options of {@linkcode bearerAuth} with a function. */
export interface BearerVerifyOptions<Values extends object> {
  /**
   * Verifies a token. Returns values for the handler, or `true` without values; `null` or `false` if the token is
   * invalid. The response to an error is 500.
   */
  verify(token: string, request: Request): Verified<Values> | Promise<Verified<Values>>;
  /** The protection space that clients are shown, in ASCII. Default: `api`. */
  realm?: string;
}

const SECURITY: readonly Security[] = [{ name: "bearer", scheme: { type: "http", scheme: "bearer" } }];

/**
 * Requires a bearer token. The response to other requests is 401 with `WWW-Authenticate`, or 400 if the header is
 * malformed or longer than 8,192 characters. The OpenAPI document has it as the scheme `bearer`.
 *
 * No library is used: the scheme is one header, and `verify` is where a library for tokens, such as `jose`, belongs.
 *
 * @param options The token, or a function that verifies tokens.
 * @throws {TypeError} If a token is empty or the realm cannot be sent.
 * @see https://www.rfc-editor.org/rfc/rfc6750
 *
 * @example
 * ```ts
 * import { bearerAuth } from "@x/routes/middleware";
 * import { route } from "@x/routes/route";
 * import { assertEquals } from "@std/assert";
 *
 * const users = new Map([["t0ken", { user: "ada" }]]);
 * const session = bearerAuth({ verify: (token) => users.get(token) });
 * const GET = route({ use: [session] }, (_request, { user }) => new Response(user));
 *
 * const request = new Request("http://localhost/", { headers: { authorization: "Bearer t0ken" } });
 * assertEquals(await (await GET(request)).text(), "ada");
 * assertEquals((await GET(new Request("http://localhost/"))).status, 401);
 * ```
 */
export function bearerAuth(options: BearerTokenOptions): Middleware;
/**
 * Requires a bearer token, and passes the values that it stands for to the handler.
 *
 * @param options A function that verifies tokens.
 */
export function bearerAuth<Values extends object>(options: BearerVerifyOptions<Values>): Middleware<Values>;
export function bearerAuth<Values extends object>(
  options: BearerTokenOptions | BearerVerifyOptions<Values>,
): Middleware<Values> {
  const { realm = "api" } = options;
  checkRealm(realm);
  const verify = "verify" in options ? options.verify : createTokenCheck([options.token].flat());
  const challenge = `Bearer realm="${realm}"`;

  const middleware: Middleware<Values> = async function bearerAuth(request, _context, next) {
    const token = getCredentials(request, "bearer");
    if (token === undefined) return createChallenge(401, challenge);
    if (token === null) return createChallenge(400, `${challenge}, error="invalid_request"`);
    const verified = await verify(token, request);
    return await runVerified(verified, next) ?? createChallenge(401, `${challenge}, error="invalid_token"`);
  };
  return Object.assign(middleware, { security: SECURITY });
}

function createTokenCheck(tokens: readonly string[]): (token: string) => Promise<boolean> {
  for (const token of tokens) checkSecret("a bearer token", token);
  return createSecretCheck(tokens);
}
