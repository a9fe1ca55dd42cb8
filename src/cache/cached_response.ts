/**
 * Responses as cache entries, and which responses and headers are never stored.
 *
 * @module
 */

import { type ByteQueue, createByteQueue } from "../http/byte_queue.ts";
import { eTag } from "@std/http/etag";
import { YEAR_SECONDS } from "./entry_state.ts";
import { type HeaderList, isHeaderList } from "./header_list.ts";
import type { CacheResult, GeneratedEntry } from "./incremental_cache.ts";
import { type CacheEntry, MAX_ENTRY_BYTES } from "./store.ts";

/** The `meta` of a response's entry. */
interface ResponseMeta {
  readonly status: number;
  readonly headers: HeaderList;
  /** How long it may be served, in seconds. Default: a year. */
  readonly expire?: number | undefined;
}

/** Headers that belong to one connection or one moment, and are set on each response. */
const UNSTORED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-nextjs-cache",
]);

/** Whether a response may be stored and sent to other clients. */
export function isStorable({ status, headers }: Response): boolean {
  if (!isStorableStatus(status)) return false;
  if (headers.has("set-cookie") || headers.get("vary")?.includes("*")) return false;
  if (/\b(?:private|no-store)\b/i.test(headers.get("cache-control") ?? "")) return false;
  // An event stream does not end, and its client waits for the first event.
  return !/^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
}

function isStorableStatus(status: number): boolean {
  return status >= 200 && status !== 206 && status < 500;
}

/** Whether {@linkcode createResponseEntry} could have made an entry, so that {@linkcode createCachedResponse} can read it. */
export function isResponseEntry({ meta }: CacheEntry): boolean {
  const { status, headers, expire = 0 } = (meta ?? {}) as { readonly [name: string]: unknown };
  return Number.isFinite(expire) && Number.isInteger(status) && isStorableStatus(status as number) &&
    isHeaderList(headers) &&
    headers.every(([name]) => !UNSTORED_HEADERS.has(name) && name !== "set-cookie");
}

/** Returns how long the response of an entry may be served, in seconds; `null` if its handler has set no limit. */
export function getResponseExpire({ meta }: CacheEntry): number | null {
  return (meta as ResponseMeta).expire ?? null;
}

/** The bytes of a body, or a stream of all of it if it is too large to be stored. */
export type ReadBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/**
 * Reads a body unless it is too large to be stored.
 *
 * @param body The body.
 * @param limit How many bytes may be stored; default: the limit of an entry.
 * @param signal Stops reading: what has not been read yet is left in the stream.
 */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  limit: number = MAX_ENTRY_BYTES,
  signal?: AbortSignal,
): Promise<ReadBody> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const bytes = createByteQueue();
  const stopped = signal === undefined ? undefined : waitForAbort(signal);
  for (;;) {
    const pending = reader.read();
    const next = await (stopped === undefined ? pending : Promise.race([pending, stopped]));
    if (next === undefined) return toStream(bytes, reader, pending);
    if (next.done) return bytes.join();
    bytes.push(next.value);
    if (bytes.size > limit) return toStream(bytes, reader, reader.read());
  }
}

function waitForAbort(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}

/** Returns a stream of the bytes already read, of the one that is being read, and of the rest of the body. */
function toStream(
  read: ByteQueue,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  pending: Promise<ReadableStreamReadResult<Uint8Array>>,
): ReadableStream<Uint8Array> {
  let next: typeof pending | undefined = pending;
  pending.catch(() => {});
  return new ReadableStream({
    async pull(controller) {
      const chunk = read.shift();
      if (chunk !== undefined) return controller.enqueue(chunk);
      const { done, value } = await (next ?? reader.read());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

/**
 * Creates the entry of a response.
 *
 * @param response A response that {@linkcode isStorable}.
 * @param body Its bytes.
 * @param tags The tags that invalidate it.
 * @param revalidate How long it is fresh, in seconds; `null` for forever.
 * @param expire How long it may be served, in seconds. Default: a year.
 */
export async function createResponseEntry(
  { status, headers }: Response,
  body: Uint8Array<ArrayBuffer>,
  tags: readonly string[],
  revalidate: number | null,
  expire = Infinity,
): Promise<GeneratedEntry> {
  const stored = [...headers].filter(([name]) => !UNSTORED_HEADERS.has(name));
  if (!headers.has("cache-control")) stored.push(["cache-control", toCacheControl(revalidate, expire)]);
  // RFC 9110 §8.8.3: a validator is of the representation that 200 carries.
  if (status === 200 && !headers.has("etag")) stored.push(["etag", await eTag(body)]);
  const meta: ResponseMeta = { status, headers: stored, ...Number.isFinite(expire) && { expire } };
  return { meta, body, tags, revalidate };
}

function toCacheControl(revalidate: number | null, expire: number): string {
  if (revalidate === null) return `s-maxage=${YEAR_SECONDS}`;
  // RFC 9111 §1.2.2 allows only whole seconds.
  const seconds = Math.ceil(revalidate);
  return `s-maxage=${seconds}, stale-while-revalidate=${Math.max(Math.min(expire, YEAR_SECONDS) - seconds, 0)}`;
}

/** The response of an entry as it was last sent. */
interface Prepared {
  readonly state: CacheResult["state"];
  readonly age: number;
  readonly response: Response;
  /** Whether the body is a string: clones of a body of bytes share them, and a reader may change them. */
  readonly isText: boolean;
}

// A response with headers takes ten times as long to create as to clone, and most stay the same for a second.
const prepared = new WeakMap<CacheEntry, Prepared>();

/**
 * Creates the response of an entry, or a 304 for a client that has it (RFC 9110 §13.1.2).
 *
 * @param result An entry that {@linkcode isResponseEntry}, and its state.
 * @param isKnown Whether the client has the representation of an entity tag; `undefined` for a request without such a
 * condition.
 * @param now The time, in milliseconds since 1970.
 */
export function createCachedResponse(
  { entry, state }: CacheResult,
  isKnown: ((etag: string) => boolean) | undefined,
  now: number,
): Response {
  const age = getAge(entry, now);
  let last = prepared.get(entry);
  if (last === undefined || last.state !== state || last.age !== age) {
    last = prepareResponse(entry, state, age);
    prepared.set(entry, last);
  }
  const { response, isText } = last;
  if (isKnown !== undefined && response.status === 200) {
    // RFC 9110 §13.2.1: a condition applies to the representation that 200 carries.
    const etag = response.headers.get("etag");
    if (etag !== null && isKnown(etag)) return createNotModified(response);
  }
  if (!isText) {
    return new Response(toBody(entry, response.status), { status: response.status, headers: response.headers });
  }
  return response.clone();
}

function prepareResponse(entry: CacheEntry, state: CacheResult["state"], age: number): Prepared {
  const { status, headers: stored } = entry.meta as ResponseMeta;
  const body = toBody(entry, status);
  const response = new Response(body, { status });
  const { headers } = response;
  headers.delete("content-type");
  for (const [name, value] of stored) headers.append(name, value);
  headers.set("x-nextjs-cache", state);
  if (state !== "MISS" && !headers.has("age")) headers.set("age", String(age));
  return { state, age, response, isText: typeof body === "string" };
}

/** Returns the age in seconds, never below 0: another machine's clock may be ahead. */
function getAge(entry: CacheEntry, now: number): number {
  return Math.max(0, Math.floor((now - entry.madeAt) / 1000));
}

/** Returns short bodies as strings, which Deno sends faster than the same bytes. */
function toBody({ body }: CacheEntry, status: number): BodyInit | null {
  if (hasNoBody(status)) return null;
  if (body.length > 65_536) return body;
  try {
    return utf8.decode(body);
  } catch {
    return body;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function createNotModified(response: Response): Response {
  const headers = new Headers(response.headers);
  for (const name of ["content-type", "content-encoding", "content-language"]) headers.delete(name);
  return new Response(null, { status: 304, headers });
}

/** Whether a response of a status must not have a body. */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
