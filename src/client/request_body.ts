/**
 * Writes the body of a request.
 *
 * @module
 */

import { toText } from "./text_value.ts";

/** A body, and its media type if `Request` cannot infer it. */
export interface EncodedBody {
  readonly body?: BodyInit;
  readonly type?: string;
}

/** The body of a call. */
export interface BodyOptions {
  /** A value to send as JSON, or a body that `fetch()` accepts. */
  readonly body?: unknown;
  /** The fields of a form. */
  readonly form?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Writes a body. Strings, forms, bytes, blobs and streams are sent as they are, other values as JSON.
 *
 * @throws {TypeError} If the value is not serializable as JSON, or a field of the form is neither text nor a file.
 */
export function encodeBody({ body, form }: BodyOptions): EncodedBody {
  if (form !== undefined) return { body: encodeForm(form) };
  if (body === undefined) return {};
  if (isBodyInit(body)) return { body };
  const json = JSON.stringify(body);
  if (json === undefined) throw new TypeError(`Cannot send the body: a ${typeof body} is not serializable as JSON`);
  return { body: json, type: "application/json" };
}

function isBodyInit(body: unknown): body is BodyInit {
  return typeof body === "string" || body instanceof FormData || body instanceof URLSearchParams ||
    body instanceof Blob || body instanceof ReadableStream || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
}

/** Urlencoded, or multipart if there is a file. */
function encodeForm(form: Readonly<Record<string, unknown>>): FormData | URLSearchParams {
  const fields: [name: string, value: string | Blob][] = [];
  for (const [name, value] of Object.entries(form)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === undefined || item === null) continue;
      fields.push([name, item instanceof Blob ? item : toText(item, `form field "${name}"`)]);
    }
  }
  const texts = fields.filter((field): field is [string, string] => typeof field[1] === "string");
  if (texts.length === fields.length) return new URLSearchParams(texts);
  const data = new FormData();
  for (const [name, value] of fields) {
    if (typeof value === "string") data.append(name, value);
    else data.append(name, value);
  }
  return data;
}
