import { assert, assertEquals, assertNotEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { createOpaqueReferences, decodeArguments, encodeArguments } from "../../src/use_cache/argument_codec.ts";
import { decodeResult, encodeResult } from "../../src/use_cache/result_codec.ts";
import { MASKED_MESSAGE } from "../../src/use_cache/value_format.ts";
import { seeded } from "../helpers/random.ts";
import { createValue, findShared } from "./_values.ts";

const noReferences = createOpaqueReferences();
const report = () => "123";

async function getKey(...values: unknown[]): Promise<string> {
  return (await encodeArguments(values)).text;
}

/** Returns what a function sees of an argument. */
async function see(value: unknown): Promise<unknown> {
  return decodeArguments(await getKey(value), createOpaqueReferences())[0];
}

/** Returns what a caller gets of a result. */
async function keep(result: unknown): Promise<unknown> {
  return decodeResult(await encodeResult(result, { references: noReferences, report }), []);
}

Deno.test("random arguments are decoded as equal copies, and equal arguments have equal keys", async () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const value = createValue(seeded(seed), true), seen = await see(value);
    assertEquals(seen, value, `seed ${seed}`);
    assertEquals(findShared(seen, value), [], `seed ${seed}`);
    assertEquals(await getKey(createValue(seeded(seed), true)), await getKey(value), `seed ${seed}`);
    assertEquals(await getKey(seen), await getKey(value), `seed ${seed}`);
  }
});

Deno.test("different random arguments have different keys", async () => {
  const keys = new Map<string, unknown>();
  for (let seed = 1; seed <= 2000; seed++) {
    const value = createValue(seeded(seed), true, 2), key = await getKey(value);
    if (keys.has(key)) assertEquals(value, keys.get(key), `seed ${seed}`);
    keys.set(key, value);
  }
  assert(keys.size > 500);
});

Deno.test("random results are decoded as equal copies", async () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const value = createValue(seeded(seed), false), kept = await keep(value);
    assertEquals(kept, value, `seed ${seed}`);
    assertEquals(findShared(kept, value), [], `seed ${seed}`);
  }
});

Deno.test("a result loses undefined properties, and holes", async () => {
  // deno-lint-ignore no-sparse-arrays
  const kept = await keep({ a: undefined, b: [1, , undefined] }) as { b: unknown[] };
  assertEquals(Object.keys(kept), ["b"]);
  assertEquals(Object.keys(kept.b), ["0", "1", "2"]);
});

const DIFFERENT: readonly [title: string, a: unknown[], b: unknown[]][] = [
  ["a string and a number", ["1"], [1]],
  ["a string and a boolean", ["true"], [true]],
  ["null and undefined", [null], [undefined]],
  ["0 and -0", [0], [-0]],
  ["an argument that is undefined, and none", [undefined], []],
  ["properties in another order", [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
  ["a property that is undefined, and none", [{ a: 1, b: undefined }], [{ a: 1 }]],
  ["items in another order", [[1, 2]], [[2, 1]]],
  ["a Map in another order", [new Map([[1, 1], [2, 2]])], [new Map([[2, 2], [1, 1]])]],
  ["a Set in another order", [new Set([1, 2])], [new Set([2, 1])]],
  ["a Map and a Set", [new Map()], [new Set()]],
  ["bytes of another class", [new Uint8Array(2)], [new Int8Array(2)]],
  ["a promise and its value", [Promise.resolve("a")], ["a"]],
  ["promises of other values", [Promise.resolve("a")], [Promise.resolve("b")]],
  ["blobs of other types", [new Blob(["a"], { type: "text/a" })], [new Blob(["a"], { type: "text/b" })]],
  ["a Date and its text", [new Date(0)], ["$d0"]],
];

for (const [title, a, b] of DIFFERENT) {
  Deno.test(`the keys of ${title} are different`, async () => assertNotEquals(await getKey(...a), await getKey(...b)));
}

const EQUAL: readonly [title: string, a: () => unknown, b: () => unknown][] = [
  // deno-lint-ignore no-sparse-arrays
  ["a hole and undefined", () => [1, , 3], () => [1, undefined, 3]],
  ["two functions", () => () => 1, () => () => 2],
  ["a function and an instance of a class", () => () => 1, () => new (class A {})()],
  ["a regular expression and a symbol", () => /a/, () => Symbol.for("a")],
  ["an error and an object without a prototype", () => new Error("a"), () => Object.create(null)],
  ["a URL and its text", () => new URL("http://a/b"), () => "http://a/b"],
  ["headers and equal search parameters", () => new Headers({ a: "1" }), () => new URLSearchParams("a=1")],
  ["streams of equal content", () => new Response("a").body, () => new Response("a").body],
  ["an object with a getter and one with its value", () => ({
    get a() {
      return 1;
    },
  }), () => ({ a: 1 })], // deno-fmt-ignore
];

for (const [title, a, b] of EQUAL) {
  Deno.test(`the keys of ${title} are equal`, async () => assertEquals(await getKey(a()), await getKey(b())));
}

Deno.test("a function receives a Blob as a File, a Buffer as JSON, and an invalid Date as null", async () => {
  const file = await see(new Blob(["a"], { type: "text/plain" }));
  assert(file instanceof File);
  assertEquals([await file.text(), file.type], ["a", "text/plain"]);
  const { Buffer } = await import("node:buffer");
  assertEquals(await see(Buffer.from("a")), { type: "Buffer", data: [97] });
  assertEquals(await see(new Date(NaN)), null);
});

Deno.test("a rejected promise in the arguments rejects the call with its reason", async () => {
  const reason = new Error("mine");
  assertStrictEquals(await assertRejects(() => getKey({ deep: [Promise.reject(reason)] })), reason);
});

Deno.test("an opaque argument can only be passed on and returned", async () => {
  const own = { f: () => 1, g: new (class A {})() };
  const { text, opaque } = await encodeArguments([own]);
  const references = createOpaqueReferences();
  const [seen] = decodeArguments(text, references) as [{ f: () => number; g: { url?: string } }];
  assertEquals([typeof seen.f, typeof seen.g], ["function", "function"]);
  assertEquals(JSON.stringify([seen.f]), "[null]");
  assertThrows(() => seen.f(), Error, "Attempted to call a temporary Client Reference from the server");
  assertThrows(() => seen.g.url, Error, "Cannot access url on the server.");
  assertThrows(() => seen.g.url = "", Error, "Cannot assign to a temporary client reference");
  const result = await encodeResult({ first: seen.g, second: seen.f }, { references, report });
  assertEquals(decodeResult(result, opaque), { first: own.g, second: own.f });
  const other = { f: () => 2, g: /a/ };
  assertStrictEquals((decodeResult(result, [other.f, other.g]) as { second: unknown }).second, other.f);
});

const UNKEPT: readonly [title: string, value: unknown, message: string][] = [
  ["an instance of a class", new (class A {})(), "Only plain objects, and a few built-ins, can be passed"],
  ["a regular expression", [/a/], "Only plain objects, and a few built-ins"],
  ["a response", new Response(""), "Only plain objects, and a few built-ins"],
  ["a URL", new URL("http://a"), "Only plain objects, and a few built-ins"],
  ["a WeakMap", new WeakMap(), "Only plain objects, and a few built-ins"],
  ["an object without a prototype", Object.create(null), "Classes or null prototypes are not supported.\n  {}"],
  ["a function", { f() {} }, "Functions cannot be passed directly to Client Components"],
  ["a local symbol", Symbol("local"), "The symbol Symbol.for(local) cannot be found among global symbols."],
];

for (const [title, value, message] of UNKEPT) {
  Deno.test(`a result cannot have ${title}`, async () => {
    await assertRejects(() => keep(value), Error, message);
  });
}

Deno.test("a result keeps symbols of Symbol.for(), and the class of bytes", async () => {
  const { Buffer } = await import("node:buffer");
  assertEquals(await keep([Symbol.for("a"), new Uint16Array([1])]), [Symbol.for("a"), new Uint16Array([1])]);
  assertStrictEquals((await keep(Buffer.from("a")) as Uint8Array).constructor, Uint8Array);
});

Deno.test("a result has headers and search parameters as arrays", async () => {
  assertEquals(await keep(new Headers({ a: "1" })), [["a", "1"]]);
  assertEquals(await keep(new URLSearchParams("a=1&b=2")), [["a", "1"], ["b", "2"]]);
});

Deno.test("an error in a result loses its class and message", async () => {
  const { e } = await keep({ e: new TypeError("secret", { cause: "c" }) }) as { e: Error & { digest?: string } };
  assertStrictEquals(e.constructor, Error);
  assertEquals([e.message, e.digest, e.cause], [MASKED_MESSAGE, undefined, undefined]);
});

Deno.test("a result keeps blobs, forms, streams, iterators and promises, for every caller", async () => {
  const form = new FormData();
  form.append("a", "1");
  form.append("a", new File(["text"], "name.txt"));
  const result = {
    blob: new Blob(["b"], { type: "text/b" }),
    form,
    text: new Response("bytes").body!.pipeThrough(new TextDecoderStream()),
    bytes: new ReadableStream({
      type: "bytes",
      start(controller) {
        controller.enqueue(new TextEncoder().encode("bytes"));
        controller.close();
      },
    }),
    iterator: [1, 2].values(),
    iterable: (async function* () {
      yield 1;
      yield { two: 2 };
    })(),
    promise: Promise.resolve({ deep: Promise.resolve(3) }),
    failed: Promise.reject(new Error("secret")),
  };
  const encoded = await encodeResult(result, { references: noReferences, report });
  for (let i = 0; i < 2; i++) {
    const got = decodeResult(encoded, []) as typeof result;
    assertEquals([got.blob.constructor, got.blob.type, await got.blob.text()], [Blob, "text/b", "b"]);
    assertEquals([...got.form.keys()], ["a", "a"]);
    assertEquals(await (got.form.getAll("a")[1] as Blob).text(), "text");
    assertEquals(await Array.fromAsync(got.text), ["bytes"]);
    got.bytes.getReader({ mode: "byob" }).releaseLock();
    assertEquals(await new Response(got.bytes).text(), "bytes");
    assertEquals([...got.iterator], [1, 2]);
    assertEquals(await Array.fromAsync(got.iterable), [1, { two: 2 }]);
    assert(got.promise instanceof Promise);
    const inner = await got.promise;
    assert(inner.deep instanceof Promise);
    assertEquals(await inner.deep, 3);
    const failure = await assertRejects(() => got.failed, Error, MASKED_MESSAGE) as Error & { digest: string };
    assertEquals(failure.digest, "123");
  }
});

Deno.test("a result keeps React elements, and renders components", async () => {
  const $$typeof = Symbol.for("react.transitional.element");
  const element = (type: unknown, props: object) => ({ $$typeof, type, key: null, ref: null, props, _owner: null });
  const Title = ({ text }: { text: string }) => Promise.resolve(element("h1", { children: text }));
  const page = element(Symbol.for("react.fragment"), {
    children: [element("p", { a: 1 }), element(Title, { text: "t" })],
  });
  assertEquals(
    await keep(page),
    element(Symbol.for("react.fragment"), { children: [element("p", { a: 1 }), element("h1", { children: "t" })] }),
  );
});

Deno.test("a text that was not encoded is rejected", () => {
  for (const text of ["", "x", '["$5"]', '["$0"]', '["$1",["odd",1]]', '["$1",5]']) {
    assertThrows(() => decodeResult(text, []));
  }
});
