/**
 * The requests and responses of a handler, derived from its type.
 *
 * @module
 */

import type { AnyBodyFormat, BodyFormat, FormField, InferBodyInput } from "../contract/body_format.ts";
import type { ParamsInput, Responses, Schema } from "../contract/contract.ts";
import type { PatternParams } from "../contract/params.ts";
import type { InferInput } from "../contract/standard_schema.ts";
import type { Json } from "./json_value.ts";

/** A handler as `routes typegen --flat` writes it. */
export interface Endpoint {
  /** The parts of the request: `params`, `query`, `headers`, `cookies`, `body`, `form`. */
  readonly request: object;
  /** The bodies of the responses by status, for a contract that declares them. */
  readonly responses?: object;
  /** The body of all responses, for other handlers. */
  readonly response?: unknown;
}

/**
 * The endpoint of a handler.
 *
 * @template Handler The type of a handler, or an {@linkcode Endpoint}.
 * @template Pattern The pattern of its route.
 * @template Method Its method.
 */
export type EndpointOf<Handler, Pattern extends string, Method> = Handler extends
  { readonly "~route": { readonly contract: infer C; readonly response?: infer Res } } ?
    & {
      request: ContractRequest<C, Pattern, Method>;
    }
    & (C extends { readonly responses: infer All extends Responses } ? { responses: ResponseBodies<All> }
      : { response: ReceivedBody<BodyOf<Res>> })
  : Handler extends (...args: never) => infer Result
    ? { request: PlainRequest<Pattern, Method>; response: ReceivedBody<BodyOf<Awaited<Result>>> }
  : Handler;

/** The request of a handler with a contract. Undeclared parts are not checked. */
export type ContractRequest<C, Pattern extends string, Method> =
  & (C extends { readonly params: Schema } ? { params: TextValues<ParamsInput<C>> } : PatternPart<Pattern>)
  & (C extends { readonly query: infer Query extends Schema } ? QueryPart<TextValues<InferInput<Query>>>
    : { query?: QueryValues })
  & (C extends { readonly headers: infer Names extends Schema }
    ? { headers?: Partial<TextValues<InferInput<Names>>> & HeaderValues }
    : { headers?: HeaderValues | Headers })
  & (C extends { readonly cookies: infer Cookies extends Schema }
    ? { cookies?: Partial<TextValues<InferInput<Cookies>>> & CookieValues }
    : { cookies?: CookieValues })
  & (C extends { readonly body: infer Body extends Schema | AnyBodyFormat } ? BodyPart<Body> : PlainBody<Method>);

/** The request of a handler without a contract. */
export type PlainRequest<Pattern extends string, Method> =
  & PatternPart<Pattern>
  & { query?: QueryValues; headers?: HeaderValues | Headers; cookies?: CookieValues }
  & PlainBody<Method>;

/** The params of a pattern; a pattern without dynamic segments has none. */
export type PatternPart<Pattern extends string> = keyof PatternParams<Pattern> extends never ? { params?: never }
  : Record<never, never> extends PatternParams<Pattern> ? { params?: PatternParams<Pattern> }
  : { params: PatternParams<Pattern> };

/** A query with a schema; optional if all of its keys are. */
export type QueryPart<Query> = Record<never, never> extends Query ? { query?: Query } : { query: Query };

/**
 * The input of a schema, where properties that accept any value, as of `z.coerce.number()`, are values written as text.
 */
export type TextValues<Input> = { [Key in keyof Input]: unknown extends Input[Key] ? TextValue : Input[Key] };

/** A body with a schema or a format. */
export type BodyPart<Body> = Body extends BodyFormat<"form", Schema | undefined>
  ? { form: InferBodyInput<Body>; body?: never } | { body: FormData | URLSearchParams; form?: never }
  : Body extends BodyFormat<"text", Schema | undefined> ? { body: string }
  : Body extends BodyFormat<"bytes", Schema | undefined> ? { body: BinaryBody }
  : { body: InferBodyInput<Body> };

/** A body without a schema. */
export type PlainBody<Method> = Method extends "GET" | "HEAD" ? { body?: never; form?: never }
  : { body?: unknown; form?: never } | { form: FormValues; body?: never };

/** A body of bytes. */
export type BinaryBody = BufferSource | Blob | ReadableStream<Uint8Array<ArrayBuffer>>;

/** A value that is written as text. */
export type TextValue = string | number | boolean | bigint | Date;

/** The query by name. `null` and `undefined` are omitted, an array repeats its name. */
export interface QueryValues {
  /** The values of a name. */
  readonly [name: string]: TextValue | readonly TextValue[] | null | undefined;
}

/** The fields of a form by name. */
export interface FormValues {
  /** The values of a field. */
  readonly [name: string]: FormField | Blob | TextValue | readonly (TextValue | Blob)[] | null | undefined;
}

/** Headers by name. `null` and `undefined` are omitted. */
export interface HeaderValues {
  /** The value of a name. */
  readonly [name: string]: TextValue | null | undefined;
}

/** Cookies by name. `null` and `undefined` are omitted. */
export interface CookieValues {
  /** The value of a name. */
  readonly [name: string]: TextValue | null | undefined;
}

/** The data of the responses that a contract declares, by status. */
export type ResponseBodies<All> = {
  -readonly [Status in keyof All as ToNumber<Status>]: All[Status] extends null ? null
    : All[Status] extends { readonly kind: "text" } ? string
    : All[Status] extends { readonly kind: "bytes" } ? undefined
    : Json<InferInput<All[Status]>>;
};

/** A status as a number. The keys of a spread object, `{ 200: User, ...problems }`, have the types of strings. */
export type ToNumber<Status> = Status extends `${infer Value extends number}` ? Value : Status;

/** The `data` of a body: `undefined` for no body, which only `routes typegen --flat` detects. */
export type ReceivedBody<Body> = Json<Body> | (Body extends undefined ? undefined : never);

/** The type of the body of a `NextResponse<Body>`; `unknown` for any other response. */
export type BodyOf<Res> = Res extends { readonly __body?: infer Body } ? unknown extends Body ? BodyOfNext<Res> : Body
  : BodyOfNext<Res>;

/** Next.js declares the type under a symbol that it does not export. */
export type BodyOfNext<Res> = [Extract<keyof Res, symbol>] extends [never] ? unknown
  : Res[Extract<keyof Res, symbol>] extends { readonly cookies: unknown; body?: infer Body } ? Body
  : unknown;
