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
export type MiddlewareValues<Use> = Use extends readonly [Middleware<infer Adds, never>, ...infer Rest]
  ? Omit<object extends Adds ? Record<never, never> : Adds, keyof MiddlewareValues<Rest>> & MiddlewareValues<Rest>
  : Record<never, never>;

/**
 * `unknown` if each middleware of a list gets the values that it needs from those before it; otherwise a type that no
 * contract has.
 */
export type OrderedMiddleware<Use, Before = MiddlewareContext> = Use extends readonly [infer First, ...infer Rest]
  ? First extends (request: never, context: infer Needs, next: never) => unknown
    ? Before extends Needs
      ? OrderedMiddleware<Rest, Omit<Before, keyof MiddlewareValues<[First]>> & MiddlewareValues<[First]>>
    : { readonly use: readonly ["a middleware needs values that none before it adds", keyof Needs] }
  : unknown
  : unknown;

/** What runs inside of all middleware; it gets the values that they added. */
export type Inner = (values: MiddlewareContext) => Promise<Response>;

/** The names in a handler's context that belong to its contract. */
const RESERVED = new Set(["params", "query", "headers", "cookies", "body"]);

/**
 * Runs middleware around a function.
 *
 * @param use The middleware, from the outside in.
 * @param request The request that all of them get.
 * @param context What the first one gets.
 * @param inner What the last one's `next()` calls.
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
