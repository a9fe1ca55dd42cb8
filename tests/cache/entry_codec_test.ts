import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import { decodeEntry, encodeEntry } from "../../src/cache/entry_codec.ts";
import type { CacheEntry } from "../../src/cache/store.ts";
import { seeded } from "../helpers/random.ts";
import { toBytes } from "./_stores.ts";

const ENTRY: CacheEntry = {
  meta: { status: 200, headers: [["content-type", "text/plain"]] },
  body: toBytes("hello"),
  tags: ["a", "b"],
  madeAt: 1_700_000_000_000,
  revalidate: 60,
  generation: 7,
};

/** Creates bytes with a valid checksum for any head. */
function forged(
  head: string,
  { version = 1, length = toBytes(head).length, body = "body" } = {},
): Uint8Array<ArrayBuffer> {
  const bytes = toBytes(`${"\0".repeat(12)}${head}${body}`);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x58_52_43_00 + version);
  view.setUint32(8, length);
  view.setUint32(4, crc32(bytes.subarray(8)));
  return bytes;
}

const HEAD = { meta: null, tags: ["t"], madeAt: 1, revalidate: null, generation: 1 };

const ENTRIES: readonly [title: string, entry: CacheEntry][] = [
  ["of a usual kind", ENTRY],
  ["without body, tags and meta", { ...ENTRY, body: new Uint8Array(0), tags: [], meta: null }],
  ["that is fresh forever", { ...ENTRY, revalidate: null }],
  ["with numbers at their limits", { ...ENTRY, generation: Number.MAX_SAFE_INTEGER, madeAt: 0.1, revalidate: 1e-9 }],
  ["with a body of all bytes", { ...ENTRY, body: Uint8Array.from({ length: 256 }, (_, value) => value) }],
  ["with a body that looks like an entry", { ...ENTRY, body: encodeEntry(ENTRY) }],
  ["with odd text", { ...ENTRY, tags: ["\0", "\ud800", "\u2028", '"', "\u{1f995}", "__proto__"], meta: "\udfff\0" }],
  ["with 10,000 tags", { ...ENTRY, tags: Array.from({ length: 10_000 }, (_, number) => `${number}`) }],
  ["whose body is a view", { ...ENTRY, body: toBytes("before body after").subarray(7, 11) }],
];

for (const [title, entry] of ENTRIES) {
  Deno.test(`decodeEntry() returns an entry ${title}`, () => {
    assertEquals(decodeEntry(encodeEntry(entry)), entry);
  });
}

Deno.test("decodeEntry() returns random entries", () => {
  const random = seeded(4);
  for (let round = 0; round < 300; round++) {
    const text = (length: number) =>
      String.fromCharCode(...Array.from({ length: random() * length }, () => random() * 0x10000));
    const entry = {
      meta: { [text(5)]: text(20), list: [random(), null, random() < 0.5] },
      body: Uint8Array.from({ length: random() * 300 }, () => random() * 256),
      tags: Array.from({ length: random() * 5 }, () => text(10)),
      madeAt: Math.floor(random() * 2e12),
      revalidate: random() < 0.3 ? null : random() * 1000,
      generation: Math.floor(random() * 2 ** 52),
    };
    assertEquals(decodeEntry(encodeEntry(entry)), entry);
  }
});

Deno.test("decodeEntry() reads from the middle of a buffer", () => {
  const bytes = encodeEntry(ENTRY);
  const larger = new Uint8Array(bytes.length + 20).fill(255);
  larger.set(bytes, 9);
  assertEquals(decodeEntry(larger.subarray(9, 9 + bytes.length)), ENTRY);
});

for (const kind of ["Uint8Array", "Buffer"]) {
  Deno.test(`decodeEntry() returns a body with its own buffer, from a ${kind}`, () => {
    const bytes = kind === "Buffer" ? Buffer.from(encodeEntry(ENTRY)) : encodeEntry(ENTRY);
    const entry = decodeEntry(bytes);
    bytes.fill(0);
    assert(entry !== undefined);
    assertEquals([...entry.body], [...ENTRY.body]);
    assertStrictEquals(Object.getPrototypeOf(entry.body), Uint8Array.prototype);
    assertStrictEquals(entry.body.buffer.byteLength, ENTRY.body.length);
  });
}

Deno.test("S45 decodeEntry() returns undefined for an entry truncated at any length", () => {
  const bytes = encodeEntry(ENTRY);
  for (let length = 0; length < bytes.length; length++) {
    assertStrictEquals(decodeEntry(bytes.subarray(0, length)), undefined, `${length} bytes`);
    assertStrictEquals(decodeEntry(bytes.slice(length + 1)), undefined, `without the first ${length + 1} bytes`);
  }
});

Deno.test("S45 decodeEntry() returns undefined for an entry with any bit flipped", () => {
  const bytes = encodeEntry(ENTRY);
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      assertStrictEquals(decodeEntry(bytes.with(at, bytes[at]! ^ flip)), undefined, `byte ${at} ^ ${flip}`);
    }
  }
});

Deno.test("S45 decodeEntry() returns undefined for noise", () => {
  const random = seeded(45);
  for (let round = 0; round < 2_000; round++) {
    const noise = Uint8Array.from({ length: random() * 64 }, () => random() * 256);
    assertStrictEquals(decodeEntry(noise), undefined);
    if (noise.length < 12) continue;
    // With a valid magic number and checksum too.
    const view = new DataView(noise.buffer);
    view.setUint32(0, 0x58_52_43_01);
    view.setUint32(4, crc32(noise.subarray(8)));
    assertStrictEquals(decodeEntry(noise), undefined);
  }
});

Deno.test("decodeEntry() returns undefined for an entry of another version", () => {
  assertInstanceOf(decodeEntry(forged(JSON.stringify(HEAD)))?.body, Uint8Array);
  for (const version of [0, 2, 255]) {
    assertStrictEquals(decodeEntry(forged(JSON.stringify(HEAD), { version })), undefined);
  }
});

Deno.test("decodeEntry() returns undefined for a head whose length is wrong", () => {
  const json = JSON.stringify(HEAD);
  for (const length of [0, 1, json.length - 1, json.length + 1, json.length + 5, 2 ** 31, 2 ** 32 - 1]) {
    assertStrictEquals(decodeEntry(forged(json, { length })), undefined, `${length}`);
  }
});

/** Heads that are JSON, but not that of an entry. */
const WRONG = [
  "null",
  "true",
  "1",
  '"text"',
  "[]",
  "{}",
  JSON.stringify([HEAD]),
  ...["tags", "madeAt", "revalidate", "generation"].map((name) => JSON.stringify({ ...HEAD, [name]: undefined })),
  ...[null, "t", {}, { length: 0 }, [1], [null], ["t", ["u"]], [{}]].map((tags) => JSON.stringify({ ...HEAD, tags })),
  ...[null, "1", [], {}, true].map((madeAt) => JSON.stringify({ ...HEAD, madeAt })),
  ...[8.64e15 + 1, -8.64e15 - 1, 1e300].map((madeAt) => JSON.stringify({ ...HEAD, madeAt })),
  ...["60", [], {}, false].map((revalidate) => JSON.stringify({ ...HEAD, revalidate })),
  ...[null, "1", [], {}, true, 1.5, 2 ** 53].map((generation) => JSON.stringify({ ...HEAD, generation })),
  ...["madeAt", "revalidate", "generation"].map((name) =>
    JSON.stringify({ ...HEAD, [name]: 0 }).replace(`${name}":0`, `${name}":1e999`)
  ),
  `{"__proto__":${JSON.stringify(HEAD)}}`,
  "",
  "{",
  "undefined",
  "alert(1)",
];

for (const head of WRONG) {
  Deno.test(`S45 decodeEntry() returns undefined for the head ${head || "of no bytes"} with a valid checksum`, () => {
    assertStrictEquals(decodeEntry(forged(head)), undefined);
  });
}

Deno.test("S45 decodeEntry() pollutes nothing with a head that has __proto__", () => {
  const evil = '{"polluted":true,"tags":["evil"],"then":1}';
  const head = JSON.stringify(HEAD).replace("{", `{"__proto__":${evil},"constructor":{"prototype":${evil}},`)
    .replace('"meta":null', `"meta":{"__proto__":${evil}}`);
  const entry = decodeEntry(forged(head));
  assert(entry !== undefined);
  assertEquals(entry.tags, ["t"]);
  assertStrictEquals(Object.getPrototypeOf(entry), Object.prototype);
  assertStrictEquals(Object.getPrototypeOf(entry.meta), Object.prototype);
  for (const object of [{}, entry, entry.meta as object]) {
    assertStrictEquals(Reflect.get(object, "polluted"), undefined);
  }
});

Deno.test("S45 decodeEntry() reads the body from the bytes, even if the head has a body", () => {
  const entry = decodeEntry(forged(JSON.stringify({ ...HEAD, body: "evil" })));
  assertEquals(entry?.body, toBytes("body"));
});
