/** `routes dev` while files change: the process does not restart, and unchanged modules keep their state. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { type DevServer, saying, startDev } from "../helpers/dev.ts";
import { until } from "../helpers/until.ts";

/** A module with state, like a connection pool. */
const POOL = `let count = 0; export const id = crypto.randomUUID(); export const next = () => ++count;`;
const COUNTER = `import { id, next } from "../../lib/pool";
export const GET = () => Response.json([id, next(), Deno.pid]);`;

const LEFT = `import { right } from "./right"; export const word = "l1"; export const left = () => right();`;
const RIGHT = `import { word } from "./left"; export const right = () => "r1 of " + word;`;

const FILES = {
  "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }`,
  "routes.d.ts": "",
  "app/route.ts": saying("first"),
  "app/count/route.ts": COUNTER,
  "lib/pool.ts": POOL,
  "app/far/route.ts": `import { a } from "../../lib/a"; export const GET = () => new Response(a);`,
  "lib/a.ts": `import { b } from "./b"; export const a = "a " + b;`,
  "lib/b.ts": `import { c } from "@/lib/deep/c"; export const b = "b " + c;`,
  "lib/deep/c.ts": `export const c = "c1";`,
  "app/index/route.ts": `export { GET } from "@/lib/folder";`,
  "lib/folder/index.ts": saying("index1"),
  "app/data/route.ts": `import data from "../../lib/data.json"; export const GET = () => Response.json(data);`,
  "lib/data.json": `{ "a": 1 }`,
  "app/typed/route.ts": `import data from "@/lib/typed.json" with { type: "json" };
export const GET = () => Response.json(data);`,
  "lib/typed.json": `{ "b": 1 }`,
  "app/cycle/route.ts": `import { left } from "../../lib/left"; export const GET = () => new Response(left());`,
  "lib/left.ts": LEFT,
  "lib/right.ts": RIGHT,
  "app/lazy/route.ts": `export const GET = async () => new Response((await import("../../lib/lazy")).lazy);`,
  "lib/lazy.ts": `import { under } from "./under"; export const lazy = "lazy " + under;`,
  "lib/under.ts": `export const under = "u1";`,
  "app/named/route.ts": `const file = "../../lib/named.ts";
export const GET = async () => new Response((await import(file)).name);`,
  "lib/named.ts": `export const name = "named1";`,
  "app/again/route.ts": `export { GET } from "@/lib/handlers";`,
  "lib/handlers.ts": saying("handlers1"),
  "app/common/route.ts":
    `import common, { deep } from "../../lib/common.cjs"; import * as all from "../../lib/common.cjs";
export const GET = () => Response.json([common.name, deep, all.name]);`,
  "lib/common.cjs": `exports.name = "common1"; exports.deep = require("./common_deep.cjs").deep;`,
  "lib/common_deep.cjs": `exports.deep = require("./common.json").deep;`,
  "lib/common.json": `{ "deep": 1 }`,
  "app/required/route.ts":
    `const { word } = require("../../lib/required"); export const GET = () => new Response(word);`,
  "lib/required.ts": `import { word as inner } from "./required_deep"; export const word: string = inner;`,
  "lib/required_deep.ts": `export const word = "required1";`,
  "app/jsx/route.tsx": `const el = <i>jsx1</i>; export const GET = () => new Response(el.props.children);`,
  "node_modules/react/package.json": `{ "name": "react", "version": "19.0.0" }`,
  "node_modules/react/jsx-runtime.js": `exports.jsx = (type, props) => ({ type, props });`,
  "app/style/route.ts":
    `import a from "../../lib/a.module.css"; export const GET = () => Response.json(Object.keys(a));`,
  "lib/a.module.css": `.one {}`,
  "app/client/route.ts": `import * as lib from "@/lib/client";
export const GET = () => new Response(typeof lib.X === "number" ? String(lib.X) : Object.keys(lib).join(" "));`,
  "lib/client.ts": `"use client"; export * from "./star";`,
  "lib/star.ts": `export const X = 1;`,
  "app/client/common/route.ts":
    `import { X } from "@/lib/client.cjs"; export const GET = () => new Response(typeof X);`,
  "lib/client.cjs": `exports.X = 1;`,
  "app/old/route.ts": saying("old"),
  "app/swap/one/route.ts": saying("one"),
  "app/swap/two/route.ts": saying("two"),
  "app/kit/route.ts": `export { GET } from "@/lib/kit/v";`,
  "lib/kit/v.ts": saying("kit1"),
  "lib/kit2/v.ts": saying("kit2"),
};

let dev: DevServer;
let kept: [id: string, pid: number];

Deno.test.beforeAll(async () => {
  dev = await startDev(FILES);
  const [id, , pid] = JSON.parse(await dev.text("/count"));
  kept = [id, pid];
});

Deno.test.afterAll(async () => await dev[Symbol.asyncDispose]());

/** Asserts that neither the process nor the unchanged module has been restarted. */
async function isKept(): Promise<void> {
  const [id, , pid] = JSON.parse(await dev.text("/count"));
  assertEquals([id, pid], kept);
}

const move = (from: string, to: string) => Deno.rename(`${dev.dir}/${from}`, `${dev.dir}/${to}`);

type Edit = readonly [what: string, path: string, before: string, after: string, file: string, text: string];

const COMMON = ["lib/common.cjs", FILES["lib/common.cjs"].replace("common1", "common2")] as const;
const DEEP = ["lib/common.json", `{ "deep": 2 }`] as const;
const REQUIRED = ["lib/required_deep.ts", `export const word = "required2";`] as const;

const EDITS: readonly Edit[] = [
  ["a route file", "/", "first", "second", "app/route.ts", saying("second")],
  ["a file three imports away", "/far", "a b c1", "a b c2", "lib/deep/c.ts", `export const c = "c2";`],
  ["a file between", "/far", "a b c2", "a own", "lib/b.ts", `export const b = "own";`],
  ["the index of a folder", "/index", "index1", "index2", "lib/folder/index.ts", saying("index2")],
  ["JSON", "/data", `{"a":1}`, `{"a":2}`, "lib/data.json", `{ "a": 2 }`],
  ["JSON that is imported as such", "/typed", `{"b":1}`, `{"b":2}`, "lib/typed.json", `{ "b": 2 }`],
  ["a file of a circle", "/cycle", "r1 of l1", "r1 of l2", "lib/left.ts", LEFT.replace("l1", "l2")],
  ["the other file of it", "/cycle", "r1 of l2", "r2 of l2", "lib/right.ts", RIGHT.replace("r1", "r2")],
  ["what a lazy import imports", "/lazy", "lazy u1", "lazy u2", "lib/under.ts", `export const under = "u2";`],
  ["a lazy import", "/lazy", "lazy u2", "own", "lib/lazy.ts", `export const lazy = "own";`],
  ["an import by a name made then", "/named", "named1", "named2", "lib/named.ts", `export const name = "named2";`],
  ["CommonJS", "/common", `["common1",1,"common1"]`, `["common2",1,"common2"]`, ...COMMON],
  ["JSON that is required", "/common", `["common2",1,"common2"]`, `["common2",2,"common2"]`, ...DEEP],
  ["what a required ES module imports", "/required", "required1", "required2", ...REQUIRED],
  ["JSX", "/jsx", "jsx1", "jsx2", "app/jsx/route.tsx", FILES["app/jsx/route.tsx"].replace("jsx1", "jsx2")],
  ["a style sheet", "/style", `["one"]`, `["two"]`, "lib/a.module.css", ".two {}"],
  ["what a client module exports from", "/client", "X", "X Z", "lib/star.ts", `export const X = 1, Z = 2;`],
  ["a file that loses the directive", "/client", "X Z", "1", "lib/client.ts", `export const X = 1;`],
  ["a file that gains the directive", "/client", "1", "X", "lib/client.ts", `"use client"; export const X = 1;`],
  ["CommonJS that gains the directive", "/client/common", "number", "function", "lib/client.cjs", `"use client";`],
  ["CommonJS that loses it", "/client/common", "function", "string", "lib/client.cjs", `exports.X = "";`],
  ["what a route exports again", "/again", "handlers1", "handlers2", "lib/handlers.ts", saying("handlers2")],
];

for (const [what, path, before, after, file, text] of EDITS) {
  Deno.test(`routes dev serves the edit of ${what}, and untouched modules keep their state`, async () => {
    assertEquals(await dev.text(path), before);
    await dev.write({ [file]: text });
    await dev.shows(path, after);
    await isKept();
  });
}

Deno.test("routes dev resets the state of a module that changes", async () => {
  await dev.write({ "lib/pool.ts": `${POOL}\n` });
  await dev.shows("/count", new RegExp(`^\\["(?!${kept[0]})[^"]+",1,${kept[1]}\\]$`));
  kept = [JSON.parse(await dev.text("/count"))[0], kept[1]];
});

Deno.test("routes dev serves each of 30 edits in a row, and never the previous text", async () => {
  for (let round = 0; round < 30; round++) {
    await dev.write({ "app/route.ts": saying(`round ${round}`) });
    await dev.shows("/", `round ${round}`);
  }
  await isKept();
});

Deno.test("routes dev serves a file that is saved by renaming another", async () => {
  for (const text of ["saved", "saved again"]) {
    await dev.write({ "app/route.ts~": saying(text) });
    await move("app/route.ts~", "app/route.ts");
    await dev.shows("/", text);
  }
});

Deno.test("routes dev serves new routes, nested ones and many at once, and stops serving removed ones", async () => {
  await dev.write({ "app/new/route.ts": saying("new"), "app/x/y/[id]/z/route.ts": saying("deep") });
  await dev.shows("/new", "new");
  await dev.shows("/x/y/7/z", "deep");
  await dev.write({ "app/x/y/[id]/z/route.ts": saying("deep2"), "app/new/route.ts": null });
  await dev.shows("/x/y/7/z", "deep2");
  await dev.shows("/new", "Not Found");
  await dev.write({ "app/x": null });
  await dev.shows("/x/y/7/z", "Not Found");
  await isKept();
});

Deno.test("routes dev serves a renamed route folder under its new name", async () => {
  assertEquals(await dev.text("/old"), "old");
  await move("app/old", "app/renamed");
  await dev.shows("/renamed", "old");
  await dev.shows("/old", "Not Found");
});

Deno.test("routes dev serves the files of a folder that replaces another one", async () => {
  assertEquals([await dev.text("/swap/one"), await dev.text("/swap/two")], ["one", "two"]);
  await move("app/swap/one", "app/swap/third");
  await move("app/swap/two", "app/swap/one");
  await move("app/swap/third", "app/swap/two");
  await dev.shows("/swap/one", "two");
  await dev.shows("/swap/two", "one");
});

Deno.test("routes dev imports the files of a folder next to the routes that replaces another one", async () => {
  assertEquals(await dev.text("/kit"), "kit1");
  await move("lib/kit", "lib/kit3");
  await move("lib/kit2", "lib/kit");
  await dev.shows("/kit", "kit2");
});

Deno.test("routes dev imports the files of a folder next to app that is removed and created again", async () => {
  await dev.write({ "extra/e.ts": saying("e1"), "app/extra/route.ts": `export { GET } from "@/extra/e";` });
  await dev.shows("/extra", "e1");
  await dev.write({ extra: null });
  await dev.write({ "extra/e.ts": saying("e2") });
  await dev.shows("/extra", "e2");
  await dev.write({ "extra/e.ts": saying("e3") });
  await dev.shows("/extra", "e3");
});

Deno.test("routes dev serves nothing while the app folder is renamed, and everything when it is back", async () => {
  await move("app", "away");
  try {
    await dev.shows("/again", "Not Found");
  } finally {
    await move("away", "app");
  }
  await dev.shows("/again", "handlers2");
  await dev.write({ "app/again/route.ts": saying("back") });
  await dev.shows("/again", "back");
  assertEquals(dev.printed().includes("Unhandled promise rejection"), false, dev.printed());
});

Deno.test("routes dev serves 200 files that change at once, and continues", async () => {
  const many = (text: string) =>
    Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`app/many/${index}/route.ts`, saying(text)]));
  for (const text of ["many1", "many2"]) {
    await dev.write(many(text));
    for (const index of [0, 77, 199]) await dev.shows(`/many/${index}`, text);
  }
  await dev.write({ "app/many": null });
  await dev.shows("/many/0", "Not Found");
  // The system reports 200 files one by one, and the first one may be gone before the last is reported.
  const isGone = async () => !(await dev.state()).routes.some(({ id }) => id.startsWith("/many"));
  await until("all of them are gone", isGone);
});

Deno.test("routes dev updates an existing routes.d.ts when a route is added, and does not create one", async () => {
  await dev.write({ "app/typed/[slug]/route.ts": saying("typed") });
  await dev.shows("/typed/1", "typed");
  assertStringIncludes(await Deno.readTextFile(`${dev.dir}/routes.d.ts`), `"/typed/[slug]"`);
  await dev.write({ "routes.d.ts": null, "app/more/route.ts": saying("more") });
  await dev.shows("/more", "more");
  assert(!await exists(`${dev.dir}/routes.d.ts`));
});

Deno.test("routes dev has not restarted", async () => {
  await isKept();
  assertEquals(dev.printed().match(/Listening on/g)?.length, 1);
});
