/**
 * `route()`: a handler with a contract.
 *
 * @module
 */

import { parseByteSize } from "../http/byte_size.ts";
import { checkContract } from "./check_contract.ts";
import { checkResponse } from "./check_response.ts";
import type {
  Contract,
  ContractOutline,
  HandlerContext,
  ParamsInput,
  ResponseBody,
  Schema,
  ToContract,
  TypedResponse,
  ValidContract,
} from "./contract.ts";
import {
  type Middleware,
  type MiddlewareContext,
  type MiddlewareValues,
  type OrderedMiddleware,
  runMiddleware,
} from "./middleware.ts";
import type { RawParams } from "./params.ts";
import { type OnInvalid, problemResponse } from "./problem.ts";
import { createRequestReader, InvalidRequest } from "./read_request.ts";

/**
 * A route handler with a contract. `next build --webpack` checks the last of its signatures, and accepts no optional
 * parameter there.
 */
export type ContractHandler<
  C extends Contract = Contract,
  Req extends Request = Request,
  Res extends Response = Response,
> =
  & (C["params"] extends string | Schema ? unknown : CallableWithoutParams<Req>)
  & CallableWithParams<Req, ParamsInput<C>>
  & {
    /** The contract, for the server and the tools. */
    readonly "~route": RouteInfo<C, Res>;
  };

/**
 * Handles a request.
 *
 * @param request The request.
 * @param context The params, as the server passes them.
 */
export type CallableWithParams<Req extends Request, Params> = (
  request: Req,
  context: ServerContext<Params>,
) => Promise<Response>;

/**
 * Handles a request whose params are not validated.
 *
 * @param request The request.
 * @param context The params, as the server passes them.
 */
export type CallableWithoutParams<Req extends Request> = (
  request: Req,
  context?: Partial<ServerContext>,
) => Promise<Response>;

/** The second argument of a route handler. */
export interface ServerContext<Params = RawParams> {
  /** The params of the path; `undefined` for a path without params. */
  readonly params: Promise<Params>;
  /** The settings of the server, for contracts. */
  readonly "~host"?: RouteHost | undefined;
}

/** The settings of a server, for the contracts that it serves. */
export interface RouteHost {
  /** The limit of the request's body in bytes, at which the server stops reading. */
  readonly bodyLimit?: number | undefined;
  /** Whether to check responses. Default: if `NODE_ENV` is `development` or `test`, except in Deno. */
  readonly checkResponses?: boolean | undefined;
  /** Responds to invalid requests, for contracts without `onInvalid`. */
  readonly onInvalid?: OnInvalid | undefined;
}

/** The contract of a {@linkcode ContractHandler}. */
export interface RouteInfo<C extends Contract = Contract, Res extends Response = Response> {
  /** The contract, with the middleware of `route.with()` in `use`. */
  readonly contract: C;
  /** The `maxBody` of the contract in bytes; `undefined` without one. */
  readonly bodyLimit: number | undefined;
  /** The return type of the handler, for clients; never set. */
  readonly response?: Res;
}

/** Creates handlers with contracts. */
export interface RouteFactory<Values extends object = Record<never, never>> {
  /**
   * Creates a handler with a contract.
   *
   * @param contract The requests and responses of the handler.
   * @param handler Handles valid requests.
   * @throws {TypeError} If the contract has an unknown key or an invalid value.
   */
  <const C extends ContractOutline = Contract, Req extends Request = Request, Res extends Response = Response>(
    contract: C & ValidContract<C> & OrderedMiddleware<C["use"], MiddlewareContext & Values>,
    handler:
      & ((request: Req, context: HandlerContext<ToContract<C>, Values>) => HandlerResult<ToContract<C>, Res>)
      & CheckedHandler<ToContract<C>, Res>,
  ): ContractHandler<ToContract<C>, Req, Res>;
  /**
   * Returns a `route()` that adds middleware to all handlers.
   *
   * @param use The middleware, outermost first.
   */
  with<const Use extends readonly Middleware[]>(
    ...use:
      & Use
      & (OrderedMiddleware<Use, MiddlewareContext & Values> extends { readonly use: infer Reason } ? Reason : unknown)
  ): RouteFactory<Omit<Values, keyof MiddlewareValues<Use>> & MiddlewareValues<Use>>;
}

/** The return type of a handler. Its second member keeps the literal types of a body: `"admin"`, not `string`. */
export type HandlerResult<C extends Contract, Res extends Response> =
  | (Res | TypedResponse<ResponseBody<C>>)
  | Promise<Res | TypedResponse<ResponseBody<C>>>;

/** Rejects a handler that returns a body that its contract does not declare. */
export type CheckedHandler<C extends Contract, Res extends Response> = [UndeclaredResponse<C, Res>] extends [never]
  ? unknown
  : (...args: never) => HandlerResult<C, never>;

/** The responses with bodies that a contract does not declare. */
export type UndeclaredResponse<C extends Contract, Res> = Res extends { readonly __body?: infer Body }
  ? unknown extends Body ? never : Res extends TypedResponse<ResponseBody<C>> ? never : Res
  : never;

/**
 * Creates a handler with a contract. It validates requests by itself, so it works in every server and in tests.
 *
 * @see {@linkcode RouteFactory}
 *
 * @example
 * ```ts
 * import { route, type StandardSchema } from "@x/routes/route";
 * import { assertEquals } from "@std/assert";
 *
 * // Any library that implements Standard Schema: Zod, Valibot, ArkType.
 * const Name: StandardSchema<{ name: string }> = {
 *   "~standard": {
 *     version: 1,
 *     vendor: "example",
 *     validate: (value) =>
 *       typeof (value as { name?: unknown })?.name === "string"
 *         ? { value: value as { name: string } }
 *         : { issues: [{ path: ["name"], message: "expected a string" }] },
 *   },
 * };
 *
 * const POST = route({ body: Name }, (_request, { body }) => Response.json({ hello: body.name }));
 *
 * const send = (body: string) =>
 *   POST(new Request("http://localhost/", { method: "POST", headers: { "content-type": "application/json" }, body }));
 * assertEquals(await (await send(`{ "name": "Ada" }`)).json(), { hello: "Ada" });
 * assertEquals((await send("{}")).status, 400);
 * ```
 */
export const route: RouteFactory = createFactory([]);

function createFactory<Values extends object>(outer: readonly Middleware[]): RouteFactory<Values> {
  const factory = (contract: Contract, handler: AnyHandler) => createHandler(outer, contract, handler);
  const withMore = (...use: Middleware[]) => createFactory([...outer, ...use]);
  return Object.assign(factory, { with: withMore }) as unknown as RouteFactory<Values>;
}

type AnyHandler = (request: Request, context: object) => Response | Promise<Response>;

function createHandler(outer: readonly Middleware[], own: Contract, handler: AnyHandler): ContractHandler {
  checkContract(own, handler);
  const use = [...outer, ...own.use ?? []];
  const contract: Contract = { ...own, use };
  const bodyLimit = own.maxBody === undefined ? undefined : parseByteSize(own.maxBody);
  const answer = createRequestReader<RouteHost | undefined>(contract, bodyLimit, (request, parts, host) => {
    if (parts instanceof InvalidRequest) return answerInvalid(parts, request, contract, host);
    const response = handler(request, parts);
    return contract.responses !== undefined && isChecked(contract, host)
      ? checkResponse(contract, request, response)
      : response;
  });

  // Not async: another promise would slow down every request.
  function handle(request: Request, context?: Partial<ServerContext>): Promise<Response> {
    const host = context?.["~host"];
    const run = (params: RawParams = {}) =>
      use.length === 0
        ? answer(request, { params }, host)
        : runMiddleware(use, request, { params }, (values) => answer(request, values, host));
    return context?.params === undefined ? run() : Promise.resolve(context.params).then(run);
  }

  const info: RouteInfo = { contract, bodyLimit };
  return Object.assign(handle, { "~route": info });
}

function answerInvalid(
  { problem, headers }: InvalidRequest,
  request: Request,
  { onInvalid }: Contract,
  host: RouteHost | undefined,
): Response | Promise<Response> {
  const answer = onInvalid ?? host?.onInvalid;
  return answer === undefined ? problemResponse(problem, headers) : answer(problem, request);
}

function isChecked({ checkResponses = false }: Contract, host: RouteHost | undefined): boolean {
  return checkResponses || (host?.checkResponses ?? isCheckedByDefault());
}

/** Next.js and test runners set `NODE_ENV`. Deno does not, and could ask for the permission to read it. */
function isCheckedByDefault(): boolean {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return !("Deno" in globalThis) && /^(?:development|test)$/.test(process?.env?.NODE_ENV ?? "");
}

/**
 * Returns the contract of a handler.
 *
 * @param handler An export of a route file.
 * @returns `undefined` for a value that `route()` did not create.
 */
export function getRouteInfo(handler: unknown): RouteInfo | undefined {
  return typeof handler === "function" && "~route" in handler ? handler["~route"] as RouteInfo : undefined;
}
