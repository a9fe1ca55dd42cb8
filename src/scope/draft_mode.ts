/**
 * `draftMode()`: lets chosen clients see unpublished content.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";
import { RequestCookies } from "../http/cookies.ts";
import { getReceivedHeader } from "../http/received_request.ts";
import { getCookieJar } from "./request_apis.ts";
import { getScope, requireScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";
import { markDynamic } from "./dynamic_access.ts";

/** Draft mode of the request. */
export interface DraftMode {
  /** Whether draft mode is enabled for the client. */
  readonly isEnabled: boolean;
  /** Enables draft mode for this client, with a signed cookie. */
  enable(): void;
  /** Disables draft mode for this client. */
  disable(): void;
}

const DRAFT_COOKIE = "__prerender_bypass";
const DRAFT_ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "none" } as const;
/** Cookie attributes for a development server: browsers store no secure cookie without TLS. */
const DEVELOPMENT_ATTRIBUTES = { ...DRAFT_ATTRIBUTES, secure: false, sameSite: "lax" } as const;

/**
 * Returns the draft mode of the request. Its cookie is signed with the handler's `draftSecret`; one without a valid
 * signature is ignored.
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
      // A client with the cookie bypasses the cache, so draft mode is always off while an entry is generated.
      return scope.isDraft === true || isEqual(jar.get(DRAFT_COOKIE)?.value ?? "", signature);
    },
    enable() {
      refuseAfterResponse(scope, "draftMode().enable()");
      markDynamic(scope, "draftMode().enable()");
      jar.set({ name: DRAFT_COOKIE, value: signature, ...attributes });
    },
    disable() {
      refuseAfterResponse(scope, "draftMode().disable()");
      markDynamic(scope, "draftMode().disable()");
      jar.delete({ name: DRAFT_COOKIE, ...attributes });
    },
  });
}

function refuseAfterResponse({ route }: RequestScope, call: string): void {
  if (getScope()?.phase !== "after") return;
  throw new Error(
    `Route ${route.id} used "${call}" inside \`after()\`. The enabled status of \`draftMode()\` can be read inside \`after()\` but you cannot enable or disable \`draftMode()\`. See more info here: https://nextjs.org/docs/app/api-reference/functions/after`,
  );
}

function sign(secret: string): string {
  return getBuiltinModule("node:crypto").createHmac("sha256", secret).update(DRAFT_COOKIE).digest("hex");
}

/** Compares in constant time, so that a signature cannot be guessed byte by byte. */
function isEqual(a: string, b: string): boolean {
  const left = new TextEncoder().encode(a), right = new TextEncoder().encode(b);
  return left.length === right.length && getBuiltinModule("node:crypto").timingSafeEqual(left, right);
}

/** Whether a scope serves a client in draft mode: nothing is then read from the cache, or stored in it. */
export function isDraftScope(scope: RequestScope): boolean {
  return scope.isDraft === true || isDraft(scope.received, scope.application.draftSecret);
}

/** Whether a request comes from a client in draft mode. */
export function isDraft(request: Request, secret: string): boolean {
  const header = getReceivedHeader(request, "cookie");
  if (header === null || !header.includes(DRAFT_COOKIE)) return false;
  const cookies = new RequestCookies({ get: () => header, set() {} });
  return isEqual(cookies.get(DRAFT_COOKIE)?.value ?? "", sign(secret));
}
