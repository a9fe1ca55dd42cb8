/**
 * The schema of problems, for the `responses` of a contract.
 *
 * @module
 */

import type { ProblemDetails } from "./problem.ts";
import type { StandardJsonSchema, StandardSchema } from "./standard_schema.ts";

const PROBLEM_JSON_SCHEMA = {
  title: "Problem",
  type: "object",
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: {
          in: { enum: ["params", "query", "headers", "cookies", "body"] },
          path: { type: "array", items: { type: ["string", "number"] } },
          message: { type: "string" },
        },
        required: ["in", "path", "message"],
      },
    },
    omitted: { type: "integer" },
  },
  required: ["type", "title", "status"],
};

/** The body of an error response. */
export type Problem = ProblemDetails;

/** The schema of a problem, for `responses: { 404: Problem }`. */
export const Problem: StandardSchema<Problem> & StandardJsonSchema = {
  "~standard": {
    version: 1,
    vendor: "x-routes",
    validate: (value) =>
      isProblem(value) ? { value } : { issues: [{ message: "expected a problem with type, title and status" }] },
    jsonSchema: { input: () => ({ ...PROBLEM_JSON_SCHEMA }), output: () => ({ ...PROBLEM_JSON_SCHEMA }) },
  },
};

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const { type, title, status } = value as Partial<Problem>;
  return typeof type === "string" && typeof title === "string" && typeof status === "number";
}
