/**
 * A store in Redis: processes on many machines share it.
 *
 * @module
 */

import { createClient, RESP_TYPES } from "@redis/client";
import { deadline } from "@std/async/deadline";
import { createHash } from "node:crypto";
import { decodeEntry, decodeName, encodeEntry, encodeName } from "../entry_codec.ts";
import { MAX_SKEW_MS } from "../clock.ts";
import { type RateLimitStore, toRateLimitResult } from "../rate_limit.ts";
import { type CacheStore, MAX_LEASE_MS, MAX_TAGS, refuseLarge, type TagMark, toTagMark } from "../store.ts";

export type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "../rate_limit.ts";
export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "../store.ts";

/** Options of {@linkcode redisStore}. */
export interface RedisStoreOptions {
  /** The prefix of all keys in Redis; applications that share a server need different ones. Default: `routes:`. */
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

/** A Lua script, and the digest by which Redis caches it. */
interface Script {
  readonly text: string;
  readonly digest: string;
}

/**
 * The counts and all marks are in one hash, so that Redis cannot evict only some of them. The count starts at the time in
 * microseconds, which is above every earlier count.
 */
const COUNTS = `
  local counts = redis.call("HMGET", KEYS[1], "generation", "floor")
  local generation, floor = tonumber(counts[1]), tonumber(counts[2])
  if not generation then
    local time = redis.call("TIME")
    generation = time[1] * 1000000 + time[2]
    floor = generation
    redis.call("HSET", KEYS[1], "generation", string.format("%.0f", generation), "floor", string.format("%.0f", floor))
  end
`;

/** KEYS: counts. ARGV: the run id of the server. A server that was restarted may have gone back to an older state. */
const ADOPT = createScript(`${COUNTS}
  if redis.call("HGET", KEYS[1], "run") == ARGV[1] then return end
  local time = redis.call("TIME")
  local text = string.format("%.0f", math.max(generation + 1, time[1] * 1000000 + time[2]))
  redis.call("HSET", KEYS[1], "run", ARGV[1], "generation", text, "floor", text)
`);

/** KEYS: counts, entry. ARGV: tags. → generation, data, marks. An entry that `SET` did not write counts as missing. */
const GET = createScript(`${COUNTS}
  local text = string.format("%.0f", generation)
  local nothing = { text, false, {} }
  local entry = redis.pcall("HMGET", KEYS[2], "generation", "data", "tags")
  local made = not entry.err and tonumber(entry[1] or "")
  if not made or made < floor or made > generation then return nothing end
  if made == generation then return { text, entry[2], {} } end
  local ok, tags = pcall(cmsgpack.unpack, entry[3])
  if not ok or type(tags) ~= "table" then return nothing end
  local marks = {}
  for _, list in ipairs({ tags, ARGV }) do
    for _, tag in ipairs(list) do
      if type(tag) ~= "string" then return nothing end
      local mark = redis.call("HGET", KEYS[1], "tag:" .. tag)
      if mark then marks[#marks + 1] = mark end
    end
  end
  return { text, entry[2], marks }
`);

/** KEYS: counts, entry. ARGV: generation, data, time to live in ms, tags. */
const SET = createScript(`${COUNTS}
  local made = tonumber(ARGV[1])
  local before = redis.pcall("HGET", KEYS[2], "generation")
  before = type(before) == "string" and tonumber(before) or 0
  if made < floor or made > generation or (made < before and before <= generation) then return end
  local tags = {}
  for i = 4, #ARGV do tags[#tags + 1] = ARGV[i] end
  redis.call("DEL", KEYS[2])
  redis.call("HSET", KEYS[2], "generation", ARGV[1], "data", ARGV[2], "tags", cmsgpack.pack(tags))
  redis.call("PEXPIRE", KEYS[2], ARGV[3])
`);

/** KEYS: counts. ARGV: end of staleness or "", now, tags. The arithmetic is that of \`markTag()\`. */
const MARK = createScript(`${COUNTS}
  generation = generation + 1
  redis.call("HSET", KEYS[1], "generation", string.format("%.0f", generation))
  local expire, now = tonumber(ARGV[1]), tonumber(ARGV[2])
  local function isNumber(value) return type(value) == "number" and math.abs(value) < math.huge end
  local function isMark(mark)
    if type(mark) ~= "table" then return false end
    return isNumber(mark[1]) and isNumber(mark[2]) and isNumber(mark[3]) and (mark[4] == nil or isNumber(mark[4]))
  end
  for i = 3, #ARGV do
    local field = "tag:" .. ARGV[i]
    local hard, soft, untilTime, markedAt = 0, 0, 0, 0
    local before = redis.call("HGET", KEYS[1], field)
    if before then
      local ok, mark = pcall(cjson.decode, before)
      if ok and isMark(mark) then
        hard, soft, untilTime, markedAt = mark[1], mark[2], mark[3], mark[4] or 0
      else
        hard = generation
      end
    end
    if not expire then
      hard = generation
    elseif hard < generation then
      if untilTime <= now or markedAt > now + ${MAX_SKEW_MS} then
        hard, untilTime = math.max(hard, soft), expire
      else
        untilTime = math.min(untilTime, expire)
      end
      soft = generation
    end
    redis.call("HSET", KEYS[1], field, string.format("[%.0f,%.0f,%.3f,%.3f]", hard, soft, untilTime, now))
  end
  if redis.call("HLEN", KEYS[1]) > ${MAX_TAGS + 3} then
    local run = redis.call("HGET", KEYS[1], "run")
    redis.call("DEL", KEYS[1])
    local text = string.format("%.0f", generation)
    redis.call("HSET", KEYS[1], "generation", text, "floor", text, "run", run or "")
  end
`);

/** KEYS: lease. ARGV: holder, ms. A lease without an end, or with one that only a clock set back explains, is free. */
const LEASE = createScript(`
  local holder, left = redis.pcall("GET", KEYS[1]), redis.call("PTTL", KEYS[1])
  local isHeld = type(holder) == "string" and left >= 0 and left <= ${MAX_LEASE_MS}
  if isHeld and holder ~= ARGV[1] then return 0 end
  redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
  return 1
`);

/** KEYS: lease. ARGV: holder. */
const RELEASE = createScript(`if redis.pcall("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end`);

/** KEYS: limit. ARGV: algorithm, limit, window in ms. → allowed, used, since, now. The arithmetic of `countRequest()`. */
const TAKE = createScript(`
  local limit, window = tonumber(ARGV[2]), tonumber(ARGV[3])
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local before = redis.pcall("HMGET", KEYS[1], "used", "since")
  if before.err then redis.call("DEL", KEYS[1]) end
  local used, since = tonumber(before[1] or ""), tonumber(before[2] or "")
  if not used or not since then used, since = 0, now end
  local elapsed, wasAhead = now - since, since > now + ${MAX_SKEW_MS}
  if ARGV[1] == "fixed" then
    if elapsed >= window or wasAhead then used, since = 0, now end
  elseif elapsed >= 0 then
    used, since = math.max(0, used - elapsed * limit), now
  elseif wasAhead then
    since = now
  end
  local allowed = used + window <= limit * window
  if allowed then used = used + window end
  local usedText, sinceText = string.format("%.0f", used), string.format("%.0f", since)
  redis.call("HSET", KEYS[1], "used", usedText, "since", sinceText)
  redis.call("PEXPIRE", KEYS[1], string.format("%.0f", math.max(1, since + window - now)))
  return { allowed and 1 or 0, usedText, sinceText, string.format("%.0f", now) }
`);

/** The name of the error that `deadline()` throws. */
const TIMEOUT = "TimeoutError";

/** How long Redis keeps an entry that is not regenerated: 30 days. */
const ENTRY_TTL_MS = 30 * 24 * 3600 * 1000;

/**
 * Creates a store in Redis. It connects on first use, and reconnects when the connection is lost; while there is none,
 * requests are served uncached.
 *
 * Each call is one round trip: the next request here sees what another process has invalidated. Redis must be a single
 * server, with or without replicas, and not a cluster: a script reads keys of several slots. Any `maxmemory-policy` works.
 *
 * @param url The URL of Redis: `redis://[user:password@]host[:port][/database]`, or `rediss://` over TLS.
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
  { prefix = "routes:", timeout = 1000 }: RedisStoreOptions = {},
): CacheStore & RateLimitStore {
  if (!/^rediss?:\/\/[^/]+(?:\/\d*)?$/.test(url) || !URL.canParse(url)) {
    const fix = "expected redis://HOST:PORT or rediss://HOST:PORT/DATABASE";
    throw new TypeError(`Cannot open Redis store: the URL is invalid, ${fix}`);
  }
  const countsKey = `${prefix}counts`;
  let client: Client | undefined;
  let connecting: Promise<void> | undefined;
  let tried = false;
  let closed = false;
  let lastError: unknown;
  const dropped = new WeakSet<Client>();

  /** Opens a connection; the client's own reconnecting would continue after the store is closed. */
  async function connect(): Promise<void> {
    const connection = createClient({
      url,
      disableOfflineQueue: true,
      socket: { connectTimeout: timeout, reconnectStrategy: false },
    });
    connection.on("error", (error) => drop(connection, error));
    try {
      await withTimeout(connection.connect());
      const info = String(await withTimeout(connection.sendCommand(["INFO", "server"])));
      await runOn(connection, ADOPT, [countsKey], /run_id:(\w+)/.exec(info)?.[1] ?? "");
      if (closed) drop(connection, undefined);
      else client = connection;
    } catch (error) {
      drop(connection, error);
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
      // The server hangs, and further commands would hang too.
      if (error instanceof Error && error.name === TIMEOUT) drop(client, error);
      throw error;
    }
  }

  async function withTimeout<T>(reply: Promise<T>): Promise<T> {
    try {
      return await deadline(reply, timeout);
    } catch (cause) {
      if (!(cause instanceof DOMException) || cause.name !== TIMEOUT) throw cause;
      throw Object.assign(new Error(`no answer within ${timeout} ms`, { cause }), { name: TIMEOUT });
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

function createScript(text: string): Script {
  return { text, digest: createHash("sha1").update(text).digest("hex") };
}

function readMark(bytes: Buffer): TagMark {
  try {
    return toTagMark(JSON.parse(bytes.toString()));
  } catch {
    return toTagMark(undefined);
  }
}
