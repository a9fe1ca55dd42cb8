/**
 * Reads the body of a request in the format of its contract: JSON, a form, text or bytes.
 *
 * @module
 */

import { createByteQueue } from "../http/byte_queue.ts";
import { type AnyBodyFormat, isOfFormat } from "./body_format.ts";
import { groupByName } from "./read_parts.ts";
import { RequestRefusal } from "./request_refusal.ts";
import type { StandardFailure, StandardSuccess } from "./standard_schema.ts";

/** Options of {@linkcode readBody}. */
export interface BodyOptions {
  /** The format. Default: JSON. */
  readonly format: AnyBodyFormat | undefined;
  /** The largest size in bytes. */
  readonly limit: number | undefined;
  /** Whether the server itself stops reading at the limit. */
  readonly isLimited: boolean;
}

/** A value before validation, or the issue of a malformed body. */
export type ReadResult = StandardSuccess<unknown> | StandardFailure;

/** The content of a body, before it is parsed. */
export type BodyContent = string | ArrayBuffer | FormData | StandardFailure;

const JSON_TYPE = "application/json";

/**
 * Reads a body. Not async: another promise would slow down every request.
 *
 * @returns The argument of {@linkcode parseBody}.
 * @throws {RequestRefusal} If the body has another media type or is too large.
 */
export function readBody(request: Request, { format, limit, isLimited }: BodyOptions): Promise<BodyContent> {
  const { headers } = request;
  const type = headers.get("content-type");
  if (type !== null) refuseMediaType(type, format);
  if (limit !== undefined && Number(headers.get("content-length")) > limit) throw createTooLarge(limit);
  if (request.bodyUsed) {
    throw new TypeError("Cannot read the request body: it was read before, read request.clone() in middleware");
  }
  if (limit === undefined) return readContent(request, type, format);
  if (isLimited) return readContent(request, type, format).catch((error) => refuseTooLarge(error, limit));
  return readLimited(request, limit).then((body) => readContent(body, type, format));
}

function readContent(body: Body, type: string | null, format: AnyBodyFormat | undefined): Promise<BodyContent> {
  if (type === null) return body.arrayBuffer().then((buffer) => refuseUntyped(buffer, format));
  if (format?.kind === "form") return body.formData().catch(toFormIssue);
  return format?.kind === "bytes" ? body.arrayBuffer() : body.text();
}

/**
 * Parses a body.
 *
 * @returns The value, or the issue of a malformed body. An empty JSON body is `undefined`.
 */
export function parseBody(content: BodyContent, format: AnyBodyFormat | undefined): ReadResult {
  if (typeof content === "string") return format === undefined ? parseJson(content) : { value: content };
  // Not by `instanceof`: the edge runtime of Next.js has several realms.
  if ("byteLength" in content) return { value: format && READ_BUFFER[format.kind](content) };
  return "issues" in content ? content : { value: groupByName(content) };
}

/** Converts a buffer to each format. It is empty, except for bytes. */
const READ_BUFFER = {
  form: () => ({}),
  text: () => "",
  bytes: (buffer: ArrayBuffer) => new Uint8Array(buffer),
};

/** Clients send no content type with an empty body. */
function refuseUntyped(buffer: ArrayBuffer, format: AnyBodyFormat | undefined): ArrayBuffer {
  if (buffer.byteLength === 0 || format?.mediaTypes.includes("*/*")) return buffer;
  throw createUnsupported(format);
}

function parseJson(text: string): ReadResult {
  // The platform removes a byte order mark (Encoding §6.1), except Deno in `text()`.
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (json === "") return { value: undefined };
  try {
    return { value: JSON.parse(json) };
  } catch (error) {
    // The engine's own message quotes the text.
    const [position = ""] = /at position \d+/.exec((error as Error).message) ?? [];
    return { issues: [{ message: `is not valid JSON ${position}`.trimEnd() }] };
  }
}

function toFormIssue(error: unknown): StandardFailure {
  if ((error as Error).name !== "TypeError") throw error;
  return { issues: [{ message: "is not a valid form" }] };
}

/** At the limit, the server rejects with an error of its own. */
function refuseTooLarge(error: unknown, limit: number): never {
  const { name, status } = error as { name?: unknown; status?: unknown };
  throw name === "BodyError" && status === 413 ? createTooLarge(limit) : error;
}

/** Reads a body up to a limit that the server does not enforce. */
async function readLimited(request: Request, limit: number): Promise<Body> {
  const bytes = createByteQueue();
  // Leaving the loop cancels the stream.
  for await (const chunk of request.body ?? []) {
    bytes.push(chunk);
    if (bytes.size > limit) throw createTooLarge(limit);
  }
  const type = request.headers.get("content-type");
  return new Response(new Blob(bytes.takeAll()), { headers: type === null ? {} : { "content-type": type } });
}

function refuseMediaType(type: string, format: AnyBodyFormat | undefined): void {
  // Most requests are JSON, and comparing is cheaper than reading the type.
  if (format === undefined && type === JSON_TYPE) return;
  const isAccepted = format === undefined
    ? /^\s*application\/(?:[^\s/;]+\+)?json\s*(?:;|$)/i.test(type)
    : isOfFormat(type, format);
  if (!isAccepted) throw createUnsupported(format);
}

function createUnsupported(format: AnyBodyFormat | undefined): RequestRefusal {
  const types = format?.mediaTypes ?? [JSON_TYPE];
  return new RequestRefusal(415, `Expected a body of type ${types.join(" or ")}`, { accept: types.join(", ") });
}

function createTooLarge(limit: number): RequestRefusal {
  return new RequestRefusal(413, `Expected a body of at most ${limit} bytes`);
}
