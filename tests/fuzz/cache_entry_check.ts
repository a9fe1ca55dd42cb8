/**
 * Entries of the cache whose bytes were changed: read as none, or as what they say, and never the end of a request.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { decodeEntry, encodeEntry } from "../../src/cache/entry_codec.ts";
import type { CacheEntry } from "../../src/cache/store.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { createApp } from "../helpers/app.ts";
import type { Input, Problem } from "./area.ts";

/** An entry, and what happens to its bytes. */
export type CacheEntryInput = {
  readonly meta: Input;
  readonly body: string;
  readonly tags: readonly string[];
  /** How old it is, in seconds; below 0 for one that another clock made. */
  readonly age: number;
  readonly revalidate: number | null;
  readonly generation: number;
  readonly changes: readonly {
    /** Where, from 0 to 1. */
    readonly at: number;
    readonly remove: number;
    readonly insert: string;
  }[];
  /** Whether who changed the bytes wrote a right checksum too. */
  readonly isSigned: boolean;
  readonly request: { readonly method: string; readonly condition: string };
};

const NOW = 1_700_000_000_000;
const FRESH = new TextEncoder().encode("made now");
const DAY_S = 86_400;

/** Where the bytes of an entry begin that its checksum is of. */
const CHECKED = 8;

/**
 * Changes the bytes of an entry, reads them, and serves what was read.
 *
 * @param input The entry.
 * @param decode What reads the bytes; default: the module's own.
 */
export async function checkEntry(
  input: CacheEntryInput,
  decode: (bytes: Uint8Array) => CacheEntry | undefined = decodeEntry,
): Promise<Problem | null> {
  const { meta, tags, age, revalidate, generation } = input;
  const body = new Uint8Array(Buffer.from(input.body, "latin1"));
  const original = encodeEntry({ meta, body, tags, madeAt: NOW - age * 1000, revalidate, generation });
  const bytes = changed(original, input);
  let entry: CacheEntry | undefined;
  try {
    entry = decode(bytes);
  } catch (error) {
    return { kind: "an entry throws when it is read", detail: `${error}` };
  }
  if (Buffer.compare(bytes, original) !== 0) {
    if (!input.isSigned && entry !== undefined) {
      return { kind: "an entry that was changed is read", detail: Deno.inspect(entry) };
    }
  } else if (entry === undefined ? isUsual(meta) : Buffer.compare(encodeEntry(entry), bytes) !== 0) {
    return { kind: "an entry is not read as it was written", detail: Deno.inspect(entry) };
  }
  return await serve(entry, input.request);
}

/** Whether it is the `meta` of a response that the module itself would keep. */
function isUsual(meta: Input): boolean {
  if (typeof meta !== "object" || meta === null || !("status" in meta) || !("headers" in meta)) return false;
  const { headers, ...rest } = meta;
  return Object.keys(rest).join() === "status" && [200, 203, 404].includes(rest.status as number) &&
    Array.isArray(headers) &&
    headers.every((pair) =>
      Array.isArray(pair) && pair.length === 2 && /^x-[a-z]+$/.test(String(pair[0])) && /^[a-z]*$/.test(String(pair[1]))
    );
}

function changed(original: Uint8Array, { changes, isSigned }: CacheEntryInput): Uint8Array<ArrayBuffer> {
  let bytes = Buffer.from(original);
  for (const { at, remove, insert } of changes) {
    const start = Math.floor(Math.abs(at % 1) * bytes.length);
    bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from(insert, "latin1"), bytes.subarray(start + remove)]);
  }
  if (isSigned && bytes.length >= CHECKED) {
    original.subarray(0, 4).forEach((byte, index) => bytes[index] = byte);
    bytes.writeUInt32BE(crc32(bytes.subarray(CHECKED)), 4);
  }
  return new Uint8Array(bytes);
}

async function serve(
  entry: CacheEntry | undefined,
  { method, condition }: CacheEntryInput["request"],
): Promise<Problem | null> {
  const reported: unknown[] = [];
  const route = { GET: () => new Response(FRESH), revalidate: 60 };
  const app = await createApp({ "route.ts": route }, {
    cache: { ...memoryStore(), get: () => ({ entry, marks: [], generation: 0 }), set() {} },
    now: () => NOW,
    onError: (error) => void reported.push(error),
  });
  const detail = (what: unknown) => `${what}, served from ${Deno.inspect(entry, { strAbbreviateSize: 200 })}`;
  try {
    const response = await app.request("/", {
      method,
      headers: condition === "" ? {} : { "if-none-match": condition },
    });
    const bytes = await response.bytes();
    await app.drain();
    const { status, headers } = response;
    // An entry that says so itself has no other answer.
    const said = (entry?.meta as { status?: unknown } | null | undefined)?.status;
    if (status >= 500 && status !== said) {
      return { kind: `an entry is answered with ${status}`, detail: detail(reported[0] ?? status) };
    }
    const state = headers.get("x-nextjs-cache");
    // The response that was made now may be one that the client has.
    if (entry === undefined && method === "GET" && !isSame(bytes, FRESH) && (status !== 304 || condition === "")) {
      return { kind: "an answer of no entry and no handler", detail: detail(text(bytes)) };
    }
    if (entry !== undefined && state === "HIT" && entry.madeAt > NOW + DAY_S * 1000) {
      return { kind: "an entry of the future is fresh", detail: detail(state) };
    }
    return entry === undefined ? null : wrongBody(entry, method, status, state, bytes);
  } catch (error) {
    return {
      kind: `an entry throws ${error instanceof Error ? error.name : "something"} when it is served`,
      detail: detail(error),
    };
  } finally {
    await app.close();
  }
}

/** The body is the entry's, or that of the handler: never a mix, never another's. */
function wrongBody(
  { body }: CacheEntry,
  method: string,
  status: number,
  state: string | null,
  bytes: Uint8Array,
): Problem | null {
  if (method === "HEAD" || status === 204 || status === 205 || status === 304) {
    return bytes.length === 0 ? null : { kind: "a body where none may be", detail: text(bytes) };
  }
  if (isSame(bytes, FRESH) || ((state === "HIT" || state === "STALE") && isSame(bytes, body))) return null;
  return { kind: "an entry gives another body", detail: `expected ${text(body)}, got ${text(bytes)}` };
}

function isSame(bytes: Uint8Array, wanted: Uint8Array): boolean {
  return Buffer.compare(bytes, wanted) === 0;
}

function text(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString("latin1"));
}
