/**
 * An SQLite file for the stores of one test, and access to it as by other processes.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { CacheStore } from "../../../src/cache/store.ts";
import { sqliteStore, type SqliteStoreOptions } from "../../../src/cache/stores/sqlite.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { nextTurn } from "../_stores.ts";

/** Opens a store that is closed at the end of the test. */
export type Open = (options?: SqliteStoreOptions) => CacheStore;

/** Registers a test of stores in one file, which does not exist yet. */
export function sqliteTest(name: string, run: (path: string, open: Open) => Promise<void>): void {
  Deno.test(name, async () => {
    await using stack = new AsyncDisposableStack();
    const path = `${stack.use(await temporaryFiles({})).dir}/cache.db`;
    await run(path, (options) => stack.adopt(sqliteStore(path, options), (store) => store.close()));
  });
}

/** Runs a statement without a store, like another process. */
export async function execute(path: string, sql: string, ...values: (string | number | Uint8Array)[]): Promise<void> {
  const database = new DatabaseSync(path);
  database.prepare(sql).run(...values);
  database.close();
  await nextTurn();
}

/** Locks a file like another process; returns a function that unlocks it. */
export function lock(path: string): () => void {
  const database = new DatabaseSync(path);
  database.exec("BEGIN IMMEDIATE");
  return () => database.close();
}
