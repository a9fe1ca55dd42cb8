import { assertEquals } from "@std/assert";
import { createPendingInvalidations } from "../../src/cache/pending_invalidations.ts";
import type { CacheStore } from "../../src/cache/store.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";

/** Records what is written to a store; `mark` may fail. */
function createBench(mark: CacheStore["mark"] = () => {}) {
  const written: [tags: readonly string[], expireAt: number | null][] = [];
  const errors: unknown[] = [];
  const state = { isPaused: false };
  const store: CacheStore = {
    ...memoryStore(),
    async mark(tags, expireAt, now) {
      await mark(tags, expireAt, now);
      written.push([tags, expireAt]);
    },
  };
  const pending = createPendingInvalidations({
    store,
    now: () => 1_000,
    isPaused: () => state.isPaused,
    onError(error) {
      errors.push(error);
      state.isPaused = true;
    },
  });
  return { pending, written, errors, state };
}

Deno.test("invalidations are written in order, with the time at which their entries end", async () => {
  const { pending, written } = createBench();
  pending.add(["a"], 0);
  pending.add(["b", "c"], 60);
  assertEquals(pending.isEmpty(), false);
  await pending.flush();
  assertEquals(pending.isEmpty(), true);
  assertEquals(written, [[["a"], null], [["b", "c"], 61_000]]);
});

Deno.test("an expire of more than a year is a year", async () => {
  const { pending, written } = createBench();
  pending.add(["a"], Infinity);
  await pending.flush();
  assertEquals(written, [[["a"], 1_000 + 31_536_000_000]]);
});

Deno.test("one that is added while others are written is written by the same flush, once", async () => {
  const release = Promise.withResolvers<void>();
  const { pending, written } = createBench(() => release.promise);
  pending.add(["a"], 0);
  const flushes = [pending.flush(), pending.flush()];
  pending.add(["b"], 0);
  release.resolve();
  await Promise.all(flushes);
  assertEquals(written, [[["a"], null], [["b"], null]]);
});

for (
  const [how, fail] of [
    ["throws", () => {
      throw new Error("down");
    }],
    ["rejects", () => Promise.reject(new Error("down"))],
  ] as const
) {
  Deno.test(`what a store that ${how} has not written stays, and is written after the pause`, async () => {
    let isDown = true;
    const { pending, written, errors, state } = createBench(() => isDown ? fail() : undefined);
    pending.add(["a"], 0);
    pending.add(["b"], 0);
    await pending.flush();
    await pending.flush();
    assertEquals([written, errors.length, pending.isEmpty()], [[], 1, false]);
    isDown = false;
    state.isPaused = false;
    await pending.flush();
    assertEquals([written, pending.isEmpty()], [[[["a"], null], [["b"], null]], true]);
  });
}
