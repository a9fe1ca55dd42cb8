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
  type BodyTypes,
  bytes,
  form,
  type FormField,
  type InferBodyInput,
  type InferBodyOutput,
  text,
} from "./contract/body_format.ts";
export type {
  Contract,
  ContractOutline,
  DeclaredKeys,
  Flat,
  HandlerContext,
  ParamsInput,
  ParamsOutput,
  ResponseBody,
  Responses,
  Schema,
  ToContract,
  TypedResponse,
  ValidContract,
  ValidParts,
} from "./contract/contract.ts";
export type { Sendable } from "./contract/json.ts";
export type {
  Middleware,
  MiddlewareContext,
  MiddlewareFunction,
  MiddlewareValues,
  Next,
  OrderedMiddleware,
  Security,
} from "./contract/middleware.ts";
export type { PatternParams, RawParams } from "./contract/params.ts";
export {
  createProblem,
  type OnInvalid,
  type ProblemDetails,
  type ProblemError,
  problemResponse,
  type RequestPart,
} from "./contract/problem.ts";
export { Problem } from "./contract/problem_schema.ts";
export {
  type CallableWithoutParams,
  type CallableWithParams,
  type CheckedHandler,
  type ContractHandler,
  type HandlerResult,
  route,
  type RouteFactory,
  type RouteHost,
  type RouteInfo,
  type ServerContext,
  type UndeclaredResponse,
} from "./contract/route.ts";
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
