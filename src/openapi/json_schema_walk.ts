/**
 * Traverses JSON Schemas.
 *
 * @module
 */

import type { JsonSchema } from "./openapi_objects.ts";

/** The keywords of the draft 2020-12 whose value is a schema, a list of schemas, or schemas by name. */
const SCHEMA_KEYWORDS = new Set([
  "items",
  "contains",
  "additionalProperties",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
  "not",
  "if",
  "then",
  "else",
  "contentSchema",
]);
const LIST_KEYWORDS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const MAP_KEYWORDS = new Set(["properties", "patternProperties", "dependentSchemas"]);

/** Whether a value is an object, not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Returns a copy of a schema whose subschemas are replaced. Other values, such as those of `const` and `default`, stay
 * as they are.
 *
 * @param schema The schema.
 * @param convert Returns the replacement of a subschema.
 */
export function mapSubschemas(schema: JsonSchema, convert: (subschema: JsonSchema) => JsonSchema): JsonSchema {
  const convertAny = (value: unknown) => isObject(value) ? convert(value) : value;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (SCHEMA_KEYWORDS.has(keyword)) return [keyword, convertAny(value)];
      if (LIST_KEYWORDS.has(keyword) && Array.isArray(value)) return [keyword, value.map(convertAny)];
      if (!MAP_KEYWORDS.has(keyword) || !isObject(value)) return [keyword, value];
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, convertAny(each)]))];
    }),
  );
}

/** A property of an object schema. */
export interface Property {
  /** Its name. */
  readonly name: string;
  /** Its schema. */
  readonly schema: JsonSchema;
  /** Whether an object must have it. */
  readonly isRequired: boolean;
}

/** The depth of references and `allOf` that are followed to find properties. */
const MAX_DEPTH = 10;

/**
 * Lists the properties that an object schema declares, including those of its own references and of `allOf`.
 *
 * @param root The schema.
 * @returns `undefined` if it is not an object schema with properties.
 */
export function listProperties(root: JsonSchema): readonly Property[] | undefined {
  return collect(root, 0);

  function collect(schema: JsonSchema, depth: number): Property[] | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const { $ref, allOf, properties, required } = schema;
    const target = typeof $ref === "string" ? resolveReference(root, $ref) : undefined;
    if (target !== undefined) return collect(target, depth + 1);
    const found = isObject(properties)
      ? Object.entries(properties).map(([name, value]) => ({
        name,
        schema: isObject(value) ? value : {},
        isRequired: Array.isArray(required) && required.includes(name),
      }))
      : undefined;
    const inherited = (Array.isArray(allOf) ? allOf : []).flatMap((part) => collect(part, depth + 1) ?? []);
    return found === undefined && inherited.length === 0 ? undefined : [...inherited, ...found ?? []];
  }
}

/** Returns the schema that a reference such as `#/$defs/User` points to; `undefined` for a reference that leads nowhere. */
export function resolveReference(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (!reference.startsWith("#")) return undefined;
  const names = reference.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  let value: unknown = root;
  for (const name of names) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isObject(value) ? value : undefined;
}
