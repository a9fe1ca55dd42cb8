/**
 * Entries as bytes, for stores outside the process.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import type { CacheEntry } from "./store.ts";

/**
 * The layout: 4 bytes of magic and version, 4 bytes of CRC-32 over all that follows, 4 bytes of the head's length, the
 * head as JSON, the body.
 */
const MAGIC = 0x58_52_43_01; // "XRC", version 1
const HEAD = 12;

/** An entry as bytes. */
export function encodeEntry({ body, ...head }: CacheEntry): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(HEAD + json.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(8, json.length);
  bytes.set(json, HEAD);
  bytes.set(body, HEAD + json.length);
  view.setUint32(4, crc32(bytes.subarray(8)));
  return bytes;
}

/**
 * An entry from bytes.
 *
 * @returns `undefined` if they are none, cut short, changed, or of another version.
 */
export function decodeEntry(bytes: unknown): CacheEntry | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length < HEAD) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== MAGIC || view.getUint32(4) !== crc32(bytes.subarray(8))) return undefined;
  const end = HEAD + view.getUint32(8);
  if (end > bytes.length) return undefined;
  try {
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD, end)));
    return isHead(head) ? { ...head, body: new Uint8Array(bytes.subarray(end)) } : undefined;
  } catch {
    return undefined;
  }
}

/** A checksum is no signature: what someone wrote into the store by hand must not break who reads it. */
function isHead(head: unknown): head is Omit<CacheEntry, "body"> {
  if (typeof head !== "object" || head === null) return false;
  const { tags, madeAt, revalidate, generation } = head as Record<string, unknown>;
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") && isTime(madeAt) &&
    (revalidate === null || Number.isFinite(revalidate)) && Number.isSafeInteger(generation);
}

/** The last time that a `Date` can have, in milliseconds since 1970. */
const LAST_TIME = 8.64e15;

function isTime(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) <= LAST_TIME;
}

/**
 * A name as stores outside the process can have it: they end texts at NUL, or take all lone surrogates for one character.
 *
 * @param name A key, a tag or the like, of any characters.
 */
export function encodeName(name: string): string {
  return JSON.stringify(name);
}

/** A name from {@linkcode encodeName}. */
export function decodeName(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
