/**
 * Operations: descriptions of handlers, from contracts and source text.
 *
 * @module
 */

import { parseByteSize } from "../http/byte_size.ts";
import type { Contract } from "../contract/contract.ts";
import type { Segment } from "../routing/pattern.ts";
import { createRequestBody } from "./bodies.ts";
import type { Components } from "./components.ts";
import type { Content, Operation } from "./openapi_objects.ts";
import { toOperationId, toPascalCase, toTags } from "./operation_id.ts";
import { createParameters, type ReadPart } from "./parameters.ts";
import { createResponses } from "./responses.ts";
import type { ReadSchema } from "./schema_reader.ts";
import { createSecurity } from "./security.ts";

/** The sources of an operation. A contract takes precedence over inferred parts. */
export interface DocumentedHandler {
  /** Its contract. */
  readonly contract?: Contract | undefined;
  /** The comment above it. */
  readonly comment?: HandlerComment | undefined;
  /** The bodies of its responses by status or `default`, from its types; empty for none. */
  readonly responses?: Readonly<Record<string, Content>> | undefined;
}

/** The comment of a handler. */
export interface HandlerComment {
  /** Its first sentence. */
  readonly summary?: string | undefined;
  /** The other sentences, in Markdown. */
  readonly description?: string | undefined;
  /** Whether it has the tag `@deprecated`. */
  readonly deprecated?: boolean | undefined;
}

/** The parts that all operations of a document share. */
export interface OperationTools {
  /** Collects the components. */
  readonly components: Components;
  /** Reads the JSON Schema of a schema. */
  readonly readSchema: ReadSchema;
  /** Makes the names of operations unique. */
  readonly getOperationId: (name: string, identity: string) => { readonly name: string };
  /** Whether the responses to invalid requests are problems. */
  readonly answersProblems: boolean;
}

/**
 * Creates the operation of a handler.
 *
 * @param method The method.
 * @param segments The segments of the path.
 * @param handler The sources of the operation.
 * @param tools The parts that all operations share.
 */
export function createOperation(
  method: string,
  segments: readonly Segment[],
  { contract = {}, comment = {}, responses }: DocumentedHandler,
  { components, readSchema, getOperationId, answersProblems }: OperationTools,
): Operation {
  const place = `${method} ${formatPath(segments)}`;
  const { name: operationId } = getOperationId(contract.operationId ?? toOperationId(method, segments), place);
  const prefix = toPascalCase(operationId);
  const readPart: ReadPart = (schema, part) => {
    const root = readSchema(schema, `"${part}" of ${place}`);
    return { root, convert: components.open(root, prefix + toPascalCase(part)) };
  };
  const limit = contract.maxBody === undefined ? undefined : parseByteSize(contract.maxBody);
  const parameters = createParameters(segments, contract, readPart);
  const security = createSecurity(contract, components);
  const inferred = responses && mapValues(responses, (content, status) =>
    mapValues(content, ({ schema = {} }) => ({
      schema: components.open(schema, `${prefix}Responses${toPascalCase(status)}`)(schema),
    })));
  const isSecured = security !== undefined && security.length > 0;
  return dropUndefined({
    operationId,
    summary: contract.summary ?? comment.summary,
    description: contract.description ?? comment.description,
    tags: contract.tags ?? toTags(segments),
    deprecated: contract.deprecated ?? comment.deprecated ? true : undefined,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: contract.body === undefined || method === "GET" || method === "HEAD"
      ? undefined
      : createRequestBody(contract.body, limit, readPart),
    responses: createResponses(contract, readPart, { inferred, isSecured, answersProblems }),
    security,
  });
}

/**
 * Returns the path of segments in OpenAPI: `/users/{id}`.
 *
 * @param segments The segments.
 */
export function formatPath(segments: readonly Segment[]): string {
  return `/${
    segments.map((segment) =>
      segment.kind === "static" ? segment.value.replace(/[{}]/g, encodeURIComponent) : `{${segment.name}}`
    ).join("/")
  }`;
}

function mapValues<Value, Mapped>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value, key: string) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function dropUndefined(operation: Operation): Operation {
  return Object.fromEntries(
    Object.entries(operation).filter(([, value]) => value !== undefined),
  ) as unknown as Operation;
}
