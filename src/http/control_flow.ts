/**
 * Functions that leave a route handler by throwing, such as `redirect()` and `notFound()`, and their responses.
 *
 * The errors are recognized by their `digest` string, which is the one of Next.js, never by class: a second copy of this
 * module, or the real `next`, throws the same errors.
 *
 * @module
 */

/** How the browser's history changes; has no effect on the response of a route handler. */
export type RedirectType = "push" | "replace";

/** Names for the two values of {@linkcode RedirectType}. */
export const RedirectType: { readonly push: "push"; readonly replace: "replace" } = {
  push: "push",
  replace: "replace",
};

/** An error that stands for a response, which its `digest` names. */
interface ControlFlowError extends Error {
  digest: string;
}

function createError(message: string, digest: string): ControlFlowError {
  return Object.assign(new Error(message), { digest });
}

function redirectError(url: string | URL, type: RedirectType, status: number): ControlFlowError {
  return createError("NEXT_REDIRECT", `NEXT_REDIRECT;${type};${url};${status};`);
}

function createFallbackError(status: number): ControlFlowError {
  const digest = `NEXT_HTTP_ERROR_FALLBACK;${status}`;
  return createError(digest, digest);
}

/**
 * Responds with a temporary redirect (307).
 *
 * @param url The target; a relative one stays relative, but never leaves the site: `//evil.test` is sent as `/evil.test`.
 * @param type Has no effect in a route handler; default `"replace"`.
 * @throws {Error} Always: the error is the response. Inside `try`, let it through with {@linkcode unstable_rethrow}.
 * @see https://nextjs.org/docs/app/api-reference/functions/redirect
 *
 * @example
 * ```ts
 * import { redirect } from "@x/routes/navigation";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => redirect("/login"), Error, "NEXT_REDIRECT");
 * ```
 */
export function redirect(url: string | URL, type: RedirectType = "replace"): never {
  throw redirectError(url, type, 307);
}

/**
 * Responds with a permanent redirect (308).
 *
 * @param url The target, as for {@linkcode redirect}.
 * @param type Has no effect in a route handler; default `"replace"`.
 * @throws {Error} Always: the error is the response.
 * @see https://nextjs.org/docs/app/api-reference/functions/permanentRedirect
 */
export function permanentRedirect(url: string | URL, type: RedirectType = "replace"): never {
  throw redirectError(url, type, 308);
}

/**
 * Responds with 404 and an empty body.
 *
 * @throws {Error} Always: the error is the response.
 * @see https://nextjs.org/docs/app/api-reference/functions/not-found
 */
export function notFound(): never {
  throw createFallbackError(404);
}

/**
 * Responds with 403 and an empty body, if `authInterrupts` is enabled.
 *
 * @throws {Error} Always: the error is the response.
 * @see https://nextjs.org/docs/app/api-reference/functions/forbidden
 */
export function forbidden(): never {
  throw createFallbackError(403);
}

/**
 * Responds with 401 and an empty body, if `authInterrupts` is enabled.
 *
 * @throws {Error} Always: the error is the response.
 * @see https://nextjs.org/docs/app/api-reference/functions/unauthorized
 */
export function unauthorized(): never {
  throw createFallbackError(401);
}

/**
 * Rethrows an error of this module, and returns for any other error.
 *
 * @param error The caught value.
 * @throws {Error} The error, or one of this module among its causes.
 * @see https://nextjs.org/docs/app/api-reference/functions/unstable_rethrow
 */
export function unstable_rethrow(error: unknown): void {
  const seen = new Set<unknown>();
  for (let current = error; !seen.has(current); current = current instanceof Error ? current.cause : current) {
    if (readControlFlow(current) !== null) throw current;
    seen.add(current);
  }
}

/** The response that a thrown error stands for. */
export type ControlFlow =
  | { readonly kind: "redirect"; readonly status: number; readonly url: string }
  | { readonly kind: "fallback"; readonly status: number };

const REDIRECT = /^NEXT_REDIRECT;(push|replace);(.*);(30[378]);$/s;
const FALLBACK = /^NEXT_HTTP_ERROR_FALLBACK;(401|403|404)$/;

/** Reads the response that an error stands for; `null` for every other value. */
export function readControlFlow(error: unknown): ControlFlow | null {
  if (typeof error !== "object" || error === null || !("digest" in error)) return null;
  const { digest } = error;
  if (typeof digest !== "string") return null;
  const redirect = REDIRECT.exec(digest);
  if (redirect !== null) return { kind: "redirect", url: redirect[2]!, status: Number(redirect[3]) };
  const fallback = FALLBACK.exec(digest);
  return fallback === null ? null : { kind: "fallback", status: Number(fallback[1]) };
}

/**
 * Creates the response of a thrown error.
 *
 * @throws {TypeError} If the URL of a redirect is empty or has a line break.
 */
export function createControlFlowResponse(flow: ControlFlow): Response {
  if (flow.kind === "fallback") return new Response(null, { status: flow.status });
  if (flow.url === "") throw new TypeError('Cannot redirect: the URL is empty, use "/" for the root');
  return new Response(null, { status: flow.status, headers: { location: toSafeLocation(flow.url) } });
}

/**
 * Returns a `Location` that browsers do not read differently: they drop tabs and leading blanks and treat `\` as `/`, which
 * turns data after a `/` into another host. An absolute URL was written by the code, and is not changed.
 */
export function toSafeLocation(url: string): string {
  const text = url.replace(/\t/g, "").replace(/^[^\x21-\uffff]+/, "").replace(/[\x80-\uffff]+/g, encodeUnicode);
  return /^[/\\]{2}/.test(text) ? text.replace(/^[/\\]+/, "/") : text;
}

function encodeUnicode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
