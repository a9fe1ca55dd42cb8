/**
 * Cache keys of arbitrary values: two keys are equal only if their parts are.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";

export type KeyPart = string | Uint8Array;

/**
 * Returns a digest of parts. Each is hashed with its kind and length before it, so that no two lists of parts are the same
 * bytes.
 *
 * @returns 64 hexadecimal digits.
 */
export function digestParts(parts: Iterable<KeyPart>): string {
  // Imported at the top, it would take 10 ms of the start of every process.
  const hash = getBuiltinModule("node:crypto").createHash("sha256");
  for (const part of parts) {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    hash.update(`${typeof part === "string" ? "text" : "bytes"} ${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

/**
 * Returns the parts that a body adds to a key.
 *
 * @param body A body that `fetch()` takes.
 * @returns `null` for a stream, which can be read only once.
 */
export async function getBodyParts(body: unknown): Promise<KeyPart[] | null> {
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
 * Returns the parts that a value adds to a key. Equal values have equal parts, however the engine represents them; values
 * that JSON cannot tell apart, such as a `Map` and a `Set`, have different ones.
 *
 * @param value Any value; a function counts by its source text.
 * @throws {RangeError} If the value contains itself.
 */
export async function getValueParts(value: unknown): Promise<KeyPart[]> {
  if (typeof value !== "object" || value === null) return [typeof value, Object.is(value, -0) ? "-0" : String(value)];
  if (value instanceof FormData || value instanceof Blob || value instanceof URLSearchParams) {
    return await getBodyParts(value) ?? [];
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return [value.constructor.name, ...await getBodyParts(value) ?? []];
  }
  if (Array.isArray(value)) return await listParts("array", value);
  if (value instanceof Map || value instanceof Headers) {
    return await listParts(value.constructor.name, [...value].flat());
  }
  if (value instanceof Set) return await listParts("Set", [...value]);
  if (value instanceof RegExp) return ["RegExp", String(value)];
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return [value.constructor.name, ...await getValueParts(value.toJSON())];
  }
  return await listParts("object", Object.entries(value).flat());
}

/** Includes the length, so that the end of a list is part of the key. */
async function listParts(kind: string, values: readonly unknown[]): Promise<KeyPart[]> {
  const parts = await Promise.all(values.map(getValueParts));
  return [kind, String(values.length), ...parts.flat()];
}
