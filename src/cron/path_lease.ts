/**
 * The lease of a path: one process at a time runs it.
 *
 * @module
 */

import { createLeases } from "../cache/lease.ts";
import type { CacheStore } from "../cache/store.ts";

/**
 * Does work unless its path is running, here or in another process that shares the store. While the store is down, this
 * is unknown, and the work is done.
 *
 * @param store Has the lease.
 * @param path The path.
 * @param work The work.
 * @returns Whether it was done.
 */
export async function runAlone(
  store: Pick<CacheStore, "lease" | "release">,
  path: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const leases = createLeases(store, Date.now, async (call) => {
    try {
      return await call();
    } catch {
      return null;
    }
  });
  // Of this run, not of this process: the process may still be running the path.
  const lease = { name: `cron ${path}`, holder: crypto.randomUUID() };
  if (await leases.acquire(lease) === false) return false;
  try {
    await leases.holdDuring(lease, work);
  } finally {
    await leases.release(lease);
  }
  return true;
}
