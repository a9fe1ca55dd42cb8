import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { createDefaultCache, getDefaultCachePath, openCache } from "../../../src/deno/server/cache_location.ts";
import { sqliteStore } from "../../../src/cache/stores/sqlite.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";
import { nextTurn, put, T0, toText } from "../../cache/_stores.ts";
import { lock } from "../../cache/stores/_sqlite.ts";

/** A project with a cache that holds one entry, in a file that somebody else has locked. */
async function lockedProject(): Promise<AsyncDisposable & { dir: string; unlock(): void }> {
  const project = await temporaryFiles({ ".routes/x": "" });
  const store = sqliteStore(getDefaultCachePath(project.dir));
  await put(store, "k", { tags: ["t"] });
  await store.close();
  const unlock = lock(getDefaultCachePath(project.dir));
  return { ...project, unlock, [Symbol.asyncDispose]: () => project[Symbol.asyncDispose]() };
}

Deno.test("S59 createDefaultCache() opens a locked file without blocking, as soon as it is unlocked", async () => {
  await using project = await lockedProject();
  const store = createDefaultCache(project.dir);
  const lines = await captured("warn", async () => {
    const [read, marked] = [store.get("k", []), store.mark(["other"], null, T0)];
    assertInstanceOf(read, Promise);
    await nextTurn();
    project.unlock();
    assertStrictEquals(toText(await read), "k");
    await marked;
  });
  assertEquals(lines, []);
  await store.close();
});

Deno.test("S59 createDefaultCache() tries again to open a file that stayed locked, and does not cache in memory instead", async () => {
  await using project = await lockedProject();
  const store = createDefaultCache(project.dir);
  const path = getDefaultCachePath(project.dir);
  const lines = await captured("warn", async () => {
    await assertRejects(
      async () => await store.get("k", []),
      Error,
      `"${path}" has been locked by another process for 500 ms`,
    );
    project.unlock();
    assertStrictEquals(toText(await store.get("k", [])), "k");
  });
  assertEquals(lines, []);
  await store.close();
});

Deno.test("S59 createDefaultCache() is closed while it waits for a locked file", async () => {
  await using project = await lockedProject();
  const store = createDefaultCache(project.dir);
  const read = store.get("k", []);
  await store.close();
  await assertRejects(async () => await read, Error, "the store is closed");
  project.unlock();
});

Deno.test("createDefaultCache() creates no file before it is used", async () => {
  await using project = await temporaryFiles({});
  const store = createDefaultCache(project.dir);
  assertEquals(await Array.fromAsync(Deno.readDir(project.dir)), []);
  await put(store, "k");
  assertEquals((await Array.fromAsync(store.list())).map(({ key }) => key), ["k"]);
  await store.clear();
  await store.delete("k");
  assertEquals(await store.lease("a", "me", 10, T0), true);
  await store.release("a", "me");
  await store.close();
});

for (
  const [location, title] of [["memory", "memory"], ["sqlite", "an SQLite file"], ["kv", "Deno KV"]] as const
) {
  Deno.test(`openCache() opens ${title}`, async () => {
    await using project = await temporaryFiles({});
    const store = await openCache(location === "memory" ? "memory" : `${location}:${project.dir}/deep/cache`);
    await put(store, "k");
    assertStrictEquals(toText(await store.get("k", [])), "k");
    await store.close();
  });
}

for (const location of ["memory", "sqlite"]) {
  Deno.test(`openCache() limits the size of ${location}`, async () => {
    await using project = await temporaryFiles({});
    const where = location === "memory" ? location : `sqlite:${project.dir}/cache.db`;
    const store = await openCache(where, { maxBytes: 10_000, memoryBytes: 1_000_000 });
    await assertRejects(() => put(store, "k", { body: new Uint8Array(20_000) }), RangeError, "10000");
    await store.close();
  });
}

for (
  const [location, message] of [
    ["kv:/dev/null/cache", 'Cannot open Deno KV "/dev/null/cache": '],
    ["bogus", 'Cannot open cache "bogus": expected memory, sqlite:PATH, kv:PATH or redis://HOST:PORT'],
  ] as const
) {
  Deno.test(`openCache("${location}") rejects`, async () => {
    await assertRejects(() => openCache(location), Error, message);
  });
}

for (const [location, fix] of [["kv:x", "leave it out"], ["rediss+cluster://a", "set maxmemory of Redis"]]) {
  Deno.test(`openCache("${location}") does not limit the size of a store that cannot`, async () => {
    await assertRejects(() => openCache(location!, { maxBytes: 1 }), TypeError, fix!);
  });
}
