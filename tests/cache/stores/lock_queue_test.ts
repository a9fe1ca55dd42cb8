import { assert, assertEquals, assertLess, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { createLockQueue, isLocked } from "../../../src/cache/stores/lock_queue.ts";

/** A file that is locked until the test unlocks it. */
function lockable() {
  const file = {
    locked: true,
    attempts: 0,
    done: [] as number[],
    work: (number: number) => () => {
      file.attempts++;
      if (file.locked) throw Object.assign(new Error("database is locked"), { errcode: 5 });
      file.done.push(number);
      return number;
    },
  };
  return file;
}

const ERRORS: readonly { name: string; error: unknown; locked: boolean }[] = [
  { name: "SQLITE_BUSY", error: Object.assign(new Error("x"), { errcode: 5 }), locked: true },
  { name: "SQLITE_BUSY_RECOVERY", error: Object.assign(new Error("x"), { errcode: 261 }), locked: true },
  { name: "SQLITE_BUSY_SNAPSHOT", error: Object.assign(new Error("x"), { errcode: 517 }), locked: true },
  { name: "SQLITE_LOCKED", error: Object.assign(new Error("x"), { errcode: 6 }), locked: true },
  { name: "SQLITE_PROTOCOL", error: Object.assign(new Error("x"), { errcode: 15 }), locked: true },
  { name: "an error of exec()", error: new Error("database is locked"), locked: true },
  { name: "SQLITE_FULL", error: Object.assign(new Error("x"), { errcode: 13 }), locked: false },
  { name: "another error", error: new Error("x"), locked: false },
];

for (const { name, error, locked } of ERRORS) {
  Deno.test(`S59 isLocked() of ${name} is ${locked}`, () => assertStrictEquals(isLocked(error), locked));
}

Deno.test("S59 run() does work at once if the file is not locked, and rethrows its errors", () => {
  const queue = createLockQueue("file"), file = lockable();
  file.locked = false;
  assertStrictEquals(queue.run(file.work(1)), 1);
  assertThrows(
    () =>
      queue.run(() => {
        throw new Error("boom");
      }),
    Error,
    "boom",
  );
});

Deno.test("S59 run() does work on a locked file when it is unlocked, in the order of the calls", async () => {
  const queue = createLockQueue("file"), file = lockable();
  const asked = [1, 2, 3].map((number) => queue.run(file.work(number)));
  assert(asked.every((answer) => answer instanceof Promise));
  await delay(20);
  assertEquals(file.done, []);
  file.locked = false;
  // Not ahead of the others, although the file is unlocked.
  const last = queue.run(file.work(4));
  assert(last instanceof Promise);
  assertEquals(await Promise.all([...asked, last]), [1, 2, 3, 4]);
  assertEquals(file.done, [1, 2, 3, 4]);
  assertStrictEquals(queue.run(file.work(5)), 5);
});

Deno.test("S59 run() rejects only the work that fails, and continues with the rest", async () => {
  const queue = createLockQueue("file"), file = lockable();
  const first = queue.run(() => {
    file.work(1)();
    throw new Error("boom");
  });
  const second = queue.run(file.work(2));
  file.locked = false;
  await assertRejects(async () => await first, Error, "boom");
  assertStrictEquals(await second, 2);
});

Deno.test("S59 run() rejects all work that waits for a file that stays locked, and a thousand calls retry as often as one", async () => {
  const attempts: number[] = [];
  for (const many of [1, 1_000]) {
    const queue = createLockQueue("cache.db"), file = lockable();
    const asked = Array.from({ length: many }, (_, number) => queue.run(file.work(number)));
    const outcomes = await Promise.allSettled(asked);
    for (const outcome of outcomes) {
      assert(outcome.status === "rejected");
      assertStrictEquals(outcome.reason.message, '"cache.db" has been locked by another process for 500 ms');
    }
    attempts.push(file.attempts);
    file.locked = false;
    assertStrictEquals(queue.run(file.work(0)), 0);
  }
  assertLess(attempts[1]!, 100);
});

Deno.test("S59 close() rejects waiting work", async () => {
  const queue = createLockQueue("file"), file = lockable();
  const asked = [1, 2].map((number) => queue.run(file.work(number)));
  queue.close();
  for (const answer of asked) await assertRejects(async () => await answer, Error, "the store is closed");
});
