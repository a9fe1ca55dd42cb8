/**
 * Reads the body of a request as its contract says: JSON, a form, text or bytes.
 *
 * @module
 */

import type { AnyBodyFormat } from "./body_format.ts";
import { RequestRefusal } from "./request_refusal.ts";
import { groupByName } from "./read_parts.ts";
import type { StandardFailure, StandardSuccess } from "./standard_schema.ts";

/** How a body is read. */
export interface BodyOptions {
  /** The format; default: JSON. */
  readonly format: AnyBodyFormat | undefined;
  /** How many bytes it may have. */
  readonly limit: number | undefined;
  /** Whether the server stops reading at the limit by itself. */
  readonly isLimited: boolean;
}

/** A body that was read, not validated; or why it is malformed. */
type ReadResult = StandardSuccess<unknown> | StandardFailure;

const JSON_TYPE = "application/json";

/**
 * Reads a body.
 *
 * @returns The value, `undefined` for an empty body that is to be JSON; or the issue of a malformed one.
 * @throws {RequestRefusal} If it has another media type or is too large.
 */
export async function readBody(request: Request, options: BodyOptions): Promise<ReadResult> {
  const { format, limit } = options;
  const { headers } = request;
  const type = headers.get("content-type");
  if (type !== null) refuseMediaType(type, format);
  if (limit !== undefined && Number(headers.get("content-length")) > limit) throw createTooLarge(limit);
  if (request.bodyUsed) {
    throw new TypeError("Cannot read the request body: it was read before, by middleware perhaps: read a clone there");
  }
  const body = limit === undefined || options.isLimited ? request : await readLimited(request, limit);
  try {
    return await readers[format?.kind ?? "json"](body, type, format);
  } catch (error) {
    // What the server rejects while the body is read.
    const { name, status } = error as { name?: unknown; status?: unknown };
    if (name === "BodyError" && status === 413) throw createTooLarge(limit);
    throw error;
  }
}

type BodyReader = (body: Body, type: string | null, format: AnyBodyFormat | undefined) => Promise<ReadResult>;

const readers: Readonly<Record<"json" | AnyBodyFormat["kind"], BodyReader>> = {
  async json(body, type) {
    const text = removeByteOrderMark(await body.text());
    if (text === "") return { value: undefined };
    if (type === null) throw createUnsupported(undefined);
    try {
      return { value: JSON.parse(text) };
    } catch (error) {
      // The engine's own message quotes the text.
      const [position = ""] = /at position \d+/.exec((error as Error).message) ?? [];
      return { issues: [{ message: `is not valid JSON ${position}`.trimEnd() }] };
    }
  },
  async form(body, type, format) {
    if (type === null) {
      const { byteLength } = await body.arrayBuffer();
      if (byteLength > 0) throw createUnsupported(format);
      return { value: {} };
    }
    try {
      return { value: groupByName(await body.formData()) };
    } catch (error) {
      if (!(error instanceof TypeError) || error.name === "BodyError") throw error;
      return { issues: [{ message: "is not a valid form" }] };
    }
  },
  async text(body, type, format) {
    const text = await body.text();
    if (type === null && text !== "") throw createUnsupported(format);
    return { value: text };
  },
  async bytes(body, type, format) {
    const bytes = new Uint8Array(await body.arrayBuffer());
    if (type === null && bytes.length > 0 && !format!.mediaTypes.includes("*/*")) throw createUnsupported(format);
    return { value: bytes };
  },
};

/** The platform removes it (Encoding §6.1), except Deno in `text()`. */
function removeByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Reads a body up to a limit, where no server does. */
async function readLimited(request: Request, limit: number): Promise<Body> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw createTooLarge(limit);
    chunks.push(chunk);
  }
  const type = request.headers.get("content-type");
  return new Response(new Blob(chunks), { headers: type === null ? {} : { "content-type": type } });
}

function refuseMediaType(type: string, format: AnyBodyFormat | undefined): void {
  // Most requests are JSON, and comparing is cheaper than reading the type.
  if (format === undefined && type === JSON_TYPE) return;
  const essence = type.split(";", 1)[0]!.trim().toLowerCase();
  const isAccepted = format === undefined
    ? essence === JSON_TYPE || /^application\/[^\s/]+\+json$/.test(essence)
    : format.mediaTypes.some((range) => isInRange(essence, range));
  if (!isAccepted) throw createUnsupported(format);
}

function isInRange(essence: string, range: string): boolean {
  return range === "*/*" || range === essence || (range.endsWith("/*") && essence.startsWith(range.slice(0, -1)));
}

function createUnsupported(format: AnyBodyFormat | undefined): RequestRefusal {
  const types = (format?.mediaTypes ?? [JSON_TYPE]).join(", ");
  return new RequestRefusal(415, `Expected a body of type ${types.replace(", ", " or ")}`, { accept: types });
}

function createTooLarge(limit: number | undefined): RequestRefusal {
  return new RequestRefusal(413, limit === undefined ? undefined : `Expected a body of at most ${limit} bytes`);
}
