/**
 * The types of calls: their options and results.
 *
 * @module
 */

import type { ProblemDetails } from "../contract/problem.ts";
import type { Method } from "../http/method.ts";
import type { Endpoint, EndpointOf } from "./endpoint.ts";

/**
 * Calls handlers.
 *
 * @template Routes The route modules by pattern, as `routes typegen --client` writes them.
 */
export type Client<Routes> = <Pattern extends keyof Routes & string>(
  pattern: Pattern,
) => RouteClient<Routes[Pattern], Pattern>;

/** The methods of a route. */
export type RouteClient<Module, Pattern extends string> = {
  readonly [M in Method & keyof Module]: Call<EndpointOf<Module[M], Pattern, M>>;
};

/** Calls a handler. It resolves for every status, and rejects like `fetch()` if there is no response. */
export type Call<E> = E extends Endpoint ? (
    ...options: Record<never, never> extends E["request"] ? [options?: E["request"] & CallOptions]
      : [options: E["request"] & CallOptions]
  ) => Promise<CallResult<E>>
  : never;

/** The options of every call. */
export interface CallOptions {
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a call: one type for each status that the contract declares. */
export type CallResult<E extends Endpoint> = E extends { readonly responses: infer Bodies } ? DeclaredResults<Bodies>
  : SuccessResult<number, E["response"]> | ErrorResult<number, ErrorBody<E["response"]>>;

/** The type of an error; without a body it is a problem with the status. */
export type ErrorBody<Body> = unknown extends Body ? unknown : Exclude<Body, undefined> | ProblemDetails;

/** The results of a contract. */
export type DeclaredResults<Bodies> =
  | {
    [Status in keyof Bodies]: `${Status & number}` extends `2${string}`
      ? SuccessResult<Status, Bodies[Status] extends null ? undefined : Bodies[Status]>
      : ErrorResult<Status, Bodies[Status] extends null ? ProblemDetails : Bodies[Status]>;
  }[keyof Bodies]
  | ErrorResult<Exclude<ErrorStatus, keyof Bodies>, unknown>;

/** The result of a response with a status from 200 to 299. */
export interface SuccessResult<Status, Data> {
  /** Whether the status is from 200 to 299. */
  readonly ok: true;
  /** The status. */
  readonly status: Status;
  /** The body: parsed JSON, or text. `undefined` for no body, and for other types, which stay unread in `response`. */
  readonly data: Data;
  /** Always `undefined`. */
  readonly error: undefined;
  /** The response. */
  readonly response: Response;
}

/** The result of any other response. */
export interface ErrorResult<Status, Body> {
  /** Whether the status is from 200 to 299. */
  readonly ok: false;
  /** The status. */
  readonly status: Status;
  /** Always `undefined`. */
  readonly data: undefined;
  /** The body: parsed JSON, or text. Without a body, a problem with the status. */
  readonly error: Body;
  /** The response. */
  readonly response: Response;
}

/** The statuses of errors and redirects that are in use. */
// deno-fmt-ignore
export type ErrorStatus =
  | 300 | 301 | 302 | 303 | 304 | 307 | 308
  | 400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414 | 415 | 416 | 417 | 418
  | 421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451
  | 500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 510 | 511;
