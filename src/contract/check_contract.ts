/**
 * Checks contracts when handlers are created, so that mistakes are found at start.
 *
 * @module
 */

import { parseByteSize } from "../http/byte_size.ts";
import type { AnyBodyFormat } from "./body_format.ts";
import type { Contract } from "./contract.ts";
import { isSchema } from "./standard_schema.ts";

/** The check of each key, and the expected values for the error message. */
const KEYS: Readonly<Record<keyof Contract, readonly [isValid: (value: never) => boolean, expected: string]>> = {
  params: [
    (value) => isSchema(value) || isPattern(value),
    `a schema, or the path of its folders such as "/users/[id]"`,
  ],
  query: [isSchema, "a schema"],
  headers: [isSchema, "a schema"],
  cookies: [isSchema, "a schema"],
  body: [(value) => isSchema(value) || isBodyFormat(value), "a schema, form(), text() or bytes()"],
  responses: [isResponses, "a schema, text(), bytes() or null for each status from 100 to 599"],
  use: [(value) => isArrayOf(value, isFunction), "an array of functions"],
  maxBody: [(value) => Number.isFinite(parseByteSize(value)), `a number of bytes, or a size such as "64kb"`],
  checkResponses: [isBoolean, "true or false"],
  onInvalid: [isFunction, "a function"],
  summary: [isString, "a string"],
  description: [isString, "a string"],
  tags: [(value) => isArrayOf(value, isString), "an array of strings"],
  deprecated: [isBoolean, "true or false"],
  operationId: [isString, "a string"],
  security: [Array.isArray, "an array"],
};

/**
 * Checks a contract and its handler.
 *
 * @throws {TypeError} If the contract has an unknown key or an invalid value, or the handler is not a function.
 */
export function checkContract(contract: Contract, handler: unknown): void {
  for (const [key, value] of Object.entries(contract)) {
    if (!Object.hasOwn(KEYS, key)) {
      throw createError(`its contract has the unknown key "${key}"`, `one of ${Object.keys(KEYS).join(", ")}`);
    }
    const [isValid, expected] = KEYS[key as keyof Contract];
    if (value !== undefined && !isValid(value as never)) {
      throw createError(`"${key}" of its contract is invalid`, expected);
    }
  }
  if (!isFunction(handler)) throw createError("its handler is not a function", "route(contract, handler)");
}

function createError(reason: string, expected: string): TypeError {
  return new TypeError(`Cannot create route: ${reason}, expected ${expected}`);
}

function isPattern(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("/");
}

/** Whether the body of a contract is `form()`, `text()` or `bytes()`. */
export function isBodyFormat(value: unknown): value is AnyBodyFormat {
  return typeof value === "object" && value !== null && "kind" in value && "mediaTypes" in value;
}

function isResponses(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    Object.entries(value).every(([status, body]) =>
      /^[1-5]\d\d$/.test(status) &&
      (body === null || isSchema(body) || (isBodyFormat(body) && body.kind !== "form"))
    );
}

function isArrayOf(value: unknown, isValid: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isValid);
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}
