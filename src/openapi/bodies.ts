/**
 * The bodies of requests and responses.
 *
 * @module
 */

import type { AnyBodyFormat } from "../contract/body_format.ts";
import { isBodyFormat } from "../contract/check_contract.ts";
import type { Contract, Schema } from "../contract/contract.ts";
import { Problem } from "../contract/problem_schema.ts";
import { formatByteSize } from "../http/byte_size.ts";
import type { Content, JsonSchema, RequestBody } from "./openapi_objects.ts";
import type { ReadPart } from "./parameters.ts";

const JSON_TYPE = "application/json", PROBLEM_TYPE = "application/problem+json";
const MULTIPART = "multipart/form-data";

/** The JSON Schema of each format without a schema. */
const READ_AS: Readonly<Record<AnyBodyFormat["kind"], JsonSchema | undefined>> = {
  form: { type: "object" },
  text: { type: "string" },
  bytes: undefined,
};

/**
 * Creates the description of a request's body.
 *
 * @param body The body of a contract.
 * @param limit The largest size in bytes, if the contract has one.
 * @param readPart Reads a schema.
 */
export function createRequestBody(
  body: NonNullable<Contract["body"]>,
  limit: number | undefined,
  readPart: ReadPart,
): RequestBody {
  const schema = isBodyFormat(body) ? body.schema : body;
  const isOptional = isBodyFormat(body) ? schema === undefined : acceptsUndefined(body);
  return {
    ...(limit === undefined || limit === Infinity ? {} : { description: `At most ${formatByteSize(limit)}` }),
    ...(isOptional ? {} : { required: true as const }),
    content: createContent(body, "body", readPart),
  };
}

/**
 * Creates the content of a body.
 *
 * @param body A schema of JSON, or a format.
 * @param part The part of the contract.
 * @param readPart Reads a schema.
 */
export function createContent(body: Schema | AnyBodyFormat, part: string, readPart: ReadPart): Content {
  if (!isBodyFormat(body)) return { [body === Problem ? PROBLEM_TYPE : JSON_TYPE]: { schema: readWhole(body) } };
  const schema = body.schema === undefined ? READ_AS[body.kind] : readWhole(body.schema);
  const types = body.kind === "form" && hasFile(schema) ? [MULTIPART] : body.mediaTypes;
  return Object.fromEntries(types.map((type) => [type, schema === undefined ? {} : { schema }]));

  function readWhole(schema: Schema): JsonSchema {
    const { root, convert } = readPart(schema, part);
    return convert(root);
  }
}

/** The content of the responses to invalid requests. */
export function createProblemContent(readPart: ReadPart): Content {
  return createContent(Problem, "responses", readPart);
}

/** Only multipart forms can have files. */
function hasFile(schema: JsonSchema | undefined): boolean {
  return /"format":"binary"/.test(JSON.stringify(schema) ?? "");
}

/** JSON Schema cannot express whether a body may be missing. */
function acceptsUndefined(schema: Schema): boolean {
  try {
    const result = schema["~standard"].validate(undefined);
    if (!(result instanceof Promise)) return result.issues === undefined;
    result.catch(() => {});
    return false;
  } catch {
    return false;
  }
}
