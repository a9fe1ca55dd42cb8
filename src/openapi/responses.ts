/**
 * The responses of operations.
 *
 * @module
 */

import { STATUS_TEXT, type StatusCode } from "@std/http/status";
import type { Contract } from "../contract/contract.ts";
import { createContent, createProblemContent } from "./bodies.ts";
import type { Content, ResponseObject } from "./openapi_objects.ts";
import type { ReadPart } from "./parameters.ts";

/** Responses by status, range or `default`. */
export type ResponseList = Readonly<Record<string, ResponseObject>>;

/** The sources of responses besides the contract. */
export interface ResponseOptions {
  /** The bodies by status or `default`, from the types of the handler. */
  readonly inferred: Readonly<Record<string, Content>> | undefined;
  /** Whether the operation has security requirements. */
  readonly isSecured: boolean;
  /** Whether the responses to invalid requests are problems, and not those of a function of the server. */
  readonly answersProblems: boolean;
}

/**
 * Creates the responses of an operation: those of the contract or of the handler's types, and those to invalid
 * requests.
 *
 * @param contract The contract.
 * @param readPart Reads a schema.
 * @param options The sources besides the contract.
 */
export function createResponses(
  contract: Contract,
  readPart: ReadPart,
  { inferred, isSecured, answersProblems }: ResponseOptions,
): ResponseList {
  const declared = contract.responses === undefined
    ? toInferred(inferred)
    : Object.entries(contract.responses).map(([status, body]) =>
      [status, {
        description: getStatusText(status),
        ...(body === null ? {} : { content: createContent(body, `responses.${status}`, readPart) }),
      }] as const
    );
  const implied = getRefusals(contract).map((status) => {
    const hasProblem = contract.onInvalid === undefined && answersProblems;
    const content = hasProblem ? { content: createProblemContent(readPart) } : {};
    return [status, { description: getStatusText(status), ...content }] as const;
  });
  const unauthorized = isSecured ? [["401", { description: getStatusText("401") }] as const] : [];
  return Object.fromEntries([...implied, ...unauthorized, ...declared]);
}

function toInferred(inferred: ResponseOptions["inferred"]): (readonly [string, ResponseObject])[] {
  if (inferred === undefined) return [["default", { description: "Any response" }]];
  return Object.entries(inferred).map(([status, content]) => [
    status,
    { description: getStatusText(status), ...(Object.keys(content).length === 0 ? {} : { content }) },
  ]);
}

/** The statuses of responses to invalid requests. */
function getRefusals({ params, query, headers, cookies, body, maxBody }: Contract): string[] {
  const isValidated = [query, headers, cookies, body].some((part) => part !== undefined) ||
    typeof params === "object" ||
    typeof params === "function";
  return [
    ...(isValidated ? ["400"] : []),
    ...(body === undefined && maxBody === undefined ? [] : ["413"]),
    ...(body === undefined ? [] : ["415"]),
  ];
}

function getStatusText(status: string): string {
  return STATUS_TEXT[Number(status) as StatusCode] ?? (status === "default" ? "Any response" : `Status ${status}`);
}
