/**
 * Validates values by Standard Schema.
 *
 * @module
 */

import type { StandardFailure, StandardIssue, StandardResult, StandardSchema } from "./standard_schema.ts";

type MaybePromise<T> = T | Promise<T>;

/** Whether a value is a promise, including one of another realm: the edge runtime of Next.js has several. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null | undefined)?.then === "function";
}

/** Validates a value. Errors of the schema itself are thrown, because the value is not their cause. */
export function validate(
  schema: StandardSchema<unknown, unknown>,
  value: unknown,
): MaybePromise<StandardResult<unknown>> {
  return schema["~standard"].validate(value);
}

/**
 * Validates a query or a form, in which an array with one item looks like a string: a string that the schema rejects is
 * validated again as an array.
 *
 * @param schema The schema.
 * @param values The values by name; repeated names have arrays.
 */
export function validateGroups(
  schema: StandardSchema<unknown, unknown>,
  values: Readonly<Record<string, unknown>>,
): MaybePromise<StandardResult<unknown>> {
  const first = validate(schema, values);
  if (isPromise(first)) return first.then((first) => first.issues ? retry(schema, values, first) : first);
  return first.issues ? retry(schema, values, first) : first;
}

async function retry(
  schema: StandardSchema<unknown, unknown>,
  values: Readonly<Record<string, unknown>>,
  first: StandardFailure,
): Promise<StandardResult<unknown>> {
  const single = findRejected(first.issues, values).filter((name) => !Array.isArray(values[name]));
  if (single.length === 0) return first;
  const second = await validate(schema, wrap(values, single));
  if (second.issues === undefined) return second;
  const rejected = new Set(findRejected(second.issues, values));
  const accepted = single.filter((name) => !rejected.has(name));
  if (accepted.length === 0) return first;
  return accepted.length === single.length ? second : await validate(schema, wrap(values, accepted));
}

/** The names whose values are rejected as a whole: all of them, if none of the members of a union accepts the values. */
function findRejected(issues: readonly StandardIssue[], values: Readonly<Record<string, unknown>>): string[] {
  const names = new Set<string>();
  for (const { path } of issues) {
    if (path === undefined || path.length === 0) return Object.keys(values);
    const [name] = path ?? [];
    const key = typeof name === "object" ? name.key : name;
    if (path?.length === 1 && typeof key === "string" && Object.hasOwn(values, key)) names.add(key);
  }
  return [...names];
}

function wrap(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, names.includes(name) ? [value] : value]),
  );
}
