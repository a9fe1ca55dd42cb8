/**
 * The internals of Next.js that packages import (`next/dist/*`), if the package `next` is not installed.
 *
 * @module
 */

import type { ResponseCookies } from "../http/cookies.ts";
import { readControlFlow } from "../http/control_flow.ts";

export { type RequestCookie, RequestCookies, type ResponseCookie, ResponseCookies } from "../http/cookies.ts";
export { permanentRedirect, redirect, RedirectType } from "../http/control_flow.ts";

/** The cookies that `cookies()` returns. */
export type ReadonlyRequestCookies = ResponseCookies;

/** The prefix of the digest of a redirect error. */
export const REDIRECT_ERROR_CODE = "NEXT_REDIRECT";
/** The prefix of the digest of a 401, 403 or 404 error. */
export const HTTP_ERROR_FALLBACK_ERROR_CODE = "NEXT_HTTP_ERROR_FALLBACK";
/** The statuses of HTTP access errors. */
export const HTTPAccessErrorStatus: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  UNAUTHORIZED: 401,
};

/** Whether an error was thrown by `redirect()`. */
export function isRedirectError(error: unknown): boolean {
  return readControlFlow(error)?.kind === "redirect";
}

/** Whether an error was thrown by `notFound()`, `forbidden()` or `unauthorized()`. */
export function isHTTPAccessFallbackError(error: unknown): boolean {
  return readControlFlow(error)?.kind === "fallback";
}

/** Whether an error was thrown by `redirect()`, `notFound()`, `forbidden()` or `unauthorized()`. */
export function isNextRouterError(error: unknown): boolean {
  return readControlFlow(error) !== null;
}

/** Returns the status of an error of `notFound()`, `forbidden()` or `unauthorized()`. */
export function getAccessFallbackHTTPStatus(error: unknown): number {
  return readControlFlow(error)?.status ?? NaN;
}

/** Returns the destination of an error of `redirect()`; `null` for any other error. */
export function getURLFromRedirectError(error: unknown): string | null {
  const flow = readControlFlow(error);
  return flow?.kind === "redirect" ? flow.url : null;
}

/** The error of a page that reads the request while it is prerendered; never thrown here. */
export class DynamicServerError extends Error {
  /** Identifies the error. */
  readonly digest = "DYNAMIC_SERVER_USAGE";

  /** Creates the error. */
  constructor(
    /** The API that was used. */
    readonly description: string,
  ) {
    super(`Dynamic server usage: ${description}`);
  }
}

/** Whether an error is a {@linkcode DynamicServerError}, from any copy of Next.js. */
export function isDynamicServerError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "digest" in error && error.digest === "DYNAMIC_SERVER_USAGE";
}

/** The error of modifying read-only cookies. */
export class ReadonlyRequestCookiesError extends Error {
  /** Creates the error. */
  constructor() {
    super(
      "Cookies can only be modified in a Server Action or Route Handler. Read more: https://nextjs.org/docs/app/api-reference/functions/cookies#options",
    );
  }

  /**
   * Replaces the methods that modify cookies.
   *
   * @throws {ReadonlyRequestCookiesError} Always.
   */
  static callable(): never {
    throw new ReadonlyRequestCookiesError();
  }
}

const CHANGES: ReadonlySet<unknown> = new Set(["clear", "delete", "set"]);

/** Creates read-only cookies. */
export class RequestCookiesAdapter {
  /**
   * Returns a read-only view of cookies.
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
