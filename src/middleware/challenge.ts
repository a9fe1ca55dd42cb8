/**
 * Responses that ask for credentials.
 *
 * @module
 */

import type { Next } from "../contract/middleware.ts";
import { createProblem, problemResponse } from "../contract/problem.ts";

/** The largest number of characters in an `Authorization` header. */
export const MAX_AUTHORIZATION_LENGTH = 8192;

/**
 * The result of verifying credentials: values for the handler, `true` without values, anything else if they are wrong.
 */
export type Verified<Values extends object> = Values | boolean | null | undefined;

/**
 * Returns the credentials of a scheme.
 *
 * @param request The request.
 * @param scheme The scheme, in lower case.
 * @returns `undefined` if the request has none for the scheme, `null` if they are malformed (RFC 9110 §11.2,
 * `token68`).
 */
export function getCredentials(request: Request, scheme: string): string | null | undefined {
  const header = request.headers.get("authorization") ?? "";
  if (header.length > MAX_AUTHORIZATION_LENGTH) return null;
  const [, name = "", rest = ""] = /^([a-z]+)(?: +(.*))?$/is.exec(header) ?? [];
  if (name.toLowerCase() !== scheme) return undefined;
  return /^[\w.~+/-]+=*$/.test(rest) ? rest : null;
}

/**
 * Creates a response with `WWW-Authenticate`.
 *
 * @param status 400 for malformed credentials, 401 for missing or wrong ones.
 * @param challenge The value of the header.
 */
export function createChallenge(status: 400 | 401, challenge: string): Response {
  return problemResponse(createProblem(status), { "www-authenticate": challenge, "cache-control": "no-store" });
}

/** Calls `next()` with the values of the credentials; returns `undefined` if they are wrong. */
export function runVerified<Values extends object>(
  verified: Verified<Values>,
  next: Next<Values>,
): Promise<Response> | undefined {
  if (verified === null || verified === undefined || verified === false) return undefined;
  return next((verified === true ? {} : verified) as Values);
}

/**
 * Checks the name of a realm, which is sent as a quoted string.
 *
 * @throws {TypeError} If it has a character that would have to be escaped.
 */
export function checkRealm(realm: string): void {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(realm)) return;
  throw new TypeError(`Cannot ask for credentials of realm "${realm}": expected ASCII without quotes and backslashes`);
}

/**
 * Checks a secret: an empty one, as of an unset variable, would admit everyone.
 *
 * @param what The name of the secret, for the message.
 * @param secret The secret.
 * @throws {TypeError} If it is empty.
 */
export function checkSecret(what: string, secret: unknown): void {
  if (typeof secret === "string" && secret !== "") return;
  throw new TypeError(`Cannot accept ${what}: it is empty, check the variable that it comes from`);
}
