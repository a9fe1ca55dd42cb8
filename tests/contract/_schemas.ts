/**
 * A schema made of a function, for tests in which the library does not matter.
 *
 * @module
 */

import type { StandardIssue, StandardResult, StandardSchema } from "../../src/route.ts";

/** Creates a schema of its `validate` function. */
export function schemaOf<Output>(
  validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>,
): StandardSchema<unknown, Output> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

/** A schema that takes any value. */
export const anything: StandardSchema<unknown, unknown> = schemaOf((value) => ({ value }));

/** A schema that rejects every value. */
export function rejectWith(...issues: StandardIssue[]): StandardSchema<unknown, unknown> {
  return schemaOf(() => ({ issues }));
}

/** Sends a body. */
export function post(body: BodyInit | null, type?: string | null, headers: Record<string, string> = {}): Request {
  const request = new Request("http://localhost/", { method: "POST", body, headers });
  if (type === null) request.headers.delete("content-type");
  if (typeof type === "string") request.headers.set("content-type", type);
  return request;
}

/** Sends JSON. */
export function postJson(value: unknown): Request {
  return post(JSON.stringify(value), "application/json");
}
