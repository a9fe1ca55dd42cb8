import { assertEquals, assertRejects } from "@std/assert";
import { readStaticParams } from "../../src/handler/static_params.ts";
import { createManifest } from "../../mod.ts";
import type { NextRequest } from "../../src/server.ts";
import { counting, createCachedApp } from "../helpers/cached.ts";

const segmentsOf = (file: string) => createManifest([file]).routes[0]!.segments;
const pathsOf = async (file: string, list: unknown) => [
  ...await readStaticParams(() => list, segmentsOf(file), file).paths(),
];

const LISTS: readonly [file: string, list: unknown, paths: string[]][] = [
  ["a/route.ts", [{}], ["/a"]],
  ["route.ts", [{}], ["/"]],
  ["[id]/route.ts", [], []],
  ["[id]/route.ts", [{ id: "a" }, { id: "b" }, { id: "a" }], ["/a", "/b"]],
  ["[id]/route.ts", Promise.resolve([{ id: "a", more: 1 }]), ["/a"]],
  ["[id]/route.ts", [{ id: "two words" }], ["/two%20words"]],
  ["[id]/route.ts", [{ id: "a/b" }], ["/a%2Fb"]],
  ["[id]/route.ts", [{ id: "é" }], ["/%C3%A9"]],
  ["[id]/route.ts", [{ id: "100%" }], ["/100%25"]],
  ["[id]/route.ts", [{ id: "%C3%A9" }], ["/%25C3%25A9"]],
  ["[id]/route.ts", [{ id: "日本" }], ["/%E6%97%A5%E6%9C%AC"]],
  ["[id]/route.ts", [{ id: "a~b_c-d.e" }], ["/a~b_c-d.e"]],
  ["[id]/route.ts", [{ id: "a?b#c" }], ["/a%3Fb%23c"]],
  ["[id]/route.ts", [{ id: "__proto__" }], ["/__proto__"]],
  ["x/[a]/y/[b]/route.ts", [{ a: "1", b: "2" }], ["/x/1/y/2"]],
  ["(group)/x/[a]/route.ts", [{ a: "1" }], ["/x/1"]],
  ["[...rest]/route.ts", [{ rest: ["a", "b c"] }, { rest: ["é"] }], ["/a/b%20c", "/%C3%A9"]],
  ["x/[...rest]/route.ts", [{ rest: ["a/b"] }], ["/x/a%2Fb"]],
  ["x/[[...rest]]/route.ts", [{ rest: ["a"] }, {}, { rest: [] }, { rest: undefined }], ["/x/a", "/x"]],
  ["[[...rest]]/route.ts", [{ rest: null }, { rest: false }], ["/"]],
];

for (const [file, list, paths] of LISTS) {
  Deno.test(`readStaticParams() reads ${JSON.stringify(list)} of ${file}`, async () => {
    assertEquals(await pathsOf(file, list), paths);
  });
}

const BAD: readonly [file: string, list: unknown, state: string][] = [
  ["[id]/route.ts", undefined, "it returned nothing, return an array of params"],
  ["[id]/route.ts", null, "it returned null, return an array of params"],
  ["[id]/route.ts", { id: "a" }, 'it returned {"id":"a"}, return an array of params'],
  ["[id]/route.ts", "a", "it returned the string a, return an array of params"],
  ["[id]/route.ts", ["a"], "entry 0 is the string a, write an object"],
  ["[id]/route.ts", [null], "entry 0 is null, write an object"],
  ["[id]/route.ts", [{}], 'entry 0 has nothing for "id", write a string'],
  ["[id]/route.ts", [{ id: "a" }, { id: 42 }], 'entry 1 has the number 42 for "id", write a string'],
  ["[id]/route.ts", [{ id: ["a"] }], 'entry 0 has ["a"] for "id", write a string'],
  ["[...rest]/route.ts", [{ rest: "a" }], 'entry 0 has the string a for "rest", write an array of strings'],
  ["[...rest]/route.ts", [{ rest: [1] }], 'entry 0 has [1] for "rest", write an array of strings'],
  ["[...rest]/route.ts", [{}], 'entry 0 has nothing for "rest", write an array of strings'],
  ["[[...rest]]/route.ts", [{ rest: "a" }], 'entry 0 has the string a for "rest", write an array of strings'],
  ["[id]/route.ts", [{ id: "a\0" }], 'entry 0 is {"id":"a\\u0000"}, which a path cannot have'],
];

for (const [file, list, state] of BAD) {
  Deno.test(`readStaticParams() refuses ${JSON.stringify(list)} of ${file}: ${state}`, async () => {
    const error = await assertRejects(() => pathsOf(file, list), TypeError);
    assertEquals(error.message, `Cannot read generateStaticParams of "${file}": ${state}`);
  });
}

/** What no request can ask for. */
const UNREACHABLE: readonly [file: string, list: unknown][] = [
  ["x/[id]/route.ts", [{ id: "" }]],
  ["x/[id]/y/route.ts", [{ id: "" }]],
  ["x/[id]/route.ts", [{ id: "." }]],
  ["x/[id]/route.ts", [{ id: ".." }]],
  ["x/[id]/route.ts", [{ id: "\ud800" }]],
  ["x/[...rest]/route.ts", [{ rest: [] }]],
  ["x/[...rest]/route.ts", [{ rest: ["a", ""] }]],
];

for (const [file, list] of UNREACHABLE) {
  Deno.test(`readStaticParams() refuses ${JSON.stringify(list)} of ${file}, which a path cannot have`, async () => {
    await assertRejects(
      () => pathsOf(file, list),
      TypeError,
      `Cannot read generateStaticParams of "${file}": entry 0`,
    );
  });
}

Deno.test("readStaticParams() calls the function once, also for concurrent calls, and again after a failure", async () => {
  const generate = counting((number) => {
    if (number === 1) throw new Error("upstream is down");
    return [{ id: `${number}` }];
  });
  const listed = readStaticParams(generate, segmentsOf("[id]/route.ts"), "[id]/route.ts");
  const failed = await Promise.allSettled([listed.paths(), listed.paths()]);
  assertEquals(failed.map(({ status }) => status), ["rejected", "rejected"]);
  assertEquals(generate.runs, 1);
  const [one, two] = await Promise.all([listed.paths(), listed.paths()]);
  assertEquals(one, two);
  assertEquals([...one, generate.runs], ["/2", 2]);
});

Deno.test("generateStaticParams is called with empty params", async () => {
  const seen: unknown[] = [];
  await readStaticParams((context) => (seen.push(context), []), segmentsOf("[id]/route.ts"), "x").paths();
  assertEquals(seen, [{ params: {} }]);
});

type Context = { params: Promise<unknown> };
const echo = async (_: NextRequest, { params }: Context) => Response.json(await params);

Deno.test("dynamicParams = false serves listed params, and answers 404 for all others", async () => {
  const list = [{ id: "two words" }, { id: "a/b" }, { id: "é" }, { id: "plain" }];
  const GET = counting((_, ...args: [NextRequest, Context]) => echo(...args));
  const app = await createCachedApp({
    "x/[id]/route.ts": { dynamicParams: false, generateStaticParams: () => list, GET },
  });
  for (
    const path of [
      "/x/two%20words",
      "/x/a%2Fb",
      "/x/a%2fb",
      "/x/%C3%A9",
      "/x/é",
      "/x/%c3%a9",
      "/x/pl%61in",
      "/x/plain?q",
    ]
  ) {
    assertEquals((await app.get(path)).status, 200, path);
  }
  assertEquals(GET.runs, 4);
  for (const path of ["/x/other", "/x/two+words", "/x/a", "/x/PLAIN", "/x/%25C3%25A9", "/x/__proto__", "/x/size"]) {
    for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
      const response = await app.request(path, { method });
      assertEquals([response.status, response.headers.get("x-nextjs-cache")], [404, null], path);
      await response.body?.cancel();
    }
  }
  assertEquals(GET.runs, 4);
});

/** Values that a URL can carry as they are. Raw or escaped, the handler gets the same params. */
const RAW = ["user@example.com", "a:b", "a+b", "a,b", "a&b=c", "$1", "a;b", "it's", "(x)", "wow!", "a*b", "[x]", "a|b"];

for (const value of RAW) {
  Deno.test(`dynamicParams = false accepts ${value} as listed, raw and escaped`, async () => {
    const app = await createCachedApp({
      "[id]/route.ts": { dynamicParams: false, generateStaticParams: () => [{ id: value }], GET: echo },
    });
    const escaped = value.replace(/[^a-z0-9.]/gi, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
    for (const path of [`/${value}`, `/${encodeURIComponent(value)}`, `/${escaped}`]) {
      const response = await app.get(path);
      const body = await response.text();
      assertEquals([path, response.status, body], [path, 200, JSON.stringify({ id: value })]);
    }
  });
}

Deno.test("dynamicParams = false applies to catch-alls, also optional ones", async () => {
  const all = { dynamicParams: false, generateStaticParams: () => [{ rest: ["a", "b"] }], GET: echo };
  const optional = { ...all, generateStaticParams: () => [{}, { rest: ["a"] }] };
  const app = await createCachedApp({ "all/[...rest]/route.ts": all, "optional/[[...rest]]/route.ts": optional });
  const status = async (path: string) => {
    const response = await app.get(path);
    await response.body?.cancel();
    return response.status;
  };
  for (const path of ["/all/a/b", "/optional", "/optional/a"]) assertEquals(await status(path), 200, path);
  for (const path of ["/all/a", "/all/a/b/c", "/all/a%2Fb", "/all", "/optional/b", "/optional/a/b"]) {
    assertEquals(await status(path), 404, path);
  }
});

Deno.test("dynamicParams = false calls onNotFound for unlisted params", async () => {
  const onNotFound = (request: Request) => new Response(new URL(request.url).pathname, { status: 404 });
  const modules = { "[id]/route.ts": { dynamicParams: false, generateStaticParams: () => [], GET: echo } };
  const app = await createCachedApp(modules, { onNotFound, basePath: "/docs" });
  assertEquals(await app.ask("/docs/a"), [null, "/docs/a"]);
});

Deno.test("dynamicParams = false is not enforced with a POST export, as in Next", async () => {
  const route = { dynamicParams: false, generateStaticParams: () => [{ id: "a" }], GET: echo, POST: echo };
  const app = await createCachedApp({ "[id]/route.ts": route });
  assertEquals([await app.ask("/a"), await app.ask("/b")], [[null, '{"id":"a"}'], [null, '{"id":"b"}']]);
});

Deno.test("dynamicParams = true, the default, also caches unlisted params", async () => {
  for (const config of [{}, { dynamicParams: true }]) {
    const GET = counting();
    const route = { ...config, generateStaticParams: () => [{ id: "a" }], GET };
    const app = await createCachedApp({ "[id]/route.ts": route });
    const answers = [await app.ask("/a"), await app.ask("/b"), await app.ask("/a"), await app.ask("/b")];
    assertEquals(answers, [["MISS", "1"], ["MISS", "2"], ["HIT", "1"], ["HIT", "2"]]);
  }
});

Deno.test("dynamicParams = false with a generateStaticParams that fails once answers 500, and then works", async () => {
  const generateStaticParams = counting((number) => {
    if (number === 1) throw new Error("upstream is down");
    return [{ id: "a" }];
  });
  const app = await createCachedApp({ "[id]/route.ts": { dynamicParams: false, generateStaticParams, GET: echo } });
  assertEquals([(await app.get("/a")).status, app.errors.map(({ message }) => message)], [500, ["upstream is down"]]);
  assertEquals([await app.ask("/a"), (await app.get("/b")).status], [["MISS", '{"id":"a"}'], 404]);
  assertEquals([generateStaticParams.runs, app.errors.length], [2, 1]);
});
