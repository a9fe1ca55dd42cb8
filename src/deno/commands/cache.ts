/**
 * `routes cache`: lists and removes what is cached.
 *
 * @module
 */

import { readPathTag } from "../../cache/path_tags.ts";
import type { CacheEntry, CacheStore } from "../../cache/store.ts";
import { getErrorMessage } from "../../log/error_text.ts";
import { getDefaultCachePath, openCache } from "../server/cache_location.ts";
import { findProject } from "../project/scan.ts";

/** An action of `routes cache`. */
export type CacheAction = "ls" | "rm" | "clear";

/**
 * Lists or removes entries.
 *
 * @param action The action.
 * @param dir The project.
 * @param location The store; default: the file that `routes start` uses.
 * @param key The entry that `rm` removes: a key as `ls` prints it, or a path.
 * @throws {TypeError} If the store does not outlive a process.
 * @throws {Deno.errors.NotFound} If there is no cache, or no entry with that key or path in it.
 */
export async function cacheCommand(
  action: CacheAction,
  dir: string,
  location: string | undefined,
  key?: string,
): Promise<void> {
  const store = await openExisting(dir, location);
  try {
    if (action === "ls") await list(store);
    else if (action === "rm") await remove(store, key!);
    else await clear(store);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw cause;
    throw new Error(
      `Cannot read the cache: ${getErrorMessage(cause)}, check that the store exists`,
      {
        cause,
      },
    );
  } finally {
    await store.close();
  }
}

async function openExisting(dir: string, location: string | undefined): Promise<CacheStore> {
  if (location === "memory") {
    throw new TypeError(
      "Cannot inspect the cache: the memory cache does not outlive its process, use sqlite:PATH, kv:PATH or redis://HOST:PORT",
    );
  }
  const path = location === undefined
    ? getDefaultCachePath((await findProject(dir)).root)
    : /^(?:sqlite|kv):(?!https?:)(.+)$/s.exec(location)?.[1];
  if (path === undefined) return await openCache(location!);
  try {
    await Deno.stat(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot find a cache at "${path}": nothing has been cached yet`, { cause });
  }
  return await openCache(location ?? `sqlite:${path}`);
}

async function list(store: CacheStore): Promise<void> {
  let count = 0, bytes = 0;
  for await (const { key, entry } of store.list()) {
    count++;
    bytes += entry?.body.length ?? 0;
    console.log(`${escapeControls(key)}\n  ${entry === undefined ? "unreadable" : describe(key, entry)}`);
  }
  console.log(`${count} ${count === 1 ? "entry" : "entries"}, ${bytes} bytes`);
}

/** Returns the facts about an entry: its kind, size, time, lifetime and tags. */
function describe(key: string, { body, madeAt, revalidate, meta, tags }: CacheEntry): string {
  const { expire } = (meta ?? {}) as { readonly expire?: unknown };
  const own = tags.filter((tag) => readPathTag(tag) === undefined).map(escapeControls);
  return [
    ...getKind(key),
    `${body.length} bytes`,
    `generated ${new Date(madeAt).toISOString()}`,
    revalidate === null ? "fresh until invalidated" : `fresh for ${revalidate} s`,
    ...typeof expire === "number" ? [`expires after ${expire} s`] : [],
    ...own.length === 0 ? [] : [`tags ${own.join(" ")}`],
  ].join(", ");
}

/** Returns the kind of an entry, which its key begins with. */
function getKind(key: string): string[] {
  if (key.startsWith("GET ")) return ["response"];
  const [, kind] = /^(use cache(?:: [^\s:]+)?|unstable_cache|fetch) /.exec(key) ?? [];
  return kind === undefined ? [] : [kind];
}

async function remove(store: CacheStore, wanted: string): Promise<void> {
  let removed = 0;
  for await (const { key } of store.list()) {
    if (escapeControls(key) !== wanted && !key.startsWith(`GET ${wanted} `)) continue;
    await store.delete(key);
    removed++;
  }
  if (removed === 0) throw new Deno.errors.NotFound(`Cannot remove "${wanted}": no entry has that key or path`);
  console.log(`Removed ${removed} ${removed === 1 ? "entry" : "entries"}`);
}

async function clear(store: CacheStore): Promise<void> {
  await store.clear();
  console.log("The cache is empty");
}

/** Escapes control characters: a key from a request must not control the terminal. */
function escapeControls(key: string): string {
  return key.replaceAll(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
