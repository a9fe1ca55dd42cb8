/**
 * Parses forms, multipart and urlencoded ones.
 *
 * @module
 */

import { BodyError } from "./body_error.ts";
import { createByteQueue } from "./byte_queue.ts";
import { createMultipartReader, type FormReader } from "./multipart_reader.ts";

const AMPERSAND = 38;
const FORM = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;
const MALFORMED = "Failed to parse body as FormData.";

/** The default limit of fields and files in a form. */
export const MAX_FORM_FIELDS = 10_000;

/** The longest content type, in characters: Deno parses it in quadratic time. A boundary has at most 70 (RFC 2046). */
export const MAX_CONTENT_TYPE_LENGTH = 1024;

/**
 * Parses a form.
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
  const reader = createFormReader(contentType, fieldLimit);
  reader.push(body);
  return await reader.end();
}

/**
 * Creates a reader of a form. Its `end()` rejects if the body is not a form.
 *
 * @param contentType The `Content-Type` header of the body.
 * @param fieldLimit How many fields and files the form may have.
 */
export function createFormReader(contentType: string, fieldLimit: number): FormReader {
  if (contentType.length > MAX_CONTENT_TYPE_LENGTH) return createFailingReader(MALFORMED);
  if (!FORM.test(contentType)) {
    const types = '"multipart/form-data" or "application/x-www-form-urlencoded"';
    return createFailingReader(`Content-Type was not one of ${types}.`);
  }
  let fields = 0;
  const countField = () => {
    if (++fields > fieldLimit) throw createFieldLimitError(fieldLimit);
  };
  const match = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  const reader = boundary === undefined
    ? createUrlencodedReader(contentType, countField)
    : createMultipartReader(boundary, countField);
  return {
    push: reader.push,
    async end() {
      try {
        return await reader.end();
      } catch (cause) {
        throw new TypeError(MALFORMED, { cause });
      }
    },
  };
}

/** The body is read nevertheless, as by every method that reads one. */
function createFailingReader(message: string): FormReader {
  return { push() {}, end: () => Promise.reject(new TypeError(message)) };
}

function createFieldLimitError(limit: number): BodyError {
  return new BodyError(413, `Cannot read the form: it has more than ${limit} fields, send fewer or raise formFields`);
}

/** Counts the fields before the form is parsed: even the smallest field costs as much as a large one. */
function createUrlencodedReader(contentType: string, countField: () => void): FormReader {
  const content = createByteQueue();
  countField();
  return {
    push(chunk) {
      for (let at = chunk.indexOf(AMPERSAND); at !== -1; at = chunk.indexOf(AMPERSAND, at + 1)) countField();
      content.push(chunk);
    },
    end: () => new Response(new Blob(content.takeAll()), { headers: { "content-type": contentType } }).formData(),
  };
}
