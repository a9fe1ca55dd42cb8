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
  /** The media types, in lower case: `text/plain`, or a range such as `text/*`. */
  readonly mediaTypes: readonly string[];
  /** Validates the body; a form as an object of its fields. */
  readonly schema: Schema;
}

/** The formats of bodies other than JSON. */
export type BodyKind = "form" | "text" | "bytes";

/**
 * Whether a content type is one of a format.
 *
 * @param type The value of a `Content-Type` header.
 * @param format The format.
 */
export function isOfFormat(type: string, { mediaTypes }: AnyBodyFormat): boolean {
  const essence = type.split(";", 1)[0]!.trim().toLowerCase();
  return mediaTypes.some((range) =>
    range === "*/*" || range === essence || (range.endsWith("/*") && essence.startsWith(range.slice(0, -1)))
  );
}

/** Any {@linkcode BodyFormat}. */
export type AnyBodyFormat = BodyFormat<BodyKind, StandardSchema<unknown, unknown> | undefined>;

/** The value of a form field; an array for a repeated field. */
export type FormField = string | File | (string | File)[];

/** The types of bodies before validation, by format. */
export interface BodyTypes {
  /** Fields by name. */
  readonly form: Record<string, FormField>;
  /** The text. */
  readonly text: string;
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The type of the body that a client sends. */
export type InferBodyInput<Body> = Body extends BodyFormat<infer Kind, infer Schema extends StandardSchema | undefined>
  ? Schema extends StandardSchema ? InferInput<Schema> : BodyTypes[Kind]
  : InferInput<Body>;

/** The type of the body that a handler receives. */
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
 * field that occurs once is a string or a `File`, a repeated field is an array, as in the query.
 *
 * @param schema Validates the fields. Default: none.
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
 * @param options The media type. Default: `text/*`.
 */
export function text<Schema extends StandardSchema<unknown, unknown>>(
  schema: Schema,
  options?: BodyFormatOptions,
): BodyFormat<"text", Schema>;
/**
 * A body that is text in UTF-8.
 *
 * @param options The media type. Default: `text/*`.
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
 * @param options The media type. Default: any.
 */
export function bytes({ type = "*/*" }: BodyFormatOptions = {}): BodyFormat<"bytes"> {
  return { kind: "bytes", mediaTypes: [type.toLowerCase()], schema: undefined };
}
