/**
 * Reads the JSON Schemas of the schemas in contracts.
 *
 * @module
 */

import type { Schema } from "../contract/contract.ts";
import { writeInputJsonSchema } from "../contract/standard_schema.ts";
import type { JsonSchema } from "./openapi_objects.ts";

/**
 * Reads the JSON Schema of a schema.
 *
 * @param schema The schema.
 * @param place The place of the schema, for warnings: `"body" of POST /users`.
 * @returns The JSON Schema; `{}`, which allows any value, for a schema without one.
 */
export type ReadSchema = (schema: Schema, place: string) => JsonSchema;

/** The fixes for libraries whose schemas have no JSON Schema. */
const FIXES: Readonly<Record<string, string>> = {
  zod: "use Zod 4.2 or newer",
  arktype: "use ArkType 2.1.28 or newer",
  valibot: `wrap them in toStandardJsonSchema() of the package "@valibot/to-json-schema"`,
};

/**
 * Creates a reader of JSON Schemas. It reads the input of schemas, also for responses, which are not transformed.
 *
 * @param warn Called once for each library without JSON Schema, and for each schema that cannot be converted.
 */
export function createSchemaReader(warn: (message: string) => void): ReadSchema {
  const known = new Map<Schema, JsonSchema>();
  const warned = new Set<string>();

  function read(schema: Schema, place: string): JsonSchema {
    const { vendor } = schema["~standard"];
    try {
      const written = writeInputJsonSchema(schema);
      if (written !== undefined) return written;
      const fix = FIXES[vendor] ?? "use a version that implements Standard JSON Schema, https://standardschema.dev";
      if (!warned.has(vendor)) warn(`Cannot describe ${place}: schemas of "${vendor}" have no JSON Schema, ${fix}`);
      warned.add(vendor);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const part = readLeniently(schema);
      const what = part === undefined ? place : `all of ${place}`;
      warn(`Cannot describe ${what}: ${reason}, use a schema that JSON can express`);
      if (part !== undefined) return part;
    }
    return {};
  }

  /** Reads a schema in which what JSON cannot express is any value. */
  function readLeniently(schema: Schema): JsonSchema | undefined {
    try {
      return writeInputJsonSchema(schema, true);
    } catch {
      return undefined;
    }
  }

  return (schema, place) => {
    const found = known.get(schema) ?? read(schema, place);
    known.set(schema, found);
    return found;
  };
}
