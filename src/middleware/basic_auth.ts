/**
 * User names and passwords, RFC 7617.
 *
 * @module
 */

import type { Middleware, Security } from "../contract/middleware.ts";
import { checkRealm, checkSecret, createChallenge, getCredentials, runVerified, type Verified } from "./challenge.ts";
import { createSecretCheck } from "./secret.ts";

/** Options of {@linkcode basicAuth} with fixed passwords. */
export interface BasicUsersOptions {
  /** Passwords by user name; compared in constant time. */
  users: Readonly<Record<string, string>>;
  /** The protection space that browsers show, in ASCII. Default: `Restricted`. */
  realm?: string;
}

/** Options of {@linkcode basicAuth} with a function. */
export interface BasicVerifyOptions<Values extends object> {
  /**
   * Verifies the user. Returns values for the handler, or `true` without values; `null` or `false` if the name or
   * password is wrong. The response to an error is 500.
   */
  verify(user: string, password: string, request: Request): Verified<Values> | Promise<Verified<Values>>;
  /** The protection space that browsers show, in ASCII. Default: `Restricted`. */
  realm?: string;
}

const SECURITY: readonly Security[] = [{ name: "basic", scheme: { type: "http", scheme: "basic" } }];

/**
 * Requires a user name and a password. The response to other requests is 401 with `WWW-Authenticate`, for which
 * browsers ask the user, or 400 if the header is malformed or longer than 8,192 characters. Both are read as UTF-8. The
 * OpenAPI document has it as the scheme `basic`.
 *
 * No library is used: the scheme is one header. Compare the passwords of real users in `verify`, with a slow hash.
 *
 * @param options The passwords, or a function that checks them.
 * @throws {TypeError} If a password is empty, a name has a colon or the realm cannot be sent.
 * @see https://www.rfc-editor.org/rfc/rfc7617
 *
 * @example
 * ```ts
 * import { basicAuth } from "@x/routes/middleware";
 * import { route } from "@x/routes/route";
 * import { assertEquals } from "@std/assert";
 *
 * const GET = route({ use: [basicAuth({ users: { ada: "enigma" } })] }, () => new Response("in"));
 *
 * const request = new Request("http://localhost/", { headers: { authorization: `Basic ${btoa("ada:enigma")}` } });
 * assertEquals(await (await GET(request)).text(), "in");
 * ```
 */
export function basicAuth(options: BasicUsersOptions): Middleware;
/**
 * Requires a user name and a password, and passes the values of the user to the handler.
 *
 * @param options A function that checks them.
 */
export function basicAuth<Values extends object>(options: BasicVerifyOptions<Values>): Middleware<Values>;
export function basicAuth<Values extends object>(
  options: BasicUsersOptions | BasicVerifyOptions<Values>,
): Middleware<Values> {
  const { realm = "Restricted" } = options;
  checkRealm(realm);
  const verify = "verify" in options ? options.verify : createUserCheck(options.users);
  const challenge = `Basic realm="${realm}", charset="UTF-8"`;

  const middleware: Middleware<Values> = async function basicAuth(request, _context, next) {
    const credentials = getCredentials(request, "basic");
    if (credentials === undefined) return createChallenge(401, challenge);
    const decoded = credentials === null ? null : decodeCredentials(credentials);
    if (decoded === null) return createChallenge(400, challenge);
    const verified = await verify(...decoded, request);
    return await runVerified(verified, next) ?? createChallenge(401, challenge);
  };
  return Object.assign(middleware, { security: SECURITY });
}

function createUserCheck(
  users: Readonly<Record<string, string>>,
): (user: string, password: string) => Promise<boolean> {
  for (const [user, password] of Object.entries(users)) {
    checkSecret(`the password of "${user}"`, password);
    if (user.includes(":")) throw new TypeError(`Cannot accept user "${user}": a name has no colon (RFC 7617 §2)`);
  }
  const isKnown = createSecretCheck(Object.entries(users).map((pair) => pair.join(":")));
  return (user, password) => isKnown(`${user}:${password}`);
}

/** Decodes `base64(user:password)`; `null` if it is malformed, or has a control character (RFC 7617 §2). */
function decodeCredentials(credentials: string): [user: string, password: string] | null {
  try {
    const bytes = Uint8Array.from(atob(credentials), (char) => char.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const colon = text.indexOf(":");
    // deno-lint-ignore no-control-regex -- the expression looks for control characters
    return colon === -1 || /[\x00-\x1f\x7f]/.test(text) ? null : [text.slice(0, colon), text.slice(colon + 1)];
  } catch {
    return null;
  }
}
