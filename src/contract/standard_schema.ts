/**
 * The types of Standard Schema and Standard JSON Schema, which Zod, Valibot, ArkType and others implement. They
 * are declared here, because both standards consist of types only.
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

/** The properties of a {@linkcode StandardSchema}. */
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
  /** The type that a client sends. */
  readonly input: Input;
  /** The type that a handler receives. */
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
  /** The issues of the value. */
  readonly issues: readonly StandardIssue[];
}

/** An issue of a value. */
export interface StandardIssue {
  /** The error message. */
  readonly message: string;
  /** The path of the value, outermost key first. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A schema that can be converted to JSON Schema, as of Zod 4.2 or ArkType 2.1.28. */
export interface StandardJsonSchema {
  /** The interface of Standard JSON Schema. */
  readonly "~standard": {
    /** Converts the schema to JSON Schema. */
    readonly jsonSchema: {
      /** Returns the JSON Schema of the input; throws if the library has no conversion. */
      readonly input: (options: JsonSchemaOptions) => Record<string, unknown>;
      /** Returns the JSON Schema of the output; throws if the library has no conversion. */
      readonly output: (options: JsonSchemaOptions) => Record<string, unknown>;
    };
  };
}

/** Options of the conversion to JSON Schema. */
export interface JsonSchemaOptions {
  /** The version of JSON Schema. */
  readonly target: "draft-2020-12" | "draft-07" | "openapi-3.0";
  /** Options of the library that has the schema. */
  readonly libraryOptions?: Readonly<Record<string, unknown>> | undefined;
}

/** The options by which libraries convert what JSON Schema cannot express, a `Date`, to a schema of any value. */
const LENIENT: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  zod: { unrepresentable: "any" },
  arktype: { fallback: () => ({}) },
  valibot: { errorMode: "ignore" },
};

/** The input type of a schema, which a client sends. */
export type InferInput<Schema> = Schema extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly input: infer Input } ? Input : unknown
  : unknown;

/** The output type of a schema, which a handler receives. */
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
 * Returns the JSON Schema of a schema's input.
 *
 * @param schema The schema.
 * @param isLenient Whether what JSON Schema cannot express may be any value. Default: `false`.
 * @returns `undefined` if the schema does not implement Standard JSON Schema.
 * @throws {Error} The error of the library, if the schema cannot be converted.
 */
export function writeInputJsonSchema(schema: StandardSchema, isLenient = false): Record<string, unknown> | undefined {
  const { vendor, jsonSchema } = schema["~standard"] as
    & StandardSchema["~standard"]
    & Partial<StandardJsonSchema["~standard"]>;
  const libraryOptions = isLenient ? LENIENT[vendor] : undefined;
  return jsonSchema?.input({ target: "draft-2020-12", ...libraryOptions && { libraryOptions } });
}

/**
 * Returns the JSON Schema of a schema's input.
 *
 * @returns `undefined` if the schema does not implement Standard JSON Schema, or cannot be converted.
 */
export function toInputJsonSchema(schema: StandardSchema): Record<string, unknown> | undefined {
  try {
    return writeInputJsonSchema(schema, true);
  } catch {
    return undefined;
  }
}
