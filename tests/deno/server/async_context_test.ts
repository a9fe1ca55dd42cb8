/** What carries the request scope, beside the AsyncLocalStorage that it stands for: each case holds for both. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { openContextStorage } from "../../../src/deno/server/async_context.ts";
import type { AsyncStorage } from "../../../src/scope/current_scope.ts";

type Storage = AsyncStorage<string>;

const STORAGES: Readonly<Record<string, () => Storage | undefined>> = {
  "openContextStorage()": () => openContextStorage<string>("test of async_context"),
  "AsyncLocalStorage": () => new AsyncLocalStorage<string>(),
};

/** What is seen along the way of one `run("a", …)`. */
const CASES: Readonly<Record<string, (storage: Storage) => unknown>> = {
  "immediately": (storage) => storage.getStore(),
  "after an await": async (storage) => (await Promise.resolve(), storage.getStore()),
  "in a timer": (storage) => new Promise((resolve) => setTimeout(() => resolve(storage.getStore()), 1)),
  "in an immediate": (storage) => new Promise((resolve) => setImmediate(() => resolve(storage.getStore()))),
  "in a microtask": (storage) => new Promise((resolve) => queueMicrotask(() => resolve(storage.getStore()))),
  "in then()": (storage) => delay(1).then(() => storage.getStore()),
  "in an async generator": async (storage) => {
    async function* values() {
      await delay(1);
      yield storage.getStore();
    }
    for await (const value of values()) return value;
  },
  "after a file was read": async (storage) => (await Deno.readTextFile(new URL(import.meta.url)), storage.getStore()),
  "in what AsyncResource.bind() bound": (storage) => {
    const bound = AsyncResource.bind(() => storage.getStore());
    return storage.run("b", () => bound());
  },
  "in a snapshot": (storage) => {
    const inside = AsyncLocalStorage.snapshot();
    return storage.run("b", () => inside(() => storage.getStore()));
  },
  "after a run inside": (storage) => (storage.run("b", () => {}), storage.getStore()),
  "after a run inside that threw": (storage) => {
    assertThrows(() => storage.run("b", () => assert(false)));
    return storage.getStore();
  },
  "after a run inside that is still going": async (storage) => {
    const inner = storage.run("b", async () => (await delay(2), storage.getStore()));
    const here = storage.getStore();
    assertEquals(await inner, "b");
    return storage.getStore() === here ? here : "another";
  },
  "inside an AsyncLocalStorage of the handler": (storage) => {
    const other = new AsyncLocalStorage<number>();
    return other.run(1, async () => (await delay(1), other.getStore() === 1 ? storage.getStore() : "none"));
  },
  "after enterWith() of another": async (storage) => {
    new AsyncLocalStorage<number>().enterWith(1);
    await delay(1);
    return storage.getStore();
  },
};

for (const [name, open] of Object.entries(STORAGES)) {
  for (const [where, look] of Object.entries(CASES)) {
    Deno.test(`${name} carries its value: ${where}`, async () => {
      const storage = open()!;
      assertEquals(await storage.run("a", look, storage), "a");
      assertEquals(storage.getStore(), undefined);
    });
  }

  Deno.test(`${name} keeps the value of another storage`, async () => {
    const storage = open()!, other = new AsyncLocalStorage<number>();
    await other.run(1, async () => {
      const seen = await storage.run("a", async () => (await delay(1), [storage.getStore(), other.getStore()]));
      assertEquals(seen, ["a", 1]);
      assertEquals([storage.getStore(), other.getStore()], [undefined, 1]);
    });
  });

  Deno.test(`${name} passes on arguments, results and errors`, () => {
    const storage = open()!;
    assertEquals(storage.run("a", (x: number, y: number) => x + y, 1, 2), 3);
    assertThrows(() => storage.run("a", () => assert(false, "thrown")), Error, "thrown");
    assertEquals(storage.getStore(), undefined);
  });

  Deno.test(`${name} keeps 1,000 concurrent values apart`, async () => {
    const storage = open()!;
    const look = async (wait: number) => (await delay(wait), await null, storage.getStore());
    const names = Array.from({ length: 1000 }, (_, i) => `value ${i}`);
    assertEquals(await Promise.all(names.map((name, i) => storage.run(name, look, i % 7))), names);
  });
}

Deno.test("openContextStorage() works in this version of Deno, and returns undefined without the internals that it needs", () => {
  assert(openContextStorage("test") !== undefined);
  const symbol = Symbol("internal");
  const hosts = [
    {},
    { internal: symbol },
    { internal: symbol, [symbol]: { core: {} } },
    // One whose context does not go along with an AsyncLocalStorage any more.
    { internal: symbol, [symbol]: { core: { getAsyncContext: () => ({}), setAsyncContext() {} } } },
    { internal: symbol, [symbol]: { core: { getAsyncContext: () => ({}), setAsyncContext: () => assert(false) } } },
  ];
  for (const host of hosts) assertEquals(openContextStorage("test", host), undefined);
});
