/**
 * Multipart bodies as RFC 7578 reads them.
 *
 * @module
 */

import { Buffer } from "node:buffer";

import { BodyError } from "./body_error.ts";

const LINE_FEED = 10, AMPERSAND = 38;
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;
const MALFORMED = "Failed to parse body as FormData.";

/** How many fields and files a form may have, unless somebody says it. */
export const MAX_FORM_FIELDS = 10_000;

/** How long a content type may be, in characters: Deno reads it in quadratic time. A boundary has 70 at most (RFC 2046). */
export const MAX_CONTENT_TYPE_LENGTH = 1024;

/** How long the head of one part may be, in bytes. */
const HEAD_LIMIT = 16_384;

/**
 * Reads a form. A file whose part names no type is `text/plain` (RFC 7578 §4.4), which Deno's own reader takes for
 * `application/octet-stream`.
 *
 * @param body The whole body.
 * @param contentType The `Content-Type` header of the body.
 * @param fieldLimit How many fields and files the form may have.
 * @throws {TypeError} If the type is not that of a form, or the body is not of its type.
 * @throws {BodyError} If the form has more fields, or a part whose head is longer than 16 KiB.
 */
export async function parseForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  fieldLimit = MAX_FORM_FIELDS,
): Promise<FormData> {
  if (contentType.length > MAX_CONTENT_TYPE_LENGTH) throw new TypeError(MALFORMED);
  const boundary = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (!FORM.test(contentType)) {
    const types = '"multipart/form-data" or "application/x-www-form-urlencoded"';
    throw new TypeError(`Content-Type was not one of ${types}.`);
  }
  const parts = name === undefined ? withinLimit(body, fieldLimit) : withPartTypes(body, name, fieldLimit);
  try {
    const form = await new Response(new Blob(parts), { headers: { "content-type": contentType } }).formData();
    return name === undefined ? form : withReadNames(form);
  } catch (cause) {
    throw new TypeError(MALFORMED, { cause });
  }
}

/** How browsers write a quote and line breaks in a name (HTML §4.10.21.8); other escapes are the name's own. */
const WRITTEN = /%(?:22|0D|0A)/gi;

/** The form with names and file names as they were before a browser wrote them; Deno leaves them as they come. */
function withReadNames(form: FormData): FormData {
  const isWritten = ([name, value]: [string, FormDataEntryValue]) =>
    name.search(WRITTEN) !== -1 || (value instanceof File && value.name.search(WRITTEN) !== -1);
  if (![...form].some(isWritten)) return form;
  const read = new FormData();
  const toName = (text: string) => text.replace(WRITTEN, decodeURIComponent);
  for (const [name, value] of form) {
    if (value instanceof File) read.append(toName(name), value, toName(value.name));
    else read.append(toName(name), value);
  }
  return read;
}

function tooManyFields(limit: number): BodyError {
  return new BodyError(413, `Cannot read the form: it has more than ${limit} fields, send fewer or raise formFields`);
}

/** Each field of a urlencoded form costs as much as a large one, so they are counted before they are parsed. */
function withinLimit(body: Uint8Array<ArrayBuffer>, limit: number): Uint8Array<ArrayBuffer>[] {
  let fields = 1;
  for (let at = body.indexOf(AMPERSAND); at !== -1; at = body.indexOf(AMPERSAND, at + 1)) {
    if (++fields > limit) throw tooManyFields(limit);
  }
  return [body];
}

/** The body in slices, with a type line in every part that is a file and names none. */
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
  // Every search goes on where the one before ended: a body full of delimiters is still read once.
  for (let from = 0;;) {
    const at = bytes.indexOf(delimiter, from);
    if (at === -1) break;
    const start = at + delimiter.length;
    from = start;
    if (at > 0 && bytes[at - 1] !== LINE_FEED) continue;
    if (++fields > fieldLimit) throw tooManyFields(fieldLimit);
    const end = bytes.indexOf("\r\n\r\n", start);
    if (end === -1) break;
    if (end - start > HEAD_LIMIT) {
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
