/**
 * Leases: the right of one process to generate an entry, for as long as it works.
 *
 * @module
 */

import type { CacheStore } from "./store.ts";

/** How long a process has to generate an entry before another one tries; extended while it works. */
const LEASE_MS = 10_000;

/** The right to generate one entry. */
export interface Lease {
  /** The name of the lease. */
  readonly name: string;
  /** The id of the holder. */
  readonly holder: string;
}

/** The leases of a store. Each call returns `null` if the store is down. */
export interface Leases {
  /** Acquires or extends a lease; `false` if another holder has it. */
  acquire(lease: Lease, durationMs?: number): Promise<boolean | null>;
  /** Releases a lease. */
  release(lease: Lease): Promise<unknown>;
  /** Does work under a lease, which is extended meanwhile and not released. */
  holdDuring<T>(lease: Lease, work: () => Promise<T>): Promise<T>;
}

/**
 * Creates access to the leases of a store.
 *
 * @param store The store.
 * @param now The wall clock, in milliseconds since 1970.
 * @param attempt Calls the store; returns `null` if the call fails.
 */
export function createLeases(
  store: Pick<CacheStore, "lease" | "release">,
  now: () => number,
  attempt: <T>(call: () => T | Promise<T>) => Promise<T | null>,
): Leases {
  function acquire({ name, holder }: Lease, durationMs = LEASE_MS): Promise<boolean | null> {
    return attempt(() => store.lease(name, holder, durationMs, now()));
  }

  function release({ name, holder }: Lease): Promise<unknown> {
    return attempt(() => store.release(name, holder));
  }

  async function holdDuring<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
    let extended: Promise<unknown> | undefined;
    const timer = setInterval(() => extended = acquire(lease), LEASE_MS / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      // An extension still in progress would acquire the lease again after its release.
      await extended;
    }
  }

  return { acquire, release, holdDuring };
}
