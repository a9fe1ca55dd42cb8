/**
 * A Deno KV database, opened by its first use.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { mkdirSync } from "node:fs";
import { getBuiltinModule } from "node:process";
import { dirname } from "@std/path/dirname";
import { getErrorMessage } from "../../log/error_text.ts";
import { encodeName } from "../entry_codec.ts";
import { isLocked } from "./lock_queue.ts";

/** A database, and the keys of a cache in it. */
export interface KvDatabase {
  /** Opens the database if it is not open. */
  open(): Promise<Deno.Kv>;
  /** Returns a key of the cache. */
  key(kind: KvKind, ...parts: readonly Deno.KvKeyPart[]): Deno.KvKey;
  /** Writes until nothing that was read before has changed meanwhile. */
  retry<T>(write: (kv: Deno.Kv) => Promise<T | typeof CONFLICT>): Promise<T>;
  /** Commits writes, also while another process has the file locked; returns whether its checks hold. */
  commit(operation: Deno.AtomicOperation): Promise<boolean>;
  /** Deletes all keys of a range. */
  deleteAll(selector: Deno.KvListSelector): Promise<void>;
  /** Closes the database. */
  close(): Promise<void>;
}

/** What a key is for. */
export type KvKind = "counts" | "marks" | "entry" | "chunk" | "lease" | "limit";

/** Returned by a write that another one has overtaken. */
export const CONFLICT = Symbol("conflict");

/** How long a name in a key may be; a character has at most 3 bytes. */
const MAX_NAME_LENGTH = 500;
/** How often a write is tried again. */
const MAX_TRIES = 200;
/** The longest pause before a write is tried again. */
const MAX_PAUSE_MS = 20;
/** How many keys are deleted at a time; KV limits the size of all keys of a commit. */
const DELETED_AT_ONCE = 500;

/**
 * Prepares the use of a database.
 *
 * @param location A file or a URL; `undefined` for the database of the deployment.
 * @param prefix The first part of all keys.
 * @throws {TypeError} If this process has no Deno KV.
 */
export function createKvDatabase(location: string | undefined, prefix: string): KvDatabase {
  if (typeof Deno.openKv !== "function") {
    throw new TypeError(
      'Cannot open Deno KV: it is unstable in Deno 2.9, add --unstable-kv or "unstable": ["kv"] in deno.json',
    );
  }
  let opening: Promise<Deno.Kv> | undefined;
  let isClosed = false;

  function open(): Promise<Deno.Kv> {
    if (isClosed) return Promise.reject(new Error("the store is closed"));
    if (opening === undefined) {
      const attempt = openKv(location);
      opening = attempt;
      attempt.catch(() => opening = undefined);
    }
    return opening;
  }

  const key: KvDatabase["key"] = (kind, ...parts) => [prefix, kind, ...parts];

  async function retry<T>(write: (kv: Deno.Kv) => Promise<T | typeof CONFLICT>): Promise<T> {
    const kv = await open();
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const result = await write(kv);
      if (result !== CONFLICT) return result;
      await pause(tries);
    }
    throw new Error(`others have written the same key ${MAX_TRIES} times meanwhile`);
  }

  async function commit(operation: Deno.AtomicOperation): Promise<boolean> {
    for (let tries = 1;; tries++) {
      try {
        return (await operation.commit()).ok;
      } catch (error) {
        if (!isLocked(error) || tries === MAX_TRIES) throw error;
        await pause(tries);
      }
    }
  }

  async function deleteAll(selector: Deno.KvListSelector): Promise<void> {
    const kv = await open();
    let keys: Deno.KvKey[] = [];
    const deleteKeys = async () => {
      await commit(keys.reduce((operation, key) => operation.delete(key), kv.atomic()));
      keys = [];
    };
    for await (const { key } of kv.list(selector, { batchSize: DELETED_AT_ONCE })) {
      if (keys.push(key) === DELETED_AT_ONCE) await deleteKeys();
    }
    if (keys.length > 0) await deleteKeys();
  }

  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    await opening?.then((kv) => kv.close(), () => {});
  }

  return { open, key, retry, commit, deleteAll, close };
}

/** A pause of random length, so that not all try again at the same time. */
async function pause(tries: number): Promise<void> {
  await delay(Math.random() * Math.min(MAX_PAUSE_MS, tries));
}

async function openKv(location: string | undefined): Promise<Deno.Kv> {
  for (let tries = 1;; tries++) {
    try {
      if (location !== undefined && !isKvUrl(location)) mkdirSync(dirname(location), { recursive: true });
      return await Deno.openKv(location);
    } catch (cause) {
      // A new file is locked by the first of several processes that start at once.
      if (isLocked(cause) && tries < MAX_TRIES) await pause(tries);
      else throw new Error(`Cannot open Deno KV "${location ?? ""}": ${getErrorMessage(cause)}`, { cause });
    }
  }
}

/** Whether a location is the URL of a database, and not a file. */
export function isKvUrl(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** Returns a name of any length as a part of a key, in the order of names. A key has at most 2,048 bytes. */
export function toKeyPart(name: string): string {
  const encoded = encodeName(name);
  if (encoded.length <= MAX_NAME_LENGTH) return encoded;
  // Other than a whole name, it does not end with a quotation mark.
  const digest = getBuiltinModule("node:crypto").createHash("sha256").update(encoded).digest("base64url");
  return `${encoded.slice(0, MAX_NAME_LENGTH).toWellFormed()} ${digest}`;
}
