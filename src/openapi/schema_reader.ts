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
 * @param place Where it is, for warnings: `"body" of POST /users`.
 * @returns `{}`, which allows any value, if it has none.
 */
export type ReadSchema = (schema: Schema, place: string) => JsonSchema;

/** What to do about a library whose schemas have no JSON Schema. */
const FIXES: Readonly<Record<string, string>> = {
  zod: "use Zod 4.2 or newer",
  arktype: "use ArkType 2.1.28 or newer",
  valibot: `wrap them in toStandardJsonSchema() of the package "@valibot/to-json-schema"`,
};

/**
 * Creates a reader of JSON Schemas. What a client sends and gets is the input of a schema: a response is not transformed.
 *
 * @param warn Called once for each library without JSON Schema, and for each schema that cannot be written.
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
      warn(`Cannot describe ${place}: ${reason}, use a schema of what is sent as JSON`);
    }
    return {};
  }

  return (schema, place) => {
    const found = known.get(schema) ?? read(schema, place);
    known.set(schema, found);
    return found;
  };
}
