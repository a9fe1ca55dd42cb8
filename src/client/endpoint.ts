/**
 * What a client sends to a handler and gets from it, derived from the type of the handler.
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

/** The request of a handler with a contract. What the contract does not declare is not checked. */
export type ContractRequest<C, Pattern extends string, Method> =
  & (C extends { readonly params: Schema } ? { params: TextValues<ParamsInput<C>> } : PatternPart<Pattern>)
  & (C extends { readonly query: infer Query extends Schema } ? QueryPart<TextValues<InferInput<Query>>>
    : { query?: QueryValues })
  & (C extends { readonly headers: infer Names extends Schema }
    ? { headers?: Partial<InferInput<Names>> & HeaderValues }
    : { headers?: HeaderValues | Headers })
  & (C extends { readonly cookies: infer Cookies extends Schema }
    ? { cookies?: Partial<InferInput<Cookies>> & CookieValues }
    : { cookies?: CookieValues })
  & (C extends { readonly body: infer Body extends Schema | AnyBodyFormat } ? BodyPart<Body> : PlainBody<Method>);

/** The request of a handler without a contract. */
export type PlainRequest<Pattern extends string, Method> =
  & PatternPart<Pattern>
  & { query?: QueryValues; headers?: HeaderValues | Headers; cookies?: CookieValues }
  & PlainBody<Method>;

/** The params of a pattern; none for a pattern without dynamic segments. */
export type PatternPart<Pattern extends string> = keyof PatternParams<Pattern> extends never ? { params?: never }
  : Record<never, never> extends PatternParams<Pattern> ? { params?: PatternParams<Pattern> }
  : { params: PatternParams<Pattern> };

/** A query with a schema; optional if nothing in it is required. */
export type QueryPart<Query> = Record<never, never> extends Query ? { query?: Query } : { query: Query };

/** An object whose values are written as text, for a schema that takes any value: `z.coerce.number()`. */
export type TextValues<Input> = { [Key in keyof Input]: unknown extends Input[Key] ? TextValue : Input[Key] };

/** A body with a schema or a format. */
export type BodyPart<Body> = Body extends BodyFormat<"form", Schema | undefined>
  ? { form: InferBodyInput<Body>; body?: never } | { body: FormData | URLSearchParams; form?: never }
  : Body extends BodyFormat<"text", Schema | undefined> ? { body: string }
  : Body extends BodyFormat<"bytes", Schema | undefined> ? { body: BinaryBody }
  : { body: InferBodyInput<Body> };

/** A body that nothing is known of. */
export type PlainBody<Method> = Method extends "GET" | "HEAD" ? { body?: never; form?: never }
  : { body?: unknown; form?: never } | { form: FormValues; body?: never };

/** A body of bytes. */
export type BinaryBody = BufferSource | Blob | ReadableStream<Uint8Array<ArrayBuffer>>;

/** A value that is written as text. */
export type TextValue = string | number | boolean | bigint | Date;

/** The query by name; `null` and `undefined` are left out, an array is a name that is sent more than once. */
export interface QueryValues {
  /** The values of a name. */
  readonly [name: string]: TextValue | readonly TextValue[] | null | undefined;
}

/** The fields of a form by name. */
export interface FormValues {
  /** The values of a field. */
  readonly [name: string]: FormField | Blob | TextValue | readonly (TextValue | Blob)[] | null | undefined;
}

/** Headers by name; `null` and `undefined` are left out. */
export interface HeaderValues {
  /** The value of a name. */
  readonly [name: string]: TextValue | null | undefined;
}

/** Cookies by name; `null` and `undefined` are left out. */
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

/** A status as a number. A spread object, `{ 200: User, ...problems }`, has the type of its keys as strings. */
export type ToNumber<Status> = Status extends `${infer Value extends number}` ? Value : Status;

/** The data that a client makes of a body: `undefined` for none, which only `routes typegen --flat` knows of. */
export type ReceivedBody<Body> = Json<Body> | (Body extends undefined ? undefined : never);

/** The type of the body of a response: of `NextResponse<Body>`; `unknown` for any other. */
export type BodyOf<Res> = Res extends { readonly __body?: infer Body } ? unknown extends Body ? BodyOfNext<Res> : Body
  : BodyOfNext<Res>;

/** The class of Next.js has the type behind a symbol that it does not export. */
export type BodyOfNext<Res> = [Extract<keyof Res, symbol>] extends [never] ? unknown
  : Res[Extract<keyof Res, symbol>] extends { readonly cookies: unknown; body?: infer Body } ? Body
  : unknown;
