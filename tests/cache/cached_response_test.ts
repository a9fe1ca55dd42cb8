import { assert, assertStrictEquals } from "@std/assert";
import { createCachedResponse, createResponseEntry, isResponseEntry } from "../../src/cache/cached_response.ts";
import type { CacheEntry } from "../../src/cache/store.ts";

const ENTRY: CacheEntry = {
  meta: { status: 200, headers: [["content-type", "text/plain"]] },
  body: new TextEncoder().encode("body"),
  tags: [],
  madeAt: 0,
  revalidate: 60,
  generation: 0,
};

const RESPONSES: readonly { name: string; make: () => Response }[] = [
  { name: "text", make: () => new Response("text", { headers: { "x-custom": "a\tb\xe9" } }) },
  { name: "a redirect", make: () => Response.redirect("http://localhost/a") },
  { name: "no content", make: () => new Response(null, { status: 204 }) },
  { name: "not found", make: () => new Response("no", { status: 404 }) },
  {
    name: "headers that belong to a moment",
    make: () => new Response("", { headers: { date: "now", connection: "x" } }),
  },
];

for (const { name, make } of RESPONSES) {
  Deno.test(`S62 isResponseEntry() accepts the result of createResponseEntry() for ${name}`, async () => {
    const filled = await createResponseEntry(make(), ENTRY.body, [], null);
    assert(isResponseEntry({ ...ENTRY, ...filled }));
  });
}

const META: readonly { name: string; meta: unknown }[] = [
  { name: "null", meta: null },
  { name: "no value", meta: undefined },
  { name: "a number", meta: 200 },
  { name: "text", meta: "200" },
  { name: "a list", meta: [200, []] },
  { name: "an empty record", meta: {} },
  { name: "no status", meta: { headers: [] } },
  { name: "no headers", meta: { status: 200 } },
  ...[99, 100, 101, 199, 206, 500, 599, 600, 200.5, -1, NaN, Infinity, "200", null, true, [200]].map((status) => ({
    name: `status ${JSON.stringify(status)}`,
    meta: { status, headers: [] },
  })),
  ...[[["a b", "x"]], [["a", "x\r\ny"]], [["a", "\x01"]], [["a", 1]], [["a"]], {}, "text", null].map((headers) => ({
    name: `headers ${JSON.stringify(headers)}`,
    meta: { status: 200, headers },
  })),
  ...["set-cookie", "transfer-encoding", "content-length", "connection", "x-nextjs-cache"].map((name) => ({
    name: `the header ${name}, which is never stored`,
    meta: { status: 200, headers: [[name, "x"]] },
  })),
];

for (const { name, meta } of META) {
  Deno.test(`S62 isResponseEntry() rejects an entry with ${name}`, () => {
    assertStrictEquals(isResponseEntry({ ...ENTRY, meta }), false);
  });
}

Deno.test("S62 createCachedResponse() has a response for every status that isResponseEntry() accepts", () => {
  let accepted = 0;
  for (let status = 0; status < 1000; status++) {
    const entry = { ...ENTRY, meta: { status, headers: [["a", "b"]] } };
    if (!isResponseEntry(entry)) continue;
    accepted++;
    assertStrictEquals(createCachedResponse({ entry, state: "HIT" }, undefined, 0).status, status);
  }
  assertStrictEquals(accepted, 299);
});
