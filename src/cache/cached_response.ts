/**
 * Responses as entries of the cache, and what of them is never kept.
 *
 * @module
 */

import { joinChunks } from "../http/chunks.ts";
import { eTag } from "@std/http/etag";
import { YEAR_SECONDS } from "./entry_state.ts";
import { type HeaderList, isHeaderList } from "./header_list.ts";
import type { CacheResult, FilledEntry } from "./incremental_cache.ts";
import { type CacheEntry, MAX_ENTRY_BYTES } from "./store.ts";

/** The `meta` of a response's entry. */
interface ResponseMeta {
  readonly status: number;
  readonly headers: HeaderList;
}

/** What belongs to one connection or one moment, and is made anew for each answer. */
const UNKEPT: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-nextjs-cache",
]);

/** Whether a response may be kept and given to others. */
export function isStorable({ status, headers }: Response): boolean {
  if (!isStorableStatus(status)) return false;
  if (headers.has("set-cookie") || headers.get("vary")?.includes("*")) return false;
  if (/\b(?:private|no-store)\b/i.test(headers.get("cache-control") ?? "")) return false;
  // A stream of events has no end, and its client waits for the beginning.
  return !/^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
}

function isStorableStatus(status: number): boolean {
  return status >= 200 && status !== 206 && status < 500;
}

/** Whether an entry is one that {@linkcode createResponseEntry} made, so that {@linkcode createCachedResponse} can make a response of it. */
export function isResponseEntry({ meta }: CacheEntry): boolean {
  const { status, headers } = (meta ?? {}) as { readonly [name: string]: unknown };
  return Number.isInteger(status) && isStorableStatus(status as number) && isHeaderList(headers) &&
    headers.every(([name]) => !UNKEPT.has(name) && name !== "set-cookie");
}

/** What became of a body: its bytes, or a stream of all of it where it is too large to be kept. */
export type ReadBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/**
 * Reads a body as far as it may be kept.
 *
 * @param body The body.
 * @param limit How many bytes may be kept; default: what a store takes.
 */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  limit: number = MAX_ENTRY_BYTES,
): Promise<ReadBody> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    length += next.value.length;
    if (length > limit) return rejoined(chunks, reader);
  }
  return joinChunks(chunks, length);
}

/** A stream that begins with what was read and goes on with the rest. */
function rejoined(
  chunks: Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) return controller.enqueue(chunk);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/**
 * A response as an entry.
 *
 * @param response The response, which {@linkcode isStorable}.
 * @param body Its bytes.
 * @param tags What it can be invalidated by.
 * @param revalidate How long it is fresh, in seconds; `null` for ever.
 */
export async function createResponseEntry(
  { status, headers }: Response,
  body: Uint8Array<ArrayBuffer>,
  tags: readonly string[],
  revalidate: number | null,
): Promise<FilledEntry> {
  const kept = [...headers].filter(([name]) => !UNKEPT.has(name));
  if (!headers.has("cache-control")) kept.push(["cache-control", cacheControl(revalidate)]);
  // RFC 9110 §8.8.3: a validator is of the representation that 200 carries.
  if (status === 200 && !headers.has("etag")) kept.push(["etag", await eTag(body)]);
  return { meta: { status, headers: kept } satisfies ResponseMeta, body, tags, revalidate };
}

function cacheControl(revalidate: number | null): string {
  if (revalidate === null) return `s-maxage=${YEAR_SECONDS}`;
  // RFC 9111 §1.2.2 knows whole seconds only.
  const seconds = Math.ceil(revalidate);
  return `s-maxage=${seconds}, stale-while-revalidate=${Math.max(YEAR_SECONDS - seconds, 0)}`;
}

/** An entry's response as it was last sent. */
interface Prepared {
  readonly state: CacheResult["state"];
  readonly age: number;
  readonly response: Response;
  /** Whether the body is a string: copies of one share bytes, which whoever reads them may change. */
  readonly isText: boolean;
}

// A response with headers takes ten times as long to make as a copy of one, and most are the same for a second.
const prepared = new WeakMap<CacheEntry, Prepared>();

/**
 * An entry as a response, or 304 for a client that has it (RFC 9110 §13.1.2).
 *
 * @param found The entry, which {@linkcode isResponseEntry}, and its state.
 * @param isKnown Whether the client has what an entity tag stands for; left out for a request without such a condition.
 * @param now The time, in milliseconds since 1970.
 */
export function createCachedResponse(
  { entry, state }: CacheResult,
  isKnown: ((etag: string) => boolean) | undefined,
  now: number,
): Response {
  const age = ageOf(entry, now);
  let known = prepared.get(entry);
  if (known === undefined || known.state !== state || known.age !== age) {
    known = makeResponse(entry, state, age);
    prepared.set(entry, known);
  }
  const { response } = known;
  if (isKnown !== undefined && response.status === 200) {
    // RFC 9110 §13.2.1: a condition means what 200 carries.
    const etag = response.headers.get("etag");
    if (etag !== null && isKnown(etag)) return notModified(response);
  }
  if (!known.isText) {
    return new Response(bodyOf(entry, response.status), { status: response.status, headers: response.headers });
  }
  return response.clone();
}

function makeResponse(entry: CacheEntry, state: CacheResult["state"], age: number): Prepared {
  const { status, headers: kept } = entry.meta as ResponseMeta;
  const body = bodyOf(entry, status);
  const response = new Response(body, { status });
  const { headers } = response;
  headers.delete("content-type");
  for (const [name, value] of kept) headers.append(name, value);
  headers.set("x-nextjs-cache", state);
  if (state !== "MISS" && !headers.has("age")) headers.set("age", String(age));
  return { state, age, response, isText: typeof body === "string" };
}

/** In seconds. Never below 0: another machine's clock may be ahead. */
function ageOf(entry: CacheEntry, now: number): number {
  return Math.max(0, Math.floor((now - entry.madeAt) / 1000));
}

/** Deno sends a short string faster than the same as bytes. */
function bodyOf({ body }: CacheEntry, status: number): BodyInit | null {
  if (hasNoBody(status)) return null;
  if (body.length > 65_536) return body;
  try {
    return utf8.decode(body);
  } catch {
    return body;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function notModified(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const name of ["content-type", "content-encoding", "content-language"]) headers.delete(name);
  return new Response(null, { status: 304, headers });
}

/** A status that no body can go with. */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
