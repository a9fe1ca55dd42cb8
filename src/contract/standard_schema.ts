/**
 * The types of Standard Schema and Standard JSON Schema, by which Zod, Valibot, ArkType and others are used without
 * being imported. They are declared here because types are all there is to them.
 *
 * @see https://standardschema.dev
 * @see https://standardschema.dev/json-schema
 *
 * @module
 */

/** A schema of any library that implements Standard Schema. */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The interface of Standard Schema. */
  readonly "~standard": StandardSchemaProps<Input, Output>;
}

/** What a {@linkcode StandardSchema} says of itself. */
export interface StandardSchemaProps<Input = unknown, Output = Input> {
  /** The version of the standard. */
  readonly version: 1;
  /** The name of the library: `"zod"`. */
  readonly vendor: string;
  /** Validates a value. */
  readonly validate: (
    value: unknown,
    options?: never,
  ) => StandardResult<Output> | Promise<StandardResult<Output>>;
  /** The input and output types; never set. */
  readonly types?: StandardTypes<Input, Output> | undefined;
}

/** The types of a schema. */
export interface StandardTypes<Input = unknown, Output = Input> {
  /** What a client sends. */
  readonly input: Input;
  /** What a handler gets. */
  readonly output: Output;
}

/** The result of a validation: a value, or issues. */
export type StandardResult<Output> = StandardSuccess<Output> | StandardFailure;

/** The result of a validation that succeeded. */
export interface StandardSuccess<Output> {
  /** The value, as the schema transformed it. */
  readonly value: Output;
  /** Not set. */
  readonly issues?: undefined;
}

/** The result of a validation that failed. */
export interface StandardFailure {
  /** What is wrong. */
  readonly issues: readonly StandardIssue[];
}

/** One thing that is wrong with a value. */
export interface StandardIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where, from the outside in. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A schema that can be written as JSON Schema: of Zod 4.2 or newer, of ArkType 2.1.28 or newer. */
export interface StandardJsonSchema {
  /** The interface of Standard JSON Schema. */
  readonly "~standard": {
    /** Writes the schema as JSON Schema. */
    readonly jsonSchema: {
      /** The JSON Schema of what a client sends; throws if the schema cannot be written. */
      readonly input: (options: JsonSchemaOptions) => Record<string, unknown>;
      /** The JSON Schema of what a handler gets; throws if the schema cannot be written. */
      readonly output: (options: JsonSchemaOptions) => Record<string, unknown>;
    };
  };
}

/** How a schema is written as JSON Schema. */
export interface JsonSchemaOptions {
  /** The version of JSON Schema. */
  readonly target: "draft-2020-12" | "draft-07" | "openapi-3.0";
}

/** The type of what a client sends. */
export type InferInput<Schema> = Schema extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly input: infer Input } ? Input : unknown
  : unknown;

/** The type of what a handler gets. */
export type InferOutput<Schema> = Schema extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output } ? Output : unknown
  : unknown;

/** Whether a value is a schema. Those of ArkType are functions. */
export function isSchema(value: unknown): value is StandardSchema {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  const { "~standard": standard } = value as Partial<StandardSchema>;
  return typeof standard?.validate === "function";
}

/**
 * Returns the JSON Schema of what a client sends.
 *
 * @returns `undefined` if the schema does not implement Standard JSON Schema.
 * @throws {Error} The error of the library, if the schema cannot be written.
 */
export function writeInputJsonSchema(schema: StandardSchema): Record<string, unknown> | undefined {
  const { jsonSchema } = schema["~standard"] as Partial<StandardJsonSchema["~standard"]>;
  return jsonSchema?.input({ target: "draft-2020-12" });
}

/**
 * Returns the JSON Schema of what a client sends.
 *
 * @returns `undefined` if the schema does not implement Standard JSON Schema, or cannot be written.
 */
export function toInputJsonSchema(schema: StandardSchema): Record<string, unknown> | undefined {
  try {
    return writeInputJsonSchema(schema);
  } catch {
    return undefined;
  }
}
