/**
 * `route()`: a handler with a contract.
 *
 * @module
 */

import type { Contract, HandlerContext, ParamsInput, ResponseBody, Schema, TypedResponse } from "./contract.ts";
import type { Middleware, MiddlewareValues } from "./middleware.ts";

/** A route handler with a contract: `(request, context) => Promise<Response>`. */
export interface ContractHandler<
  C extends Contract = Contract,
  Req extends Request = Request,
  Res extends Response = Response,
> {
  /**
   * Answers a request.
   *
   * @param request The request.
   * @param context The params, as the server passes them.
   */
  (request: Req, ...context: ContextArgs<C>): Promise<Res>;
  /** What the server and the tools read. */
  readonly "~route": RouteInfo<C>;
}

type ContextArgs<C extends Contract> = C["params"] extends string | Schema
  ? [context: { readonly params: Promise<ParamsInput<C>> }]
  : [context?: { readonly params?: Promise<ParamsInput<C>> | undefined }];

/** What a {@linkcode ContractHandler} says of itself. */
export interface RouteInfo<C extends Contract = Contract> {
  /** The contract, with the middleware of `route.with()` in `use`. */
  readonly contract: C;
  /** The limit of its body in bytes. */
  readonly bodyLimit: number | undefined;
}

/** Creates handlers with contracts. */
export interface RouteFactory<Values extends object = Record<never, never>> {
  /**
   * Creates a handler with a contract.
   *
   * @param contract What the handler takes and answers.
   * @param handler Answers requests that fit.
   * @throws {TypeError} If the contract has an unknown key or a value that it cannot have.
   */
  <const C extends Contract, Req extends Request = Request, Res extends Response = Response>(
    contract: C,
    handler:
      & ((request: Req, context: HandlerContext<C, Values>) => HandlerResult<C, Res>)
      & CheckedHandler<C, Res>,
  ): ContractHandler<C, Req, Res>;
  /**
   * Returns a `route()` whose handlers run inside of middleware.
   *
   * @param use The middleware, from the outside in.
   */
  with<const Use extends readonly Middleware[]>(
    ...use: Use
  ): RouteFactory<Omit<Values, keyof MiddlewareValues<Use>> & MiddlewareValues<Use>>;
}

/** What a handler returns. The second type has literals in a body keep their types: `"admin"`, not `string`. */
export type HandlerResult<C extends Contract, Res extends Response> = MaybePromise<
  Res | TypedResponse<ResponseBody<C>>
>;

type MaybePromise<T> = T | Promise<T>;

/** A type that a handler does not have if one of its responses has a body that the contract does not. */
export type CheckedHandler<C extends Contract, Res extends Response> = [UnfitResponse<C, Res>] extends [never] ? unknown
  : (...args: never) => MaybePromise<TypedResponse<ResponseBody<C>>>;

type UnfitResponse<C extends Contract, Res> = Res extends { readonly __body?: infer Body }
  ? unknown extends Body ? never : Res extends TypedResponse<ResponseBody<C>> ? never : Res
  : never;

/** Creates a handler with a contract. */
export const route: RouteFactory = createFactory([]);

function createFactory<Values extends object>(outer: readonly Middleware[]): RouteFactory<Values> {
  const factory = (contract: Contract, handler: never) => ({ outer, contract, handler });
  return Object.assign(factory, {
    with: (...use: Middleware[]) => createFactory([...outer, ...use]),
  }) as unknown as RouteFactory<Values>;
}
