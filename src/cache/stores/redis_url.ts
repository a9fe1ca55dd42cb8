/**
 * The URLs of Redis: of a server, a cluster, or of sentinels.
 *
 * @module
 */

/** The servers that a URL names. */
export interface RedisTarget {
  /** How the servers work together. */
  readonly kind: "server" | "cluster" | "sentinel";
  /** `redis` or `rediss`. */
  readonly protocol: string;
  /** `USER:PASSWORD@`, or nothing. */
  readonly credentials: string;
  /** The addresses, `HOST:PORT`. */
  readonly addresses: readonly string[];
  /** The name by which sentinels know the master. */
  readonly masterName: string;
  /** The number of the database; empty for the default. */
  readonly database: string;
  /** The beginning of all keys. */
  readonly keyPrefix: string | undefined;
}

/** Sends a command to the server of a URL. */
export type AskRedis = (url: string, args: readonly string[]) => Promise<unknown>;

const REDIS_URL = /^(rediss?)(?:\+(cluster|sentinel))?:\/\/([^@/?#]*@)?([^@/?#]+)((?:\/[^/?#]*)*)(?:\?([^#]*))?$/;
const ADDRESS = /^(?:\[[\da-f:.]+\]|[^:[\]\s]+)(?::\d{1,5})?$/i;
const DEFAULT_PORTS = { server: 6379, cluster: 6379, sentinel: 26379 };

/** The prefix of all keys, if there is no other one. */
const DEFAULT_PREFIX = "routes:";

/**
 * Reads a URL.
 *
 * @throws {TypeError} If it is invalid; the message does not contain it, because it may have a password.
 */
export function readRedisUrl(url: string): RedisTarget {
  const [, protocol, kind = "server", credentials = "", hosts = "", path = "", query = ""] = REDIS_URL.exec(url) ?? [];
  const target = protocol === undefined ? undefined : toTarget(kind as RedisTarget["kind"], hosts.split(","), path);
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((name) => name !== "keyPrefix");
  if (target === undefined || unknown !== undefined || !URL.canParse(`redis://${credentials}host`)) {
    const state = unknown === undefined ? "the URL is invalid" : `the URL has an unknown parameter "${unknown}"`;
    const fix = "redis://HOST:PORT/DATABASE, redis+sentinel://HOST:PORT/NAME or redis+cluster://HOST:PORT";
    throw new TypeError(`Cannot open Redis store: ${state}, expected ${fix}, with rediss for TLS`);
  }
  return { ...target, protocol: protocol!, credentials, keyPrefix: parameters.get("keyPrefix") ?? undefined };
}

function toTarget(
  kind: RedisTarget["kind"],
  hosts: readonly string[],
  path: string,
): Pick<RedisTarget, "kind" | "addresses" | "masterName" | "database"> | undefined {
  const words = path.split("/").slice(1).map(decode);
  const masterName = kind === "sentinel" ? words.shift() ?? "" : "";
  const [database = "", ...rest] = words;
  const isValid = hosts.every((host) => ADDRESS.test(host)) && rest.length === 0 && /^\d*$/.test(database) &&
    (kind !== "server" || hosts.length === 1) && (kind !== "cluster" || database === "") &&
    (kind !== "sentinel" || masterName !== "");
  if (!isValid) return undefined;
  const addresses = hosts.map((host) => /:\d+$/.test(host) ? host : `${host}:${DEFAULT_PORTS[kind]}`);
  return { kind, addresses, masterName, database };
}

function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/**
 * Returns the prefix of all keys. In a cluster it has braces, by which Redis puts all keys into one slot.
 *
 * @param target The URL.
 * @param prefix The prefix of the options.
 */
export function getKeyPrefix({ kind, keyPrefix }: RedisTarget, prefix: string = keyPrefix ?? DEFAULT_PREFIX): string {
  return kind === "cluster" && !/\{[^}]+\}/.test(prefix) ? `{${prefix}}` : prefix;
}

/**
 * Finds the server that has the keys of a cache.
 *
 * @param target The URL.
 * @param key One of the keys.
 * @param ask Sends a command to a server.
 * @returns The URL of the server.
 * @throws {Error} If none of the addresses knows it.
 */
export async function findRedisServer(target: RedisTarget, key: string, ask: AskRedis): Promise<string> {
  const { kind, addresses } = target;
  if (kind === "server") return toUrl(target, addresses[0]!);
  const find = kind === "cluster" ? findClusterNode : findMaster;
  let lastError: unknown;
  for (const address of addresses) {
    try {
      return toUrl(target, await find(target, address, key, ask));
    } catch (error) {
      lastError = error;
    }
  }
  throw lastError;
}

async function findMaster(target: RedisTarget, address: string, _key: string, ask: AskRedis): Promise<string> {
  const { protocol, masterName } = target;
  const reply = await ask(`${protocol}://${address}`, ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName]);
  if (!Array.isArray(reply)) throw new Error(`the sentinel ${address} does not know a master "${masterName}"`);
  return toAddress(reply);
}

async function findClusterNode(target: RedisTarget, address: string, key: string, ask: AskRedis): Promise<string> {
  const url = toUrl(target, address);
  const slot = Number(await ask(url, ["CLUSTER", "KEYSLOT", key]));
  const ranges = await ask(url, ["CLUSTER", "SLOTS"]) as readonly [number, number, readonly [string | null, number]][];
  const range = ranges.find(([first, last]) => slot >= first && slot <= last);
  if (range === undefined) throw new Error(`no node of the cluster has slot ${slot}`);
  const [, , [host, port]] = range;
  // A node that does not know its own address.
  return toAddress([host || address.replace(/:\d+$/, ""), port]);
}

function toAddress([host, port]: readonly unknown[]): string {
  const text = String(host);
  return text.includes(":") && !text.startsWith("[") ? `[${text}]:${port}` : `${text}:${port}`;
}

function toUrl({ protocol, credentials, database }: RedisTarget, address: string): string {
  return `${protocol}://${credentials}${address}${database === "" ? "" : `/${database}`}`;
}
