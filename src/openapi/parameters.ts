/**
 * The parameters of operations: the parts of a request besides its body.
 *
 * @module
 */

import type { Contract, Schema } from "../contract/contract.ts";
import { isSchema } from "../contract/standard_schema.ts";
import type { Segment } from "../routing/pattern.ts";
import { listProperties, type Property } from "./json_schema_walk.ts";
import type { JsonSchema, Parameter } from "./openapi_objects.ts";

/** A part of a request, as JSON Schema. */
export interface SchemaPart {
  /** The schema of the whole part, with its own definitions. */
  readonly root: JsonSchema;
  /** Converts the schema or a part of it, so that references point to components. */
  readonly convert: (part: JsonSchema) => JsonSchema;
}

/** Reads the schema of a part of a request. */
export type ReadPart = (schema: Schema, part: string) => SchemaPart;

/** Headers that OpenAPI describes in other places. */
const IGNORED_HEADERS = new Set(["accept", "content-type", "authorization"]);

/**
 * Creates the parameters of an operation.
 *
 * @param segments The segments of the path.
 * @param contract The contract.
 * @param readPart Reads a schema.
 */
export function createParameters(
  segments: readonly Segment[],
  { params, query, headers, cookies }: Contract,
  readPart: ReadPart,
): readonly Parameter[] {
  return [
    ...createPathParameters(segments, isSchema(params) ? readPart(params, "params") : undefined),
    ...(query === undefined ? [] : createQuery(readPart(query, "query"))),
    ...(headers === undefined ? [] : createList("header", readPart(headers, "headers"))),
    ...(cookies === undefined ? [] : createList("cookie", readPart(cookies, "cookies"))),
  ];
}

function createPathParameters(segments: readonly Segment[], part: SchemaPart | undefined): Parameter[] {
  const properties = part === undefined ? [] : listProperties(part.root) ?? [];
  return segments.flatMap((segment): Parameter[] => {
    if (segment.kind === "static") return [];
    const { name, kind } = segment;
    const described = { name, in: "path", required: true } as const;
    if (kind !== "dynamic") {
      const description = "One or more segments, separated by slashes";
      return [{ ...described, description, schema: { type: "string" } }];
    }
    const property = properties.find((each) => each.name === name);
    if (part === undefined || property === undefined) return [{ ...described, schema: { type: "string" } }];
    return [{ ...described, ...describe(property, part) }];
  });
}

/** A schema without a list of properties is sent as one object, whose properties are keys of the query. */
function createQuery(part: SchemaPart): Parameter[] {
  if (listProperties(part.root) !== undefined) return createList("query", part);
  const schema = part.convert(part.root);
  return Object.keys(schema).length === 0 ? [] : [{ name: "query", in: "query", schema }];
}

function createList(place: Parameter["in"], part: SchemaPart): Parameter[] {
  return (listProperties(part.root) ?? [])
    .filter(({ name }) => place !== "header" || !IGNORED_HEADERS.has(name.toLowerCase()))
    .map((property) => ({
      name: property.name,
      in: place,
      ...(property.isRequired ? { required: true as const } : {}),
      ...describe(property, part),
    }));
}

function describe({ schema }: Property, { convert }: SchemaPart): Pick<Parameter, "description" | "schema"> {
  const { description } = schema;
  return { ...(typeof description === "string" ? { description } : {}), schema: convert(schema) };
}
