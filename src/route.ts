/**
 * Contracts for route handlers: requests are validated, handlers and clients are typed, and the OpenAPI document is
 * written from one value.
 *
 * @module
 */

export {
  type AnyBodyFormat,
  type BodyFormat,
  type BodyFormatOptions,
  type BodyKind,
  bytes,
  form,
  type FormField,
  type InferBodyInput,
  type InferBodyOutput,
  text,
} from "./contract/body_format.ts";
export type {
  Contract,
  HandlerContext,
  ParamsInput,
  ParamsOutput,
  ResponseBody,
  Responses,
  Schema,
  TypedResponse,
} from "./contract/contract.ts";
export type { Sendable } from "./contract/json.ts";
export type {
  Middleware,
  MiddlewareContext,
  MiddlewareFunction,
  MiddlewareValues,
  Next,
  Security,
} from "./contract/middleware.ts";
export type { PatternParams, RawParams } from "./contract/params.ts";
export {
  createProblem,
  type OnInvalid,
  Problem,
  type ProblemError,
  problemResponse,
  type RequestPart,
} from "./contract/problem.ts";
export { type ContractHandler, route, type RouteFactory, type RouteInfo } from "./contract/route.ts";
export type {
  InferInput,
  InferOutput,
  JsonSchemaOptions,
  StandardFailure,
  StandardIssue,
  StandardJsonSchema,
  StandardResult,
  StandardSchema,
  StandardSchemaProps,
  StandardSuccess,
  StandardTypes,
} from "./contract/standard_schema.ts";
