import { assertEquals, assertRejects } from "@std/assert";
import { createKvDatabase } from "../../../src/cache/stores/kv_database.ts";

/** Opens a database while `Deno.openKv()` fails with these messages, one after the other; returns how often it was called. */
async function openWith(messages: readonly string[]): Promise<number> {
  const original = Object.getOwnPropertyDescriptor(Deno, "openKv")!;
  let calls = 0;
  const value = () => {
    const message = messages[calls++];
    return message === undefined ? Promise.resolve({ close() {} }) : Promise.reject(new TypeError(message));
  };
  Object.defineProperty(Deno, "openKv", { configurable: true, value });
  try {
    const database = createKvDatabase(undefined, "test");
    await database.open();
    await database.close();
    return calls;
  } finally {
    Object.defineProperty(Deno, "openKv", original);
  }
}

Deno.test("createKvDatabase() opens a file that another process has locked as soon as it can", async () => {
  assertEquals(await openWith([]), 1);
  assertEquals(await openWith(["database is locked", "database is locked"]), 3);
});

Deno.test("createKvDatabase() gives up on a file that cannot be opened, or that stays locked", async () => {
  await assertRejects(() => openWith(["no such folder"]), Error, 'Cannot open Deno KV "": no such folder');
  await assertRejects(() => openWith(Array(1000).fill("database is locked")), Error, "database is locked");
});
