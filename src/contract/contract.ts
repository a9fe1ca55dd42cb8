/**
 * Contracts: the requests and responses of a handler, as data.
 *
 * @module
 */

import type { AnyBodyFormat, InferBodyInput, InferBodyOutput } from "./body_format.ts";
import type { Sendable } from "./json.ts";
import type { Middleware, MiddlewareValues, Security } from "./middleware.ts";
import type { PatternParams, RawParams } from "./params.ts";
import type { OnInvalid } from "./problem.ts";
import type { InferInput, InferOutput, StandardSchema } from "./standard_schema.ts";

/** Any schema of a library that implements Standard Schema. */
export type Schema = StandardSchema<unknown, unknown>;

/** Describes the requests and responses of a handler. */
export interface Contract {
  /**
   * A schema of the params, or the path of the route's folders, which types them: `"/users/[id]"`. Default: strings and
   * arrays of strings.
   */
  readonly params?: Schema | `/${string}` | undefined;
  /**
   * A schema of the query, as an object: a key that occurs once is a string, a repeated key an array of strings. A
   * string that the schema rejects is validated again as an array with one item.
   */
  readonly query?: Schema | undefined;
  /** A schema of the request headers, as an object with lower-case names. */
  readonly headers?: Schema | undefined;
  /** A schema of the cookies, as an object. */
  readonly cookies?: Schema | undefined;
  /** A schema of a JSON body, or `form()`, `text()` or `bytes()`. */
  readonly body?: Schema | AnyBodyFormat | undefined;
  /**
   * The bodies of the responses by status: the schema of a JSON body, `text()`, `bytes()`, or `null` for no body.
   * Checked in development and in tests.
   */
  readonly responses?: Responses | undefined;
  /** The middleware, outermost first. */
  readonly use?: readonly Middleware[] | undefined;
  /** The largest accepted body: a number of bytes, or a size such as `"64kb"`. Default: the limit of the server. */
  readonly maxBody?: number | string | undefined;
  /** Whether to check responses in production too. Default: `false`. */
  readonly checkResponses?: boolean | undefined;
  /** Responds to an invalid request. Default: `problemResponse(problem)`. */
  readonly onInvalid?: OnInvalid | undefined;
  /** A one-line summary, for the OpenAPI document. */
  readonly summary?: string | undefined;
  /** A description in Markdown, for the OpenAPI document. */
  readonly description?: string | undefined;
  /** The tags of the operation, for the OpenAPI document. */
  readonly tags?: readonly string[] | undefined;
  /** Whether clients should stop using the handler, for the OpenAPI document. */
  readonly deprecated?: boolean | undefined;
  /** The unique name of the operation, for the OpenAPI document. */
  readonly operationId?: string | undefined;
  /** How clients authenticate, for the OpenAPI document. Default: the schemes of the middleware. */
  readonly security?: readonly Security[] | undefined;
}

/** The bodies of responses by status. */
export type Responses = Readonly<Record<number, Schema | AnyBodyFormat | null>>;

/** The second argument of a handler: the validated parts of the request, and the values of the middleware. */
export type HandlerContext<C extends Contract, Values extends object = Record<never, never>> = Flat<
  & Omit<Values & MiddlewareValues<C["use"]>, keyof ValidParts<C>>
  & Pick<ValidParts<C>, "params" | (keyof ValidParts<C> & DeclaredKeys<C>)>
>;

/** The validated parts of a request. */
export interface ValidParts<C extends Contract> {
  /** The params. */
  readonly params: ParamsOutput<C>;
  /** The query. */
  readonly query: InferOutput<C["query"]>;
  /** The headers. */
  readonly headers: InferOutput<C["headers"]>;
  /** The cookies. */
  readonly cookies: InferOutput<C["cookies"]>;
  /** The body. */
  readonly body: InferBodyOutput<C["body"]>;
}

/**
 * What a contract is before {@linkcode ValidContract} checks it. Schemas are left out: a type that its context gives to a
 * schema written in the contract makes TypeScript widen the bodies that the handler returns, `"admin"` to `string`.
 */
export type ContractOutline =
  & object
  & Omit<Contract, "params" | "query" | "headers" | "cookies" | "body" | "responses">;

/** Rejects what is not a contract, and unknown keys: their values would have to be of type `never`. */
export type ValidContract<C> =
  & (C extends Contract ? unknown : Contract)
  & { readonly [Key in Exclude<keyof C, keyof Contract>]: never };

/** A contract that {@linkcode ValidContract} accepts. */
export type ToContract<C> = C extends Contract ? C : never;

/** The keys that a contract declares. */
export type DeclaredKeys<C> = { [Key in keyof C]: undefined extends C[Key] ? never : Key }[keyof C];

/** Merges an intersection into one object type, which is easier to read. */
export type Flat<T> = { [Key in keyof T]: T[Key] };

/** The params that a handler receives. */
export type ParamsOutput<C extends Contract> = C["params"] extends string ? Readonly<PatternParams<C["params"]>>
  : C["params"] extends Schema ? InferOutput<C["params"]>
  : Readonly<Record<string, string | string[]>>;

/** The params that a client sends. */
export type ParamsInput<C extends Contract> = C["params"] extends string ? PatternParams<C["params"]>
  : C["params"] extends Schema ? InferInput<C["params"]>
  : RawParams;

/** A response with a typed body, such as `NextResponse`. */
export interface TypedResponse<Body> extends Response {
  /** The type of the body; never set. */
  readonly __body?: Body;
}

/** The union of the bodies that a contract declares; `unknown` without `responses`. */
export type ResponseBody<C extends Contract> = C extends { readonly responses: infer All } ? {
    [Status in keyof All]: All[Status] extends null ? null | undefined
      : All[Status] extends AnyBodyFormat ? InferBodyInput<All[Status]>
      : Sendable<InferInput<All[Status]>>;
  }[keyof All]
  : unknown;
