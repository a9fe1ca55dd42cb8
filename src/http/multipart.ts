/**
 * Multipart bodies as RFC 7578 reads them.
 *
 * @module
 */

import { Buffer } from "node:buffer";

const LINE_FEED = 10;
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;
const MALFORMED = "Failed to parse body as FormData.";

/** How long the head of one part may be, in bytes. */
const HEAD_LIMIT = 16_384;

/**
 * Reads a form. A file whose part names no type is `text/plain` (RFC 7578 §4.4), which Deno's own reader takes for
 * `application/octet-stream`.
 *
 * @param body The whole body.
 * @param contentType The `Content-Type` header of the body.
 * @throws {TypeError} If the type is none of a form, or the body is not of its type.
 */
export async function parseForm(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  const boundary = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (!FORM.test(contentType)) {
    const types = '"multipart/form-data" or "application/x-www-form-urlencoded"';
    throw new TypeError(`Content-Type was not one of ${types}.`);
  }
  const parts = name === undefined ? [body] : withPartTypes(body, name);
  try {
    return await new Response(new Blob(parts), { headers: { "content-type": contentType } }).formData();
  } catch (cause) {
    throw new TypeError(MALFORMED, { cause });
  }
}

/** The body in slices, with a type line in every part that is a file and names none. */
function withPartTypes(body: Uint8Array<ArrayBuffer>, boundary: string): Uint8Array<ArrayBuffer>[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}\r\n`;
  if (!bytes.includes(`--${boundary}--`)) throw new TypeError(MALFORMED);
  const slices: Uint8Array<ArrayBuffer>[] = [];
  let copied = 0;
  // Every search goes on where the one before ended: a body full of delimiters is still read once.
  for (let from = 0;;) {
    const at = bytes.indexOf(delimiter, from);
    if (at === -1) break;
    const start = at + delimiter.length;
    from = start;
    if (at > 0 && bytes[at - 1] !== LINE_FEED) continue;
    const end = bytes.indexOf("\r\n\r\n", start);
    if (end === -1) break;
    if (end - start > HEAD_LIMIT) throw new TypeError(MALFORMED);
    from = end;
    const head = bytes.toString("latin1", start, end);
    if (!/;\s*filename/i.test(head) || /^content-type:/im.test(head)) continue;
    slices.push(body.subarray(copied, start), new TextEncoder().encode("Content-Type: text/plain\r\n"));
    copied = start;
  }
  slices.push(body.subarray(copied));
  return slices;
}
