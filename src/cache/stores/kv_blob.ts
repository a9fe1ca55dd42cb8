/**
 * Values of any size in Deno KV, which stores at most 64 KiB under a key.
 *
 * @module
 */

import type { KvDatabase } from "./kv_database.ts";

/** Stored bytes: in the value itself, or under keys of their own. */
export type KvBlob = Uint8Array<ArrayBuffer> | { readonly id: string; readonly bytes: number };

/** The size of a part; a value has some bytes of its own besides. */
const CHUNK_BYTES = 60 * 1024;
/** How many parts are read at a time, and written: a commit has at most 800 KiB. */
const CHUNKS_AT_ONCE = 10;

/** Stores bytes, in parts if they are many. */
export async function writeBlob(
  database: KvDatabase,
  bytes: Uint8Array<ArrayBuffer>,
  options: { readonly expireIn?: number },
): Promise<KvBlob> {
  if (bytes.length <= CHUNK_BYTES) return bytes;
  const kv = await database.open();
  const id = crypto.randomUUID();
  for (const indexes of getBatches(bytes.length)) {
    const set = (operation: Deno.AtomicOperation, index: number) =>
      operation.set(
        database.key("chunk", id, index),
        bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
        options,
      );
    await database.commit(indexes.reduce(set, kv.atomic()));
  }
  return { id, bytes: bytes.length };
}

/** Reads bytes; `undefined` if a part is missing, or {@linkcode writeBlob} has not returned the value. */
export async function readBlob(database: KvDatabase, blob: unknown): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (blob instanceof Uint8Array) return blob as Uint8Array<ArrayBuffer>;
  if (!isChunked(blob)) return undefined;
  const kv = await database.open();
  const bytes = new Uint8Array(blob.bytes);
  for (const indexes of getBatches(blob.bytes)) {
    const chunks = await kv.getMany(indexes.map((index) => database.key("chunk", blob.id, index)));
    for (const [position, { value }] of chunks.entries()) {
      const start = indexes[position]! * CHUNK_BYTES;
      if (!(value instanceof Uint8Array) || value.length !== Math.min(CHUNK_BYTES, blob.bytes - start)) {
        return undefined;
      }
      bytes.set(value, start);
    }
  }
  return bytes;
}

/** Deletes bytes that are stored in parts. */
export async function deleteBlob(database: KvDatabase, blob: unknown): Promise<void> {
  if (isChunked(blob)) await database.deleteAll({ prefix: database.key("chunk", blob.id) });
}

function isChunked(blob: unknown): blob is Exclude<KvBlob, Uint8Array> {
  if (typeof blob !== "object" || blob === null || blob instanceof Uint8Array) return false;
  const { id, bytes } = blob as Record<string, unknown>;
  return typeof id === "string" && Number.isSafeInteger(bytes);
}

function getBatches(bytes: number): number[][] {
  const count = Math.ceil(bytes / CHUNK_BYTES);
  return Array.from({ length: Math.ceil(count / CHUNKS_AT_ONCE) }, (_, batch) => {
    const start = batch * CHUNKS_AT_ONCE;
    return Array.from({ length: Math.min(CHUNKS_AT_ONCE, count - start) }, (_, index) => start + index);
  });
}
