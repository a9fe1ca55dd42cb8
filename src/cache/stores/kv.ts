/**
 * A store in Deno KV: in a file, in the database of a deployment on Deno Deploy, or on a server of `denokv`.
 *
 * @module
 */

import { decodeEntry, decodeName, encodeEntry, encodeName } from "../entry_codec.ts";
import { countRequest, type RateLimitState, type RateLimitStore } from "../rate_limit.ts";
import { type CacheEntry, type CacheStore, MAX_LEASE_MS, refuseLarge } from "../store.ts";
import { deleteBlob, type KvBlob, readBlob, writeBlob } from "./kv_blob.ts";
import { CONFLICT, createKvDatabase, toKeyPart } from "./kv_database.ts";
import { createKvMarks, type KvCounts } from "./kv_marks.ts";

export type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "../rate_limit.ts";
export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "../store.ts";

/** Options of {@linkcode kvStore}. */
export interface KvStoreOptions {
  /** The first part of all keys; applications that share a database need different ones. Default: `routes`. */
  prefix?: string;
}

/** A stored entry. */
interface StoredEntry {
  readonly generation: number;
  /** How many of the bytes are the name of the key. */
  readonly nameBytes: number;
  /** The name of the key, and the encoded entry. */
  readonly data: KvBlob;
}

/** How long KV keeps an entry that is not regenerated: 30 days. */
const ENTRY_TTL_MS = 30 * 24 * 3600 * 1000;
/** How often an entry is read again because another process has replaced it meanwhile. */
const MAX_READS = 5;

/**
 * Creates a store in Deno KV. It opens the database on first use.
 *
 * Deno KV is unstable in Deno 2.9: the process needs `--unstable-kv`, or `"unstable": ["kv"]` in its `deno.json`. For a
 * file, it also needs permission to read and write it and its folder; for a URL, to access the network and the variable
 * `DENO_KV_ACCESS_TOKEN`.
 *
 * Each process has the marks of all invalidated tags in memory, about 20 MB for the most that there are.
 *
 * @param location A file, the URL of a database, or nothing for the database of the deployment on Deno Deploy.
 * @param options The prefix of all keys.
 * @throws {TypeError} If this process has no Deno KV.
 * @see https://docs.deno.com/deploy/kv/
 *
 * @example
 * ```ts ignore
 * const server = await serveRoutes("./app", { cache: kvStore(".routes/cache.kv") });
 * ```
 */
export function kvStore(location?: string, { prefix = "routes" }: KvStoreOptions = {}): CacheStore & RateLimitStore {
  const database = createKvDatabase(location, prefix);
  const { open, key: toKey, retry, commit } = database;
  const marks = createKvMarks(database);
  const countsKey = toKey("counts");
  const getEntryKey = (key: string) => toKey("entry", toKeyPart(key));

  async function readAll(key: string): Promise<{ readonly counts: KvCounts; readonly entry: CacheEntry | undefined }> {
    const kv = await open();
    for (let reads = 1;; reads++) {
      // In one call: both are of the same moment.
      const [storedCounts, stored] = await kv.getMany<[unknown, unknown]>([countsKey, getEntryKey(key)]);
      const counts = await marks.ensureCounts(storedCounts.value);
      const data = await readStored(stored.value);
      if (data === undefined && stored.value !== null && reads < MAX_READS) continue;
      const entry = decodeEntry(data?.entry);
      const isKnown = entry !== undefined && entry.generation >= counts.floor && entry.generation <= counts.generation;
      return { counts, entry: isKnown ? entry : undefined };
    }
  }

  async function readStored(
    value: unknown,
  ): Promise<{ readonly name: string; readonly entry: Uint8Array } | undefined> {
    const { data, nameBytes } = (value ?? {}) as Partial<StoredEntry>;
    const bytes = await readBlob(database, data);
    if (bytes === undefined || nameBytes === undefined) return undefined;
    return {
      name: decodeName(new TextDecoder().decode(bytes.subarray(0, nameBytes))),
      entry: bytes.subarray(nameBytes),
    };
  }

  async function deleteStored(key: Deno.KvKey): Promise<void> {
    const old = await retry(async (kv) => {
      const stored = await kv.get<StoredEntry>(key);
      const ok = await commit(kv.atomic().check(stored).delete(key));
      return ok ? stored.value : CONFLICT;
    });
    await deleteBlob(database, old?.data);
  }

  return {
    async get(key, tags) {
      const { counts, entry } = await readAll(key);
      const { generation } = counts;
      if (entry === undefined || entry.generation === generation) return { entry, marks: [], generation };
      return { entry, marks: await marks.read(counts, [...entry.tags, ...tags]), generation };
    },
    async set(key, entry) {
      refuseLarge(key, entry.body.length);
      const { generation } = entry;
      const name = new TextEncoder().encode(encodeName(key));
      const options = { expireIn: ENTRY_TTL_MS };
      const data = await writeBlob(database, concat(name, encodeEntry(entry)), options);
      const value: StoredEntry = { generation, nameBytes: name.length, data };
      const unused = await retry(async (kv) => {
        const [storedCounts, before] = await kv.getMany<[unknown, StoredEntry]>([countsKey, getEntryKey(key)]);
        const counts = await marks.ensureCounts(storedCounts.value);
        const earliest = Math.max(counts.floor, getKnownGeneration(before.value, counts));
        if (generation < earliest || generation > counts.generation) return data;
        const ok = await commit(kv.atomic().check(before).set(getEntryKey(key), value, options));
        return ok ? before.value?.data : CONFLICT;
      });
      await deleteBlob(database, unused);
    },
    delete: (key) => deleteStored(getEntryKey(key)),
    mark: (tags, expireAt, now) => marks.add(tags, expireAt, now),
    lease: (name, holder, ms, now) =>
      retry(async (kv) => {
        const held = await kv.get<{ holder: string; until: number }>(toKey("lease", toKeyPart(name)));
        const isHeld = held.value !== null && held.value.until > now && held.value.until <= now + MAX_LEASE_MS;
        if (isHeld && held.value.holder !== holder) return false;
        const value = { holder, until: now + ms };
        const ok = await commit(kv.atomic().check(held).set(held.key, value, { expireIn: MAX_LEASE_MS }));
        return ok || CONFLICT;
      }),
    release: (name, holder) =>
      retry(async (kv) => {
        const held = await kv.get<{ holder: string }>(toKey("lease", toKeyPart(name)));
        if (held.value?.holder !== holder) return;
        const ok = await commit(kv.atomic().check(held).delete(held.key));
        return ok ? undefined : CONFLICT;
      }),
    take: (key, policy, now) =>
      retry(async (kv) => {
        const before = await kv.get<RateLimitState>(toKey("limit", toKeyPart(key)));
        const { state, result } = countRequest(before.value ?? undefined, policy, now);
        const ok = await commit(kv.atomic().check(before).set(before.key, state, { expireIn: policy.windowMs }));
        return ok ? result : CONFLICT;
      }),
    async *list() {
      const kv = await open();
      for await (const { value } of kv.list({ prefix: toKey("entry") })) {
        const stored = await readStored(value);
        if (stored !== undefined) yield { key: stored.name, entry: decodeEntry(stored.entry) };
      }
    },
    async clear() {
      const kv = await open();
      const entries = { prefix: toKey("entry") };
      const stored = await Array.fromAsync(kv.list<StoredEntry>(entries), ({ value }) => value.data);
      await database.deleteAll(entries);
      for (const data of stored) await deleteBlob(database, data);
    },
    close: database.close,
  };
}

/** The generation of an entry that a new one must not be earlier than. */
function getKnownGeneration(stored: StoredEntry | null, counts: KvCounts): number {
  const generation = stored?.generation;
  return typeof generation === "number" && generation <= counts.generation ? generation : 0;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
