/**
 * `draftMode()`: who may see what is not published yet.
 *
 * @module
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import { RequestCookies } from "../http/cookies.ts";
import { getReceivedHeader } from "../http/received_request.ts";
import { getCookieJar } from "./request_apis.ts";
import { type RequestScope, requireScope } from "./request_scope.ts";
import { markDynamic } from "./dynamic_access.ts";

/** Draft mode of the request. */
export interface DraftMode {
  /** Whether the client has it on. */
  readonly isEnabled: boolean;
  /** Turns it on for this client, by a signed cookie. */
  enable(): void;
  /** Turns it off for this client. */
  disable(): void;
}

const DRAFT_COOKIE = "__prerender_bypass";
const DRAFT_ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "none" } as const;
/** A developer's own server has no TLS, without which browsers keep no secure cookie. */
const DEVELOPMENT_ATTRIBUTES = { ...DRAFT_ATTRIBUTES, secure: false, sameSite: "lax" } as const;

/**
 * Whether the client may see drafts, and the switch for it. The cookie is signed with the handler's `draftSecret`; one
 * without a valid signature is ignored.
 *
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/draft-mode
 */
export function draftMode(): Promise<DraftMode> {
  const scope = requireScope("draftMode");
  const jar = getCookieJar(scope);
  const { draftSecret, isDevelopment } = scope.application;
  const signature = sign(draftSecret);
  const attributes = isDevelopment ? DEVELOPMENT_ATTRIBUTES : DRAFT_ATTRIBUTES;
  return Promise.resolve({
    get isEnabled() {
      // A client with the cookie is never answered from the cache, so that a fill is always without.
      return scope.isDraft === true || isEqual(jar.get(DRAFT_COOKIE)?.value ?? "", signature);
    },
    enable() {
      markDynamic(scope, "draftMode().enable()");
      jar.set({ name: DRAFT_COOKIE, value: signature, ...attributes });
    },
    disable() {
      markDynamic(scope, "draftMode().disable()");
      jar.delete({ name: DRAFT_COOKIE, ...attributes });
    },
  });
}

function sign(secret: string): string {
  return createHmac("sha256", secret).update(DRAFT_COOKIE).digest("hex");
}

/** In constant time, so that a signature cannot be guessed byte by byte. */
function isEqual(a: string, b: string): boolean {
  const left = new TextEncoder().encode(a), right = new TextEncoder().encode(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether what is asked for in a scope is for a client that may see drafts: nothing is read from a cache then, or kept. */
export function isDraftScope(scope: RequestScope): boolean {
  return scope.isDraft === true || isDraft(scope.received, scope.application.draftSecret);
}

/** Whether a request comes from a client that may see drafts. */
export function isDraft(request: Request, secret: string): boolean {
  const header = getReceivedHeader(request, "cookie");
  if (header === null || !header.includes(DRAFT_COOKIE)) return false;
  const cookies = new RequestCookies({ get: () => header, set() {} });
  return isEqual(cookies.get(DRAFT_COOKIE)?.value ?? "", sign(secret));
}
