/**
 * Checks responses against their contract, in development and in tests.
 *
 * @module
 */

import { isOfFormat } from "./body_format.ts";
import { isBodyFormat } from "./check_contract.ts";
import type { Contract, Responses } from "./contract.ts";
import { readPath } from "./error_list.ts";
import { validate } from "./validate.ts";

/** The number of issues that an error shows. */
const MAX_SHOWN_ISSUES = 10;

/** The statuses of responses to a request for a range, RFC 9110 §14.2. */
const RANGE_STATUSES: ReadonlySet<number> = new Set([206, 416]);

/**
 * Checks the response of a handler. Redirects, 304, 1xx, and the statuses of ranges may be undeclared. Of a response to
 * HEAD only the status is checked.
 *
 * @returns The response.
 * @throws {TypeError} If the status is not declared or the body is invalid; the message shows the difference.
 */
export async function checkResponse(
  { responses }: Contract,
  { method }: Request,
  answer: Response | Promise<Response>,
): Promise<Response> {
  const response = await answer;
  // The server says what is wrong with it.
  if (!(response instanceof Response)) return response;
  const { status } = response;
  const difference = await findDifference(responses!, method, response);
  if (difference === undefined) return response;
  const reason = `its response ${status} does not match the contract`;
  throw new TypeError(`Cannot answer ${method} request: ${reason}: ${difference}. Change the handler or "responses"`);
}

async function findDifference(responses: Responses, method: string, response: Response): Promise<string | undefined> {
  const { status } = response;
  if (!Object.hasOwn(responses, status)) {
    const isRedirect = status >= 300 && status < 400;
    if (isRedirect || status < 200 || RANGE_STATUSES.has(status)) return undefined;
    return `it declares ${Object.keys(responses).join(", ") || "no status"}`;
  }
  if (method === "HEAD") return undefined;
  const expected = responses[status]!;
  if (expected === null) return await hasNoBody(response) ? undefined : "expected no body";
  const type = response.headers.get("content-type") ?? "no content type";
  if (isBodyFormat(expected)) {
    if (!isOfFormat(type, expected)) return `expected ${expected.mediaTypes.join(" or ")}, received ${type}`;
    if (expected.schema === undefined) return undefined;
    return await describeIssues(expected.schema, await response.clone().text());
  }
  if (!/^application\/(?:[^\s/;]+\+)?json\b/i.test(type)) return `expected JSON, received ${type}`;
  const body = parseJson(await response.clone().text());
  return body instanceof SyntaxError ? `its body is not JSON: ${body.message}` : await describeIssues(expected, body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

async function hasNoBody(response: Response): Promise<boolean> {
  return response.body === null || await response.clone().text() === "";
}

async function describeIssues(
  schema: Parameters<typeof validate>[0],
  body: unknown,
): Promise<string | undefined> {
  const { issues } = await validate(schema, body);
  if (issues === undefined) return undefined;
  const shown = issues.slice(0, MAX_SHOWN_ISSUES).map((issue) => {
    const path = readPath(issue).map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  const rest = issues.length - shown.length;
  return shown.join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}
