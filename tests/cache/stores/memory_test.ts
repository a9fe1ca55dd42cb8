import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { memoryStore } from "../../../src/cache/stores/memory.ts";
import { put } from "../_stores.ts";

Deno.test("memoryStore() keeps the most recently used entries that fit into maxBytes", async () => {
  const store = memoryStore({ maxBytes: 10_000 });
  const keys = Array.from({ length: 20 }, (_, number) => `${number}`);
  for (const key of keys) {
    await put(store, key, { body: new Uint8Array(1_000) });
    assert((await store.get("0", [])).entry !== undefined, key);
  }
  const listed = [];
  for await (const { key } of store.list()) listed.push(key);
  assert(listed.length > 5 && listed.length < 10, `${listed}`);
  assertEquals(listed.toSorted(), ["0", ...keys.slice(1 - listed.length)].sort());
});

Deno.test("memoryStore() rejects an entry that is larger than maxBytes, and keeps the others", async () => {
  const store = memoryStore({ maxBytes: 10_000 });
  await put(store, "a");
  const error = await assertRejects(() => put(store, "b", { body: new Uint8Array(10_001) }), RangeError);
  assertStrictEquals(error.message, 'Cannot cache "b": its body has 10001 bytes, the limit of this store is 10000');
  assert((await store.get("a", [])).entry !== undefined);
});

Deno.test("memoryStore() stores an entry of any size or throws", async () => {
  const store = memoryStore({ maxBytes: 10_000 });
  for (const bytes of [0, 9_000, 9_900, 9_999, 10_000, 10_001]) {
    const outcome = await put(store, "k", { body: new Uint8Array(bytes) }).then(() => "kept", () => "refused");
    const { entry } = await store.get("k", []);
    assertStrictEquals(outcome, entry?.body.length === bytes ? "kept" : "refused", `${bytes} bytes`);
  }
});
