/**
 * Parses forms, multipart ones as RFC 7578 defines them.
 *
 * @module
 */

import { Buffer } from "node:buffer";

import { BodyError } from "./body_error.ts";

const LINE_FEED = 10, AMPERSAND = 38;
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;
const MALFORMED = "Failed to parse body as FormData.";

/** The default limit of fields and files in a form. */
export const MAX_FORM_FIELDS = 10_000;

/** The longest content type, in characters: Deno parses it in quadratic time. A boundary has at most 70 (RFC 2046). */
export const MAX_CONTENT_TYPE_LENGTH = 1024;

/** The maximum size of the headers of a part. */
const MAX_PART_HEADER_BYTES = 16_384;

/**
 * Parses a form. A file part without a content type is `text/plain` (RFC 7578 §4.4); Deno's own parser makes it
 * `application/octet-stream`.
 *
 * @param body The whole body.
 * @param contentType The `Content-Type` header of the body.
 * @param fieldLimit How many fields and files the form may have.
 * @throws {TypeError} If the content type is not that of a form, or the body does not match it.
 * @throws {BodyError} If the form has more fields, or a part whose headers are larger than 16 KiB.
 */
export async function parseForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  fieldLimit = MAX_FORM_FIELDS,
): Promise<FormData> {
  if (contentType.length > MAX_CONTENT_TYPE_LENGTH) throw new TypeError(MALFORMED);
  const match = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (!FORM.test(contentType)) {
    const types = '"multipart/form-data" or "application/x-www-form-urlencoded"';
    throw new TypeError(`Content-Type was not one of ${types}.`);
  }
  const parts = boundary === undefined ? withinLimit(body, fieldLimit) : withPartTypes(body, boundary, fieldLimit);
  try {
    const form = await new Response(new Blob(parts), { headers: { "content-type": contentType } }).formData();
    return boundary === undefined ? form : unescapeNames(form);
  } catch (cause) {
    throw new TypeError(MALFORMED, { cause });
  }
}

/** The escapes of a quote and of line breaks in a name (HTML §4.10.21.8); other escapes are part of the name. */
const ESCAPED = /%(?:22|0D|0A)/gi;

/** Unescapes names and file names, which Deno leaves as the browser sent them. */
function unescapeNames(form: FormData): FormData {
  const isEscaped = ([name, value]: [string, FormDataEntryValue]) =>
    name.search(ESCAPED) !== -1 || (value instanceof File && value.name.search(ESCAPED) !== -1);
  if (![...form].some(isEscaped)) return form;
  const unescaped = new FormData();
  const toName = (text: string) => text.replace(ESCAPED, decodeURIComponent);
  for (const [name, value] of form) {
    if (value instanceof File) unescaped.append(toName(name), value, toName(value.name));
    else unescaped.append(toName(name), value);
  }
  return unescaped;
}

function tooManyFields(limit: number): BodyError {
  return new BodyError(413, `Cannot read the form: it has more than ${limit} fields, send fewer or raise formFields`);
}

/** Counts the fields of a urlencoded form before they are parsed: even the smallest costs as much as a large one. */
function withinLimit(body: Uint8Array<ArrayBuffer>, limit: number): Uint8Array<ArrayBuffer>[] {
  let fields = 1;
  for (let at = body.indexOf(AMPERSAND); at !== -1; at = body.indexOf(AMPERSAND, at + 1)) {
    if (++fields > limit) throw tooManyFields(limit);
  }
  return [body];
}

/** Returns the body in slices, with a content type added to every file part that has none. */
function withPartTypes(
  body: Uint8Array<ArrayBuffer>,
  boundary: string,
  fieldLimit: number,
): Uint8Array<ArrayBuffer>[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}\r\n`;
  if (!bytes.includes(`--${boundary}--`)) throw new TypeError(MALFORMED);
  const slices: Uint8Array<ArrayBuffer>[] = [];
  let copied = 0, fields = 0;
  // Every search continues where the previous one ended: a body full of delimiters is still read only once.
  for (let from = 0;;) {
    const position = bytes.indexOf(delimiter, from);
    if (position === -1) break;
    const start = position + delimiter.length;
    from = start;
    if (position > 0 && bytes[position - 1] !== LINE_FEED) continue;
    if (++fields > fieldLimit) throw tooManyFields(fieldLimit);
    const end = bytes.indexOf("\r\n\r\n", start);
    if (end === -1) break;
    if (end - start > MAX_PART_HEADER_BYTES) {
      throw new BodyError(413, "Cannot read the form: the headers of a part are larger than 16kb, shorten its names");
    }
    from = end;
    const head = bytes.toString("latin1", start, end);
    if (!/;\s*filename/i.test(head) || /^content-type:/im.test(head)) continue;
    slices.push(body.subarray(copied, start), new TextEncoder().encode("Content-Type: text/plain\r\n"));
    copied = start;
  }
  slices.push(body.subarray(copied));
  return slices;
}
