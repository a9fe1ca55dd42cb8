/**
 * The binary format of entries, for stores outside the process.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";
import type { CacheEntry } from "./store.ts";

/**
 * The layout: 4 bytes of magic and version, 4 bytes of CRC-32 over everything that follows, 4 bytes with the length of
 * the head, the head as JSON, the body.
 */
const MAGIC = 0x58_52_43_01; // "XRC", version 1
const PREFIX_BYTES = 12;

function getChecksum(bytes: Uint8Array): number {
  return getBuiltinModule("node:zlib").crc32(bytes.subarray(8));
}

/** Encodes an entry as bytes. */
export function encodeEntry({ body, ...head }: CacheEntry): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(PREFIX_BYTES + json.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(8, json.length);
  bytes.set(json, PREFIX_BYTES);
  bytes.set(body, PREFIX_BYTES + json.length);
  view.setUint32(4, getChecksum(bytes));
  return bytes;
}

/**
 * Decodes an entry.
 *
 * @returns `undefined` if the value is not an entry, is truncated or changed, or is of another version.
 */
export function decodeEntry(bytes: unknown): CacheEntry | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length < PREFIX_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC || view.getUint32(4) !== getChecksum(bytes)) return undefined;
  const end = PREFIX_BYTES + view.getUint32(8);
  if (end > bytes.length) return undefined;
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, end)));
    return isHead(head) ? { ...head, body: new Uint8Array(bytes.subarray(end)) } : undefined;
  } catch {
    return undefined;
  }
}

/** A checksum is not a signature: an entry written to the store by hand must not break its reader. */
function isHead(head: unknown): head is Omit<CacheEntry, "body"> {
  if (typeof head !== "object" || head === null) return false;
  const { tags, madeAt, revalidate, generation } = head as Record<string, unknown>;
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") && isTime(madeAt) &&
    (revalidate === null || Number.isFinite(revalidate)) && Number.isSafeInteger(generation);
}

/** The last time that a `Date` can represent, in milliseconds since 1970. */
const MAX_TIME_MS = 8.64e15;

function isTime(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= MAX_TIME_MS;
}

/**
 * Encodes a name for stores outside the process, which end strings at NUL or treat all lone surrogates as one character.
 *
 * @param name A key, a tag or another name, of any characters.
 */
export function encodeName(name: string): string {
  return JSON.stringify(name);
}

/** Decodes a name from {@linkcode encodeName}. */
export function decodeName(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
