/**
 * A typed client for route handlers.
 *
 * @module
 */

export type {
  Call,
  CallOptions,
  CallResult,
  Client,
  DeclaredResults,
  ErrorBody,
  ErrorResult,
  ErrorStatus,
  RouteClient,
  SuccessResult,
} from "./client/call.ts";
export { type ClientOptions, createClient } from "./client/client.ts";
export type {
  BinaryBody,
  BodyOf,
  BodyOfNext,
  BodyPart,
  ContractRequest,
  CookieValues,
  Endpoint,
  EndpointOf,
  FormValues,
  HeaderValues,
  PatternPart,
  PlainBody,
  PlainRequest,
  QueryPart,
  QueryValues,
  ReceivedBody,
  ResponseBodies,
  TextValue,
  TextValues,
  ToNumber,
} from "./client/endpoint.ts";
export type {
  Dropped,
  Json,
  JsonItem,
  JsonObject,
  JsonProperties,
  KeptKeys,
  OptionalKeys,
} from "./client/json_value.ts";
export type { Method } from "./http/method.ts";
