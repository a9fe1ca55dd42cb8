/**
 * Contracts: what a handler takes and answers, as data.
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

/** What a handler takes and answers. */
export interface Contract {
  /**
   * A schema of the params, or the path of the route's folders, which types them: `"/users/[id]"`. Default: strings and
   * arrays of strings.
   */
  readonly params?: Schema | `/${string}` | undefined;
  /**
   * A schema of the query, as an object: a key sent once is a string, one sent more than once an array of strings. A
   * string that the schema rejects is offered again as an array of one.
   */
  readonly query?: Schema | undefined;
  /** A schema of the request headers, as an object with names in lower case. */
  readonly headers?: Schema | undefined;
  /** A schema of the cookies, as an object. */
  readonly cookies?: Schema | undefined;
  /** A schema of the JSON body; or `form()`, `text()` or `bytes()`. */
  readonly body?: Schema | AnyBodyFormat | undefined;
  /**
   * The bodies of the responses by status: the schema of a JSON body, `text()`, `bytes()`, or `null` for none. Checked in
   * development and in tests.
   */
  readonly responses?: Responses | undefined;
  /** The middleware, from the outside in. */
  readonly use?: readonly Middleware[] | undefined;
  /** How large a body may be: bytes, or a size such as `"64kb"`. Default: the limit of the server. */
  readonly maxBody?: number | string | undefined;
  /** Whether responses are checked in production too. Default: no. */
  readonly checkResponses?: boolean | undefined;
  /** Answers a request that does not fit. Default: `problemResponse(problem)`. */
  readonly onInvalid?: OnInvalid | undefined;
  /** One line on what the handler does, for the OpenAPI document. */
  readonly summary?: string | undefined;
  /** More on what the handler does, for the OpenAPI document; Markdown. */
  readonly description?: string | undefined;
  /** The groups that the handler is in, for the OpenAPI document. */
  readonly tags?: readonly string[] | undefined;
  /** Whether clients should stop using it, for the OpenAPI document. */
  readonly deprecated?: boolean | undefined;
  /** A unique name, for the OpenAPI document. */
  readonly operationId?: string | undefined;
  /** How clients authenticate, for the OpenAPI document; default: what the middleware says. */
  readonly security?: readonly Security[] | undefined;
}

/** The bodies of responses by status. */
export type Responses = Readonly<Record<number, Schema | AnyBodyFormat | null>>;

/** What a handler gets besides the request: the validated parts of its contract, and the values of its middleware. */
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

/** A type that a contract does not have if one of its keys is unknown. */
export type KnownKeys<C> = { readonly [Key in Exclude<keyof C, keyof Contract>]: never };

/** The keys of a contract that have a value. */
export type DeclaredKeys<C> = { [Key in keyof C]: undefined extends C[Key] ? never : Key }[keyof C];

/** An intersection as one object type, which is easier to read. */
export type Flat<T> = { [Key in keyof T]: T[Key] };

/** The params that the handler gets. */
export type ParamsOutput<C extends Contract> = C["params"] extends string ? Readonly<PatternParams<C["params"]>>
  : C["params"] extends Schema ? InferOutput<C["params"]>
  : Readonly<Record<string, string | string[]>>;

/** The params that a client sends. */
export type ParamsInput<C extends Contract> = C["params"] extends string ? PatternParams<C["params"]>
  : C["params"] extends Schema ? InferInput<C["params"]>
  : RawParams;

/** A response whose body has a type; the class `NextResponse` is one. */
export interface TypedResponse<Body> extends Response {
  /** The type of the body; never set. */
  readonly __body?: Body;
}

/** The bodies that a handler may send, as a union; `unknown` without `responses`. */
export type ResponseBody<C extends Contract> = C extends { readonly responses: infer All } ? {
    [Status in keyof All]: All[Status] extends null ? null | undefined
      : All[Status] extends AnyBodyFormat ? InferBodyInput<All[Status]>
      : Sendable<InferInput<All[Status]>>;
  }[keyof All]
  : unknown;
