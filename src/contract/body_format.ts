/**
 * The formats of bodies other than JSON: `form()`, `text()` and `bytes()`.
 *
 * @module
 */

import type { InferInput, InferOutput, StandardSchema } from "./standard_schema.ts";

/** The format of a body other than JSON. */
export interface BodyFormat<Kind extends BodyKind = BodyKind, Schema extends StandardSchema | undefined = undefined> {
  /** The format. */
  readonly kind: Kind;
  /** The media types, lower case: `text/plain`, or a range such as `text/*`. */
  readonly mediaTypes: readonly string[];
  /** Validates what was read; a form as an object. */
  readonly schema: Schema;
}

/** The formats of bodies other than JSON. */
export type BodyKind = "form" | "text" | "bytes";

/** Any {@linkcode BodyFormat}. */
export type AnyBodyFormat = BodyFormat<BodyKind, StandardSchema<unknown, unknown> | undefined>;

/** What a form has under one name. */
export type FormField = string | File | (string | File)[];

/** What a format is read as, before a schema. */
export interface BodyTypes {
  /** Fields by name. */
  readonly form: Record<string, FormField>;
  /** The text. */
  readonly text: string;
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What clients send as a body. */
export type InferBodyInput<Body> = Body extends BodyFormat<infer Kind, infer Schema extends StandardSchema | undefined>
  ? Schema extends StandardSchema ? InferInput<Schema> : BodyTypes[Kind]
  : InferInput<Body>;

/** What the handler gets as a body. */
export type InferBodyOutput<Body> = Body extends BodyFormat<infer Kind, infer Schema extends StandardSchema | undefined>
  ? Schema extends StandardSchema ? InferOutput<Schema> : BodyTypes[Kind]
  : InferOutput<Body>;

/** Options of {@linkcode text} and {@linkcode bytes}. */
export interface BodyFormatOptions {
  /** The media type, or a range: `text/csv`, `image/*`. */
  readonly type?: string | undefined;
}

/**
 * A body that is a form, `application/x-www-form-urlencoded` or `multipart/form-data`. It is validated as an object: a
 * field sent once is a string or a `File`, one sent more than once an array, as in the query.
 *
 * @param schema Validates the fields; default: none.
 */
export function form(): BodyFormat<"form">;
/**
 * A body that is a form, with a schema.
 *
 * @param schema Validates the fields.
 */
export function form<Schema extends StandardSchema<unknown, unknown>>(schema: Schema): BodyFormat<"form", Schema>;
export function form(schema?: StandardSchema): AnyBodyFormat {
  return { kind: "form", mediaTypes: ["multipart/form-data", "application/x-www-form-urlencoded"], schema };
}

/**
 * A body that is text in UTF-8, with a schema.
 *
 * @param schema Validates the text.
 * @param options The media type; default: `text/*`.
 */
export function text<Schema extends StandardSchema<unknown, unknown>>(
  schema: Schema,
  options?: BodyFormatOptions,
): BodyFormat<"text", Schema>;
/**
 * A body that is text in UTF-8.
 *
 * @param options The media type; default: `text/*`.
 */
export function text(options?: BodyFormatOptions): BodyFormat<"text">;
export function text(first?: StandardSchema | BodyFormatOptions, second?: BodyFormatOptions): AnyBodyFormat {
  const schema = first !== undefined && "~standard" in first ? first : undefined;
  const { type = "text/*" } = schema === undefined ? (first as BodyFormatOptions | undefined) ?? {} : second ?? {};
  return { kind: "text", mediaTypes: [type.toLowerCase()], schema };
}

/**
 * A body that is read as bytes.
 *
 * @param options The media type; default: any.
 */
export function bytes({ type = "*/*" }: BodyFormatOptions = {}): BodyFormat<"bytes"> {
  return { kind: "bytes", mediaTypes: [type.toLowerCase()], schema: undefined };
}
