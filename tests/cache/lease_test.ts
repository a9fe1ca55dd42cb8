import { assertEquals, assertRejects } from "@std/assert";
import { createLeases } from "../../src/cache/lease.ts";
import type { CacheStore } from "../../src/cache/store.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";

const ANN = { name: "generate /a", holder: "ann" }, BOB = { name: "generate /a", holder: "bob" };

function createBench(changes: Partial<CacheStore> = {}) {
  const clock = { time: 1_000_000 };
  const failures: unknown[] = [];
  const store = { ...memoryStore(), ...changes };
  const leases = createLeases(store, () => clock.time, async (call) => {
    try {
      return await call();
    } catch (error) {
      failures.push(error);
      return null;
    }
  });
  return { clock, failures, leases };
}

Deno.test("a lease belongs to one holder until it is released", async () => {
  const { leases: { acquire, release } } = createBench();
  assertEquals([await acquire(ANN), await acquire(BOB), await acquire(ANN)], [true, false, true]);
  await release(BOB);
  assertEquals(await acquire(BOB), false);
  await release(ANN);
  assertEquals(await acquire(BOB), true);
});

Deno.test("a lease ends after 10 s, or after the time that it is acquired for", async () => {
  const { clock, leases: { acquire } } = createBench();
  await acquire(ANN);
  clock.time += 9_999;
  assertEquals(await acquire(BOB), false);
  clock.time += 1;
  assertEquals(await acquire(BOB, 3_000), true);
  clock.time += 3_000;
  assertEquals(await acquire(ANN), true);
});

Deno.test("holdDuring() returns what the work returns, throws what it throws, and keeps the lease", async () => {
  const { leases: { acquire, holdDuring } } = createBench();
  await acquire(ANN);
  assertEquals(await holdDuring(ANN, () => Promise.resolve(1)), 1);
  await assertRejects(() => holdDuring(ANN, () => Promise.reject(new Error("work"))), Error, "work");
  assertEquals(await acquire(BOB), false);
});

Deno.test("a store that fails gives null, and the work is done", async () => {
  const error = new Error("down");
  const fail = () => Promise.reject(error);
  const { failures, leases: { acquire, release, holdDuring } } = createBench({ lease: fail, release: fail });
  assertEquals([await acquire(ANN), await release(ANN)], [null, null]);
  assertEquals(await holdDuring(ANN, () => Promise.resolve("done")), "done");
  assertEquals(failures, [error, error]);
});
