/**
 * Middleware: functions around a handler, which add values to its context, change its response, or answer instead.
 *
 * @module
 */

import type { RawParams } from "./params.ts";

/**
 * A function around a handler. It runs before the request is validated, in the order of `use`.
 *
 * @template Adds The values that it passes to `next()`, and that the handler gets.
 * @template Needs The values that it takes from middleware before it.
 *
 * @example
 * ```ts
 * import { type Middleware, route } from "@x/routes/route";
 * import { assertEquals } from "@std/assert";
 *
 * const user: Middleware<{ user: string }> = (request, _context, next) => {
 *   const name = request.headers.get("x-user");
 *   return name === null ? new Response(null, { status: 401 }) : next({ user: name });
 * };
 * const GET = route({ use: [user] }, (_request, { user }) => Response.json({ user }));
 *
 * const request = new Request("http://localhost/", { headers: { "x-user": "ada" } });
 * assertEquals(await (await GET(request)).json(), { user: "ada" });
 * assertEquals((await GET(new Request("http://localhost/"))).status, 401);
 * ```
 */
export interface Middleware<Adds extends object = object, Needs extends object = object>
  extends MiddlewareFunction<Adds, Needs> {
  /** How clients authenticate, for the OpenAPI document. */
  readonly security?: readonly Security[] | undefined;
}

/** The function of a {@linkcode Middleware}. Its parameters are bivariant, so that all fit in one list. */
export type MiddlewareFunction<Adds extends object, Needs extends object> = {
  /** Answers the request, by `next()` or instead of it. */
  call(request: Request, context: MiddlewareContext & Needs, next: Next<Adds>): Response | Promise<Response>;
}["call"];

/** What middleware gets besides the request; and the values of middleware before it. */
export interface MiddlewareContext {
  /** The params of the path, not validated. */
  readonly params: RawParams;
}

/**
 * Runs the rest: the next middleware, or the validation and the handler. Rejects with what they throw. A second call is
 * an error.
 */
export type Next<Adds extends object = object> = (
  ...args: Record<never, never> extends Adds ? [values?: Adds] : [values: Adds]
) => Promise<Response>;

/** A way to authenticate, for the OpenAPI document. */
export interface Security {
  /** The name of the scheme in the document: `"bearer"`. */
  readonly name: string;
  /** The Security Scheme Object of OpenAPI: `{ type: "http", scheme: "bearer" }`. */
  readonly scheme: Readonly<Record<string, unknown>>;
  /** The scopes that are required; default: none. */
  readonly scopes?: readonly string[] | undefined;
}

/** The values that a list of middleware adds. Of two with the same name the later one counts. */
export type MiddlewareValues<Use> = Use extends readonly [infer First, ...infer Rest]
  ? Override<AddedValues<First>, MiddlewareValues<Rest>>
  : Record<never, never>;

type AddedValues<Use> = Use extends Middleware<infer Adds, never> ? object extends Adds ? Record<never, never> : Adds
  : Record<never, never>;

type Override<Base, Over> = Omit<Base, keyof Over> & Over;
