/**
 * An SQLite file for the stores of one test, and what other processes do to it.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import type { CacheStore } from "../../../src/cache/store.ts";
import { sqliteStore, type SqliteStoreOptions } from "../../../src/cache/stores/sqlite.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { nextTurn } from "../_stores.ts";

/** Makes a store that is closed at the end of the test. */
export type Open = (options?: SqliteStoreOptions) => CacheStore;

/** Registers a test of stores in one file, which is not there yet. */
export function sqliteTest(name: string, run: (path: string, open: Open) => Promise<void>): void {
  Deno.test(name, async () => {
    await using stack = new AsyncDisposableStack();
    const path = `${stack.use(await temporaryFiles({})).dir}/cache.db`;
    await run(path, (options) => stack.adopt(sqliteStore(path, options), (store) => store.close()));
  });
}

/** Runs a statement past every store, as another process does. */
export async function execute(path: string, sql: string, ...values: (string | number | Uint8Array)[]): Promise<void> {
  const database = new DatabaseSync(path);
  database.prepare(sql).run(...values);
  database.close();
  await nextTurn();
}

/** Locks a file as another process does, until the function that this returns is called. */
export function lock(path: string): () => void {
  const database = new DatabaseSync(path);
  database.exec("BEGIN IMMEDIATE");
  return () => database.close();
}
