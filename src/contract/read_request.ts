/**
 * Reads and validates a request: each part that its contract declares, in one order, with all errors at once.
 *
 * @module
 */

import { isBodyFormat } from "./check_contract.ts";
import type { Contract, Schema } from "./contract.ts";
import { addIssues, createErrorList, type ErrorList } from "./error_list.ts";
import type { MiddlewareContext } from "./middleware.ts";
import { createProblem, type Problem, type RequestPart } from "./problem.ts";
import { readBody } from "./read_body.ts";
import { readCookies, readHeaders, readQuery } from "./read_parts.ts";
import { RequestRefusal } from "./request_refusal.ts";
import type { StandardResult } from "./standard_schema.ts";
import { validate, validateGroups } from "./validate.ts";

/** A request that does not fit. */
export class InvalidRequest {
  /**
   * Creates the result.
   *
   * @param problem What is wrong.
   * @param headers Headers of the response.
   */
  constructor(readonly problem: Problem, readonly headers?: Readonly<Record<string, string>>) {}
}

/**
 * Reads a request.
 *
 * @returns The context of the handler: the validated parts, and the values of the middleware.
 */
export type RequestReader = (
  request: Request,
  values: MiddlewareContext,
  host: { readonly bodyLimit?: number | undefined } | undefined,
) => Promise<Readonly<Record<string, unknown>> | InvalidRequest>;

/** A part of a request besides its body. */
interface PlannedPart {
  readonly part: RequestPart;
  readonly schema: Schema;
  readonly read: (request: Request, values: MiddlewareContext) => Readonly<Record<string, unknown>>;
  readonly validate: (
    schema: Schema,
    value: Readonly<Record<string, unknown>>,
  ) => MaybePromise<StandardResult<unknown>>;
}

type MaybePromise<T> = T | Promise<T>;

/**
 * Creates the function that reads the requests of a contract.
 *
 * @param contract The contract.
 * @param bodyLimit The limit of its body in bytes, where it has one.
 */
export function createRequestReader(contract: Contract, bodyLimit: number | undefined): RequestReader {
  const parts = planParts(contract);
  const { body } = contract;
  const format = isBodyFormat(body) ? body : undefined;
  const bodySchema = isBodyFormat(body) ? body.schema : body;

  return async (request, values, host) => {
    const context: Record<string, unknown> = { ...values };
    let errors: ErrorList | undefined;

    for (const { part, schema, read, validate } of parts) {
      const received = read(request, values);
      const result = validate(schema, received);
      const { issues, value } = toFields(result instanceof Promise ? await result : result);
      if (issues === undefined) context[part] = value;
      else addIssues(errors ??= createErrorList(), part, issues, received);
    }

    if (body !== undefined) {
      let received: StandardResult<unknown>;
      try {
        const limit = host?.bodyLimit ?? bodyLimit;
        received = await readBody(request, { format, limit, isLimited: host?.bodyLimit !== undefined });
      } catch (error) {
        if (error instanceof RequestRefusal) return toInvalidRequest(error);
        throw error;
      }
      let result = received;
      if (received.issues === undefined && bodySchema !== undefined) {
        const validated = format?.kind === "form"
          ? validateGroups(bodySchema, received.value as Record<string, unknown>)
          : validate(bodySchema, received.value);
        result = validated instanceof Promise ? await validated : validated;
      }
      const { issues, value } = toFields(result);
      if (issues === undefined) context.body = value;
      else addIssues(errors ??= createErrorList(), "body", issues, toFields(received).value);
    }

    return errors === undefined ? context : createInvalidRequest(errors);
  };
}

function planParts({ params, query, headers, cookies }: Contract): PlannedPart[] {
  const parts: PlannedPart[] = [];
  if (params !== undefined && typeof params !== "string") {
    parts.push({ part: "params", schema: params, read: (_request, { params }) => params, validate });
  }
  if (query !== undefined) parts.push({ part: "query", schema: query, read: readQuery, validate: validateGroups });
  if (headers !== undefined) parts.push({ part: "headers", schema: headers, read: readHeaders, validate });
  if (cookies !== undefined) parts.push({ part: "cookies", schema: cookies, read: readCookies, validate });
  return parts;
}

/** The two kinds of results as one type. */
function toFields(result: StandardResult<unknown>): Partial<StandardResult<unknown>> & { value?: unknown } {
  return result;
}

function createInvalidRequest({ errors, omitted }: ErrorList): InvalidRequest {
  const count = errors.length + omitted;
  const detail = count === 1 ? "1 value of the request is invalid" : `${count} values of the request are invalid`;
  return new InvalidRequest(createProblem(400, { detail, errors, ...(omitted > 0 ? { omitted } : {}) }));
}

function toInvalidRequest({ status, detail, headers }: RequestRefusal): InvalidRequest {
  return new InvalidRequest(createProblem(status, detail === undefined ? {} : { detail }), headers);
}
