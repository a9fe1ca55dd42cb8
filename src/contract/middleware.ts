/**
 * Middleware: functions that wrap a handler. They add values to its context, change its response, or respond instead.
 *
 * @module
 */

import type { RawParams } from "./params.ts";

/**
 * A function that wraps a handler. It runs before the request is validated, in the order of `use`.
 *
 * @template Adds The values that it passes to `next()`, which the handler receives.
 * @template Needs The values that it needs from earlier middleware.
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

/** The function of a {@linkcode Middleware}. Its parameters are bivariant, so that any middleware fits in one list. */
export type MiddlewareFunction<Adds extends object, Needs extends object> = {
  /** Responds to the request, usually by calling `next()`. */
  call(request: Request, context: MiddlewareContext & Needs, next: Next<Adds>): Response | Promise<Response>;
}["call"];

/** The second argument of middleware, which also has the values of earlier middleware. */
export interface MiddlewareContext {
  /** The params of the path, before validation. */
  readonly params: RawParams;
}

/**
 * Calls the next middleware, or validates the request and calls the handler. Rejects with what they throw. A second
 * call is an error.
 */
export type Next<Adds extends object = object> = (
  ...args: Record<never, never> extends Adds ? [values?: Adds] : [values: Adds]
) => Promise<Response>;

/** An authentication scheme, for the OpenAPI document. */
export interface Security {
  /** The name of the scheme in the document: `"bearer"`. */
  readonly name: string;
  /** The Security Scheme Object of OpenAPI: `{ type: "http", scheme: "bearer" }`. */
  readonly scheme: Readonly<Record<string, unknown>>;
  /** The required scopes. Default: none. */
  readonly scopes?: readonly string[] | undefined;
}

/** The values that a list of middleware adds. A later value replaces an earlier one of the same name. */
export type MiddlewareValues<Use> = Use extends readonly [Middleware<infer Adds, never>, ...infer Rest]
  ? Omit<keyof Adds extends never ? Record<never, never> : Adds, keyof MiddlewareValues<Rest>> & MiddlewareValues<Rest>
  : Record<never, never>;

/**
 * Rejects a list in which a middleware needs values that no earlier one adds: `unknown` for a valid list, otherwise a
 * type that no contract has.
 */
export type OrderedMiddleware<Use, Before = MiddlewareContext> = Use extends readonly [infer First, ...infer Rest]
  ? First extends (request: never, context: infer Needs, next: never) => unknown
    ? Before extends Needs
      ? OrderedMiddleware<Rest, Omit<Before, keyof MiddlewareValues<[First]>> & MiddlewareValues<[First]>>
    : { readonly use: readonly ["a middleware needs values that no earlier middleware adds", keyof Needs] }
  : unknown
  : unknown;

/** The innermost function, which receives the values of all middleware. */
export type Inner = (values: MiddlewareContext) => Promise<Response>;

/** The names in a handler's context that belong to its contract. */
const RESERVED = new Set(["params", "query", "headers", "cookies", "body"]);

/**
 * Calls a function inside middleware.
 *
 * @param use The middleware, outermost first.
 * @param request The request.
 * @param context The context of the first middleware.
 * @param inner The function that `next()` of the last middleware calls.
 */
export function runMiddleware(
  use: readonly Middleware[],
  request: Request,
  context: MiddlewareContext,
  inner: Inner,
): Promise<Response> {
  async function run(index: number, context: MiddlewareContext): Promise<Response> {
    const middleware = use[index];
    if (middleware === undefined) return await inner(context);
    let isCalled = false;
    const next = async (values?: object) => {
      if (isCalled) throw new Error(`Cannot call next() twice in ${describe(middleware)}: the handler has run already`);
      isCalled = true;
      return await run(index + 1, values === undefined ? context : addValues(context, values, middleware));
    };
    const response = await middleware(request, context, next);
    if (typeof response === "object" && response !== null) return response;
    const reason = `${describe(middleware)} returned ${response}`;
    throw new TypeError(`Cannot answer the request: ${reason}, return a Response or "await next()"`);
  }

  return run(0, context);
}

function addValues(context: MiddlewareContext, values: object, middleware: Middleware): MiddlewareContext {
  const taken = Object.keys(values).find((name) => RESERVED.has(name));
  if (taken === undefined) return { ...context, ...values };
  const reason = `in ${describe(middleware)}: the name belongs to the contract, choose another one`;
  throw new TypeError(`Cannot add "${taken}" to the handler's context ${reason}`);
}

function describe({ name }: Middleware): string {
  return name === "" ? "a middleware without a name" : `the middleware "${name}"`;
}
