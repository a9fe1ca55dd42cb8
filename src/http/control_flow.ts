/**
 * Leaving a route handler by a throw: `redirect()`, `notFound()` and their kin, and what they become.
 *
 * The errors are known by their `digest` text, which is Next's own, never by class: a second copy of this module, or
 * the real `next`, throws the same errors.
 *
 * @module
 */

/** How the history of a browser changes; without effect on a route handler's response. */
export type RedirectType = "push" | "replace";

/** Names for the two values of {@linkcode RedirectType}. */
export const RedirectType: { readonly push: "push"; readonly replace: "replace" } = {
  push: "push",
  replace: "replace",
};

/** A throw that is a response: `digest` says which. */
interface ControlFlowError extends Error {
  digest: string;
}

function controlFlowError(message: string, digest: string): ControlFlowError {
  return Object.assign(new Error(message), { digest });
}

function redirectError(url: string | URL, type: RedirectType, status: number): ControlFlowError {
  return controlFlowError("NEXT_REDIRECT", `NEXT_REDIRECT;${type};${url};${status};`);
}

function fallbackError(status: number): ControlFlowError {
  const digest = `NEXT_HTTP_ERROR_FALLBACK;${status}`;
  return controlFlowError(digest, digest);
}

/**
 * Answers with a temporary redirect (307).
 *
 * @param url Where to; a relative one stays relative, but never leaves the site: `//evil.test` is sent as `/evil.test`.
 * @param type Without effect in a route handler; default `"replace"`.
 * @throws {Error} Always: the error is the answer. Inside `try`, let it through with {@linkcode unstable_rethrow}.
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
 * Answers with a permanent redirect (308).
 *
 * @param url Where to, as for {@linkcode redirect}.
 * @param type Without effect in a route handler; default `"replace"`.
 * @throws {Error} Always: the error is the answer.
 * @see https://nextjs.org/docs/app/api-reference/functions/permanentRedirect
 */
export function permanentRedirect(url: string | URL, type: RedirectType = "replace"): never {
  throw redirectError(url, type, 308);
}

/**
 * Answers with 404 and an empty body.
 *
 * @throws {Error} Always: the error is the answer.
 * @see https://nextjs.org/docs/app/api-reference/functions/not-found
 */
export function notFound(): never {
  throw fallbackError(404);
}

/**
 * Answers with 403 and an empty body, where `authInterrupts` is on.
 *
 * @throws {Error} Always: the error is the answer.
 * @see https://nextjs.org/docs/app/api-reference/functions/forbidden
 */
export function forbidden(): never {
  throw fallbackError(403);
}

/**
 * Answers with 401 and an empty body, where `authInterrupts` is on.
 *
 * @throws {Error} Always: the error is the answer.
 * @see https://nextjs.org/docs/app/api-reference/functions/unauthorized
 */
export function unauthorized(): never {
  throw fallbackError(401);
}

/**
 * Throws the error again if it is one of this module's answers; returns for every other one.
 *
 * @param error What a `catch` caught.
 * @throws {Error} The error, or the answer in its `cause`.
 * @see https://nextjs.org/docs/app/api-reference/functions/unstable_rethrow
 */
export function unstable_rethrow(error: unknown): void {
  const seen = new Set<unknown>();
  for (let at = error; !seen.has(at); at = at instanceof Error ? at.cause : at) {
    if (readControlFlow(at) !== null) throw at;
    seen.add(at);
  }
}

/** What a thrown answer says. */
export type ControlFlow =
  | { readonly kind: "redirect"; readonly status: number; readonly url: string }
  | { readonly kind: "fallback"; readonly status: number };

const REDIRECT = /^NEXT_REDIRECT;(push|replace);(.*);(30[378]);$/s;
const FALLBACK = /^NEXT_HTTP_ERROR_FALLBACK;(401|403|404)$/;

/** Reads a thrown answer; `null` for every other value. */
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
 * The response of a thrown answer.
 *
 * @throws {TypeError} If the URL of a redirect is empty or has a line break.
 */
export function controlFlowResponse(flow: ControlFlow): Response {
  if (flow.kind === "fallback") return new Response(null, { status: flow.status });
  if (flow.url === "") throw new TypeError('Cannot redirect: the URL is empty, use "/" for the root');
  return new Response(null, { status: flow.status, headers: { location: safeLocation(flow.url) } });
}

/**
 * A `Location` that browsers read as it is written: they drop tabs and leading blanks and take `\` for `/`, which
 * turns data after a `/` into another host. An absolute URL is the code's own word and stays.
 */
export function safeLocation(url: string): string {
  const text = url.replace(/\t/g, "").replace(/^[^\x21-\uffff]+/, "").replace(/[\x80-\uffff]+/g, encodeUnicode);
  return /^[/\\]{2}/.test(text) ? text.replace(/^[/\\]+/, "/") : text;
}

function encodeUnicode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
