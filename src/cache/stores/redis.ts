/**
 * A store in Redis: processes on many machines share it.
 *
 * @module
 */

import { createClient, RESP_TYPES } from "@redis/client";
import { decodeEntry, decodeName, encodeEntry, encodeName } from "../entry_codec.ts";
import { type RateLimitStore, toRateLimitResult } from "../rate_limit.ts";
import { type CacheStore, refuseLarge, type TagMark, toTagMark } from "../store.ts";
import { ADOPT, GET, LEASE, MARK, RELEASE, type Script, SET, TAKE } from "./redis_scripts.ts";
import { findRedisServer, getKeyPrefix, readRedisUrl } from "./redis_url.ts";

export type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "../rate_limit.ts";
export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "../store.ts";

/** Options of {@linkcode redisStore}. */
export interface RedisStoreOptions {
  /**
   * The prefix of all keys in Redis; applications that share a server need different ones. Default: `keyPrefix` of the
   * URL, else `routes:`.
   */
  prefix?: string;
  /** How long a reply may take, in milliseconds, before the store counts as down. Default: 1000. */
  timeout?: number;
}

/** The part of the client that is used; its full type depends on options that are not. */
interface Client {
  readonly isReady: boolean;
  readonly isOpen: boolean;
  sendCommand(
    args: readonly Argument[],
    options?: { typeMapping: { [RESP_TYPES.BLOB_STRING]: typeof Buffer } },
  ): Promise<unknown>;
  destroy(): void;
}

type Argument = string | Buffer;

/** The name of the error of a reply that comes too late. */
const TIMEOUT = "TimeoutError";

/** How a server answers that has become a replica, or has given its keys to another one. */
const MOVED = /^(?:READONLY|MOVED)\b/;

/** How long Redis keeps an entry that is not regenerated: 30 days. */
const ENTRY_TTL_MS = 30 * 24 * 3600 * 1000;

/**
 * Creates a store in Redis. It connects on first use, and reconnects when the connection is lost; without one,
 * requests are served uncached.
 *
 * Each call is one round trip: the next request here sees what another process has invalidated. Any `maxmemory-policy`
 * works. The URL is one of these, with `rediss` instead of `redis` for TLS:
 *
 * - `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`: a server, with or without replicas.
 * - `redis+sentinel://[USER:PASSWORD@]HOST[:PORT],…/NAME[/DATABASE]`: the master that sentinels know by a name. The
 *   sentinels themselves have no password. Their port is 26379 by default.
 * - `redis+cluster://[USER:PASSWORD@]HOST[:PORT],…`: a cluster. All keys are in one slot, because a script may not use
 *   several; so a cache is on one master, and caches with different prefixes are on different ones.
 *
 * `?keyPrefix=PREFIX` is the prefix of all keys. After a failover all entries count as missing: the new master may lack
 * the last invalidations.
 *
 * @param url The URL of Redis.
 * @param options Key prefix and timeout.
 * @throws {TypeError} If the URL is invalid.
 *
 * @example
 * ```ts ignore
 * const server = await serveRoutes("./app", { cache: redisStore("redis://127.0.0.1:6379") });
 * ```
 */
export function redisStore(
  url: string,
  { prefix: givenPrefix, timeout = 1000 }: RedisStoreOptions = {},
): CacheStore & RateLimitStore {
  const target = readRedisUrl(url);
  const prefix = getKeyPrefix(target, givenPrefix);
  const countsKey = `${prefix}counts`;
  let client: Client | undefined;
  let connecting: Promise<void> | undefined;
  let tried = false;
  let closed = false;
  let lastError: unknown;
  const dropped = new WeakSet<Client>();

  /** Opens a connection; the client's own reconnecting would continue after the store is closed. */
  async function connect(): Promise<void> {
    let connection: Client & { connect(): Promise<unknown> } | undefined;
    try {
      connection = createConnection(await findRedisServer(target, countsKey, ask));
      await withTimeout(connection.connect());
      const info = String(await withTimeout(connection.sendCommand(["INFO", "server"])));
      await runOn(connection, ADOPT, [countsKey], /run_id:(\w+)/.exec(info)?.[1] ?? "");
      if (closed) drop(connection, undefined);
      else client = connection;
    } catch (error) {
      if (connection === undefined) lastError = error;
      else drop(connection, error);
    }
  }

  function createConnection(url: string) {
    const connection = createClient({
      url,
      disableOfflineQueue: true,
      socket: { connectTimeout: timeout, reconnectStrategy: false },
    });
    connection.on("error", (error) => drop(connection, error));
    return connection;
  }

  /** Sends a command to a server that is not the one with the keys. */
  async function ask(url: string, args: readonly string[]): Promise<unknown> {
    const connection = createConnection(url);
    try {
      await withTimeout(connection.connect());
      return await withTimeout(connection.sendCommand([...args]));
    } finally {
      if (connection.isOpen) connection.destroy();
    }
  }

  function drop(old: Client, error: unknown): void {
    // Errors of a client after it was dropped are not the reason for dropping it.
    if (dropped.has(old)) return;
    dropped.add(old);
    lastError = error;
    if (client === old) client = undefined;
    if (old.isOpen) old.destroy();
  }

  async function getClient(): Promise<Client> {
    if (closed) throw new Error("the store is closed");
    if (client?.isReady) return client;
    connecting ??= connect().finally(() => connecting = undefined);
    // Only once; later requests do not wait for a server that is down.
    if (!tried) await connecting;
    tried = true;
    if (client === undefined) throw lastError ?? new Error("no connection yet");
    return client;
  }

  async function send(args: readonly Argument[]): Promise<unknown> {
    return await sendOn(await getClient(), args);
  }

  async function sendOn(client: Client, args: readonly Argument[]): Promise<unknown> {
    try {
      return await withTimeout(client.sendCommand(args, { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } }));
    } catch (error) {
      // The server hangs, and further commands would hang too; or it does not have the keys any more.
      if (error instanceof Error && (error.name === TIMEOUT || MOVED.test(error.message))) drop(client, error);
      throw error;
    }
  }

  /** Not `deadline()` of `@std/async`, whose timers outlive the replies: 100,000 of them at 20,000 replies a second. */
  async function withTimeout<T>(reply: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(Object.assign(new Error(`no answer within ${timeout} ms`), { name: TIMEOUT }));
    }, timeout);
    try {
      return await Promise.race([reply, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function run(script: Script, keys: readonly string[], ...args: Argument[]): Promise<unknown> {
    return await runOn(await getClient(), script, keys, ...args);
  }

  /** Runs a script by its digest, and sends its text if Redis does not have it. */
  async function runOn(
    client: Client,
    { text, digest }: Script,
    keys: readonly string[],
    ...args: Argument[]
  ): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await sendOn(client, ["EVALSHA", digest, ...rest]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return await sendOn(client, ["EVAL", text, ...rest]);
    }
  }

  async function* keys(): AsyncGenerator<string[]> {
    let cursor = "0";
    do {
      const pattern = `${prefix.replaceAll(/[*?[\]\\]/g, "\\$&")}entry:*`;
      const [next, page] = await send(["SCAN", cursor, "MATCH", pattern, "COUNT", "500"]) as [Buffer, Buffer[]];
      cursor = next.toString();
      yield page.map((key) => key.toString());
    } while (cursor !== "0");
  }

  const entryKey = (key: string) => `${prefix}entry:${encodeName(key)}`;
  const leaseKey = (name: string) => `${prefix}lease:${encodeName(name)}`;

  return {
    async get(key, tags) {
      const reply = await run(GET, [countsKey, entryKey(key)], ...tags.map(encodeName));
      const [generation, data, marks] = reply as [Buffer, Buffer | null, Buffer[]];
      return {
        entry: data === null ? undefined : decodeEntry(data),
        marks: marks.map(readMark),
        generation: Number(generation.toString()),
      };
    },
    async set(key, entry) {
      refuseLarge(key, entry.body.length);
      const data = Buffer.from(encodeEntry(entry).buffer);
      const tags = entry.tags.map(encodeName);
      await run(SET, [countsKey, entryKey(key)], String(entry.generation), data, String(ENTRY_TTL_MS), ...tags);
    },
    async delete(key) {
      await send(["DEL", entryKey(key)]);
    },
    async mark(tags, expireAt, now) {
      await run(MARK, [countsKey], expireAt === null ? "" : String(expireAt), String(now), ...tags.map(encodeName));
    },
    async lease(name, holder, ms) {
      return await run(LEASE, [leaseKey(name)], holder, String(ms)) === 1;
    },
    async release(name, holder) {
      await run(RELEASE, [leaseKey(name)], holder);
    },
    async take(key, policy) {
      const { algorithm, limit, windowMs } = policy;
      const reply = await run(TAKE, [`${prefix}limit:${encodeName(key)}`], algorithm, String(limit), String(windowMs));
      const [isAllowed, used, since, now] = (reply as unknown[]).map(Number) as [number, number, number, number];
      return toRateLimitResult({ used, since }, isAllowed === 1, policy, now);
    },
    async *list() {
      const start = `${prefix}entry:`.length;
      for await (const page of keys()) {
        for (const key of page.sort()) {
          const data = await send(["HGET", key, "data"]).catch(() => null);
          yield { key: decodeName(key.slice(start)), entry: decodeEntry(data) };
        }
      }
    },
    async clear() {
      for await (const page of keys()) if (page.length > 0) await send(["UNLINK", ...page]);
    },
    async close() {
      closed = true;
      await connecting;
      if (client !== undefined) drop(client, undefined);
    },
  };
}

function readMark(bytes: Buffer): TagMark {
  try {
    return toTagMark(JSON.parse(bytes.toString()));
  } catch {
    return toTagMark(undefined);
  }
}
