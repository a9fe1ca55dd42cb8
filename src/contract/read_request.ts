/**
 * Reads and validates the parts of a request that its contract declares, in a fixed order, and collects all errors.
 *
 * @module
 */

import type { AnyBodyFormat } from "./body_format.ts";
import { isBodyFormat } from "./check_contract.ts";
import type { Contract, Schema } from "./contract.ts";
import { addIssues, createErrorList, type ErrorList } from "./error_list.ts";
import type { MiddlewareContext } from "./middleware.ts";
import { createProblem, type ProblemDetails, type RequestPart } from "./problem.ts";
import { type BodyContent, parseBody, readBody, type ReadResult } from "./read_body.ts";
import { readCookies, readHeaders, readQuery } from "./read_parts.ts";
import { RequestRefusal } from "./request_refusal.ts";
import { isSchema, type StandardResult } from "./standard_schema.ts";
import { isPromise, validate, validateGroups } from "./validate.ts";

/** The result for an invalid request. */
export class InvalidRequest {
  /**
   * Creates the result.
   *
   * @param problem The problem.
   * @param headers Headers of the response.
   */
  constructor(readonly problem: ProblemDetails, readonly headers?: Readonly<Record<string, string>>) {}
}

/** The limits that the server enforces. */
export interface RequestLimits {
  /** The limit of the body in bytes. */
  readonly bodyLimit?: number | undefined;
}

/** Responds to a request that was read; `parts` is the context of the handler. */
export type ReadRequestHandler<Host> = (
  request: Request,
  parts: Readonly<Record<string, unknown>> | InvalidRequest,
  host: Host,
) => MaybePromise<Response>;

/** Reads a request, and responds to it. */
export type RequestReader<Host> = (request: Request, values: MiddlewareContext, host: Host) => Promise<Response>;

type MaybePromise<T> = T | Promise<T>;

/** A part of a request that a contract declares. */
interface PlannedPart {
  readonly part: RequestPart;
  /** Reads the part. */
  readonly read: (request: Request, values: MiddlewareContext, limits: RequestLimits | undefined) => unknown;
  /** Parses what was read. */
  readonly parse?: (content: never) => ReadResult;
  readonly schema: Schema | undefined;
  readonly validate: (schema: Schema, value: never) => MaybePromise<StandardResult<unknown>>;
}

/**
 * Creates the function that reads the requests of a contract. It calls `answer` itself, because
 * another promise would slow down every request.
 *
 * @param contract The contract.
 * @param bodyLimit The limit of its body in bytes, if it has one.
 * @param answer Responds to the requests.
 */
export function createRequestReader<Host extends RequestLimits | undefined>(
  contract: Contract,
  bodyLimit: number | undefined,
  answer: ReadRequestHandler<Host>,
): RequestReader<Host> {
  const plan = planParts(contract, bodyLimit);

  return async (request, values, host) => {
    const context: Record<string, unknown> = { ...values };
    let errors: ErrorList | undefined;
    try {
      for (const { part, read, parse, schema, validate } of plan) {
        const reading = read(request, values, host);
        const content = isPromise(reading) ? await reading : reading;
        const received: ReadResult = parse === undefined ? { value: content } : parse(content as never);
        const validation = received.issues !== undefined || schema === undefined
          ? received
          : validate(schema, received.value as never);
        const result = isPromise(validation) ? await validation : validation;
        if (result.issues === undefined) context[part] = result.value;
        else addIssues(errors ??= createErrorList(), part, result.issues, received.issues ? undefined : received.value);
      }
    } catch (error) {
      if (!(error instanceof RequestRefusal)) throw error;
      return answer(request, toInvalidRequest(error), host);
    }
    return answer(request, errors === undefined ? context : createInvalidRequest(errors), host);
  };
}

function planParts({ params, query, headers, cookies, body }: Contract, bodyLimit: number | undefined): PlannedPart[] {
  const parts: PlannedPart[] = [];
  if (isSchema(params)) {
    parts.push({
      part: "params",
      read: (_request, { params }) => params,
      schema: params,
      validate,
    });
  }
  if (query !== undefined) parts.push({ part: "query", read: readQuery, schema: query, validate: validateGroups });
  if (headers !== undefined) parts.push({ part: "headers", read: readHeaders, schema: headers, validate });
  if (cookies !== undefined) parts.push({ part: "cookies", read: readCookies, schema: cookies, validate });
  if (body !== undefined) parts.push(planBody(body, bodyLimit));
  return parts;
}

function planBody(body: Schema | AnyBodyFormat, ownLimit: number | undefined): PlannedPart {
  const format = isBodyFormat(body) ? body : undefined;
  return {
    part: "body",
    read: (request, _values, limits) => {
      const { bodyLimit } = limits ?? {};
      return readBody(request, { format, limit: bodyLimit ?? ownLimit, isLimited: bodyLimit !== undefined });
    },
    parse: (content: BodyContent) => parseBody(content, format),
    schema: isBodyFormat(body) ? body.schema : body,
    validate: format?.kind === "form" ? validateGroups : validate,
  };
}

function createInvalidRequest({ errors, omitted }: ErrorList): InvalidRequest {
  const count = errors.length + omitted;
  const detail = count === 1 ? "1 value of the request is invalid" : `${count} values of the request are invalid`;
  return new InvalidRequest(createProblem(400, { detail, errors, ...(omitted > 0 ? { omitted } : {}) }));
}

function toInvalidRequest({ status, detail, headers }: RequestRefusal): InvalidRequest {
  return new InvalidRequest(createProblem(status, { detail }), headers);
}
