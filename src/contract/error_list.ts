/**
 * The errors of a request: the issues of its schemas, limited in number and size, without the received values.
 *
 * @module
 */

import type { ProblemError, RequestPart } from "./problem.ts";
import { removeReceived } from "./received_value.ts";
import type { StandardIssue } from "./standard_schema.ts";

const MAX_ERRORS = 50, MAX_ERRORS_LENGTH = 16_384, MAX_MESSAGE_LENGTH = 400;
const MAX_PATH_DEPTH = 32, MAX_KEY_LENGTH = 100;

/** The errors of a request. */
export interface ErrorList {
  /** The errors to send, in order. */
  readonly errors: ProblemError[];
  /** The number of errors that are left out. */
  omitted: number;
  /** The length of the errors as JSON, in characters. */
  length: number;
}

/** Creates a list without errors. */
export function createErrorList(): ErrorList {
  return { errors: [], omitted: 0, length: 0 };
}

/**
 * Adds the issues of a schema.
 *
 * @param list The list.
 * @param part The part of the request.
 * @param issues The issues.
 * @param received The value that was validated.
 */
export function addIssues(
  list: ErrorList,
  part: RequestPart,
  issues: readonly StandardIssue[],
  received: unknown,
): void {
  for (const issue of issues) {
    if (list.errors.length >= MAX_ERRORS || list.length >= MAX_ERRORS_LENGTH) {
      list.omitted++;
      continue;
    }
    const path = readPath(issue);
    const error = {
      in: part,
      path: path.slice(0, MAX_PATH_DEPTH).map(toShortKey),
      message: shorten(removeReceived(issue, path, received), MAX_MESSAGE_LENGTH),
    };
    list.length += JSON.stringify(error).length;
    list.errors.push(error);
  }
}

/** Reads the path of an issue. Not by `map()`: the path of ArkType is a subclass of `Array` whose `map()` differs. */
export function readPath({ path = [] }: StandardIssue): PropertyKey[] {
  const keys: PropertyKey[] = [];
  for (const segment of path) keys.push(typeof segment === "object" ? segment.key : segment);
  return keys;
}

function toShortKey(key: PropertyKey): string | number {
  return typeof key === "number" ? key : shorten(String(key), MAX_KEY_LENGTH);
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
