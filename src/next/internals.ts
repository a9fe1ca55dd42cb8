/**
 * What packages take from inside of Next.js (`next/dist/*`), where the package `next` is not installed.
 *
 * @module
 */

import type { ResponseCookies } from "../http/cookies.ts";
import { readControlFlow } from "../http/control_flow.ts";

export { type RequestCookie, RequestCookies, type ResponseCookie, ResponseCookies } from "../http/cookies.ts";
export { permanentRedirect, redirect, RedirectType } from "../http/control_flow.ts";

/** The cookies that `cookies()` gives. */
export type ReadonlyRequestCookies = ResponseCookies;

/** How the digest of a thrown redirect begins. */
export const REDIRECT_ERROR_CODE = "NEXT_REDIRECT";
/** How the digest of a thrown 401, 403 or 404 begins. */
export const HTTP_ERROR_FALLBACK_ERROR_CODE = "NEXT_HTTP_ERROR_FALLBACK";
/** The statuses that are thrown. */
export const HTTPAccessErrorStatus: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  UNAUTHORIZED: 401,
};

/** Whether an error is what `redirect()` throws. */
export function isRedirectError(error: unknown): boolean {
  return readControlFlow(error)?.kind === "redirect";
}

/** Whether an error is what `notFound()`, `forbidden()` or `unauthorized()` throws. */
export function isHTTPAccessFallbackError(error: unknown): boolean {
  return readControlFlow(error)?.kind === "fallback";
}

/** Whether an error is an answer that was thrown. */
export function isNextRouterError(error: unknown): boolean {
  return readControlFlow(error) !== null;
}

/** The status of an error that `notFound()`, `forbidden()` or `unauthorized()` throws. */
export function getAccessFallbackHTTPStatus(error: unknown): number {
  return readControlFlow(error)?.status ?? NaN;
}

/** Where what `redirect()` throws leads; `null` for any other error. */
export function getURLFromRedirectError(error: unknown): string | null {
  const flow = readControlFlow(error);
  return flow?.kind === "redirect" ? flow.url : null;
}

/** The error of a page that asks for a request while it is rendered ahead of any; none is thrown here. */
export class DynamicServerError extends Error {
  /** What it is known by. */
  readonly digest = "DYNAMIC_SERVER_USAGE";

  /** Says what was asked for. */
  constructor(
    /** What was asked for. */
    readonly description: string,
  ) {
    super(`Dynamic server usage: ${description}`);
  }
}

/** Whether an error is a {@linkcode DynamicServerError}, of whichever copy of Next.js. */
export function isDynamicServerError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "digest" in error && error.digest === "DYNAMIC_SERVER_USAGE";
}

/** The error of cookies that cannot be changed. */
export class ReadonlyRequestCookiesError extends Error {
  /** Says where they can. */
  constructor() {
    super(
      "Cookies can only be modified in a Server Action or Route Handler. Read more: https://nextjs.org/docs/app/api-reference/functions/cookies#options",
    );
  }

  /**
   * Takes the place of a method that changes them.
   *
   * @throws {ReadonlyRequestCookiesError} Always.
   */
  static callable(): never {
    throw new ReadonlyRequestCookiesError();
  }
}

const CHANGES: ReadonlySet<unknown> = new Set(["clear", "delete", "set"]);

/** Gives out cookies that cannot be changed. */
export class RequestCookiesAdapter {
  /**
   * Keeps cookies from being changed.
   *
   * @param cookies The cookies.
   */
  static seal<Cookies extends object>(cookies: Cookies): Cookies {
    return new Proxy(cookies, {
      get(target, name) {
        if (CHANGES.has(name)) return ReadonlyRequestCookiesError.callable;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}
