/**
 * Keys made of anything: equal for equal parts, and for no others.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** A part of a key. */
export type KeyPart = string | Uint8Array;

/**
 * The digest of parts. Each goes in with its kind and length before it: no two lists of parts are the same bytes.
 *
 * @param parts The parts.
 * @returns 64 hexadecimal digits.
 */
export function digestParts(parts: Iterable<KeyPart>): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    hash.update(`${typeof part === "string" ? "text" : "bytes"} ${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

/**
 * The parts that a body adds to a key.
 *
 * @param body What `fetch()` takes as body.
 * @returns `null` for a stream, which can be read once only.
 */
export async function bodyParts(body: unknown): Promise<KeyPart[] | null> {
  if (body === null || body === undefined) return [];
  if (body instanceof ReadableStream) return null;
  if (body instanceof URLSearchParams) return ["form", body.toString()];
  if (body instanceof FormData) return await formParts(body);
  if (body instanceof Blob) return ["blob", body.type, await body.bytes()];
  if (body instanceof ArrayBuffer) return [new Uint8Array(body)];
  if (ArrayBuffer.isView(body)) return [new Uint8Array(body.buffer, body.byteOffset, body.byteLength)];
  return [String(body)];
}

async function formParts(form: FormData): Promise<KeyPart[]> {
  const parts: KeyPart[] = ["form data"];
  for (const [name, value] of form) {
    if (typeof value === "string") parts.push("field", name, value);
    else parts.push("file", name, value.name, value.type, await value.bytes());
  }
  return parts;
}

/**
 * The parts that a value adds to a key: what is equal has equal parts, however the engine holds it, and what JSON would
 * take for the same, a `Map` and a `Set` say, has not.
 *
 * @param value Any value; a function counts by its source text.
 * @throws {RangeError} If the value holds itself.
 */
export async function valueParts(value: unknown): Promise<KeyPart[]> {
  if (typeof value !== "object" || value === null) return [typeof value, Object.is(value, -0) ? "-0" : String(value)];
  if (value instanceof FormData || value instanceof Blob || value instanceof URLSearchParams) {
    return await bodyParts(value) ?? [];
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return [value.constructor.name, ...await bodyParts(value) ?? []];
  }
  if (Array.isArray(value)) return await listParts("array", value);
  if (value instanceof Map || value instanceof Headers) {
    return await listParts(value.constructor.name, [...value].flat());
  }
  if (value instanceof Set) return await listParts("Set", [...value]);
  if (value instanceof RegExp) return ["RegExp", String(value)];
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return [value.constructor.name, ...await valueParts(value.toJSON())];
  }
  return await listParts("object", Object.entries(value).flat());
}

/** With its length, so that where a list ends is part of the key. */
async function listParts(kind: string, values: readonly unknown[]): Promise<KeyPart[]> {
  const parts = await Promise.all(values.map(valueParts));
  return [kind, String(values.length), ...parts.flat()];
}
