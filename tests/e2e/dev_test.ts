/** What `routes dev` reports about a project, its requests and its errors, and that it caches nothing. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Changes, type DevServer, saying, startDev } from "../helpers/dev.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";
import { until } from "../helpers/until.ts";

const NUMBER = `let count = 0; export const next = () => String(++count);`;
const COUNTED = `import { next } from "@/lib/number"; export const GET = () => new Response(next());`;

const FILES = {
  "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }`,
  ".env.development": "WORD=development\nLEVEL=development",
  ".env.production": "WORD=production",
  ".env": "LEVEL=all",
  "lib/number.ts": NUMBER,
  "lib/good.ts": `export const good = "good";`,
  "app/hello/route.ts": saying("hello"),
  "app/env/route.ts": `const { NODE_ENV, WORD, LEVEL } = process.env;
export const GET = () => Response.json([NODE_ENV, WORD, LEVEL]);`,
  "app/revalidate/route.ts": `${COUNTED} export const revalidate = 60;`,
  "app/static/route.ts": `${COUNTED} export const dynamic = "force-static";`,
  "app/unstable/route.ts": `import { unstable_cache } from "next/cache"; import { next } from "@/lib/number";
const cached = unstable_cache(() => Promise.resolve(next()), ["a"], { revalidate: 60 });
export const GET = async () => new Response(await cached());`,
  "app/fetch/route.ts": `export const GET = async () =>
  new Response(await (await fetch(process.env.UPSTREAM + "/a", { next: { revalidate: 60 } })).text());`,
  "app/talk/[name]/route.ts": `import { after } from "next/server";
export async function GET(request, { params }) {
  const { name } = await params;
  console.log("begin %s", name);
  after(async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    console.warn("after", name);
  });
  for (let step = 0; step < 3; step++) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    console.info("step", name);
  }
  console.error({ name });
  return new Response(name);
}`,
};

let dev: DevServer;
let upstream: Upstream;

Deno.test.beforeAll(async () => {
  upstream = startUpstream();
  dev = await startDev(FILES, { env: { UPSTREAM: upstream.origin } });
});

Deno.test.afterAll(async () => {
  await dev[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

Deno.test("routes dev runs in development mode: NODE_ENV, and .env.development before .env", async () => {
  assertEquals(JSON.parse(await dev.text("/env")), ["development", "development", "development"]);
});

for (const path of ["/revalidate", "/static", "/unstable"]) {
  Deno.test(`routes dev runs ${path} for every request`, async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const response = await dev.request(path);
      assertEquals(response.headers.has("x-nextjs-cache"), false);
      seen.add(await response.text());
    }
    assertEquals(seen.size, 3);
  });
}

Deno.test("routes dev fetches again what production would have cached", async () => {
  for (const text of ["one", "two"]) {
    upstream.text = text;
    assertEquals(await dev.text("/fetch"), text);
  }
});

for (const args of [["--cache"], ["--cache", "memory"]]) {
  Deno.test(`routes dev ${args.join(" ")} caches, and serves nothing stale after an edit`, async () => {
    await using cached = await startDev(FILES, { args, env: { UPSTREAM: upstream.origin } });
    const first = await cached.text("/static");
    const again = await cached.request("/static");
    assertEquals([again.headers.get("x-nextjs-cache"), await again.text()], ["HIT", first]);
    assertEquals(await cached.text("/unstable"), await cached.text("/unstable"));
    await cached.write({ "app/static/route.ts": `${saying("new")} export const dynamic = "force-static";` });
    await cached.shows("/static", "new");
    await cached.write({ "lib/number.ts": NUMBER.replace("String(", `"edited " + (`) });
    await cached.shows("/revalidate", "edited 1");
    // Data is cached by its key, as in production; whole responses are not.
    assertEquals(await cached.text("/static"), "new");
  });
}

Deno.test("routes dev prints one line per request, and none for its own pages", async () => {
  await dev.text("/hello?x=1&y=%41");
  await dev.text("/_routes/version");
  await dev.text("/nope");
  await dev.prints(/^GET \/hello\?x=1&y=%41 200 in \d+ms$/m);
  await dev.prints(/^GET \/nope 404 in \d+ms$/m);
  assert(!dev.printed().includes("GET /_routes"));
});

Deno.test("routes dev shows the output of each request, including concurrent ones and after()", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `n${index}`);
  await Promise.all(names.map((name) => dev.text(`/talk/${name}`)));
  const outputOf = async (name: string) =>
    (await dev.state()).requests.find(({ path }) => path === `/talk/${name}`)?.output.map(({ level, text }) =>
      `${level} ${text}`
    );
  for (const name of names) {
    await until(`${name} is there`, async () => (await outputOf(name))?.length === 6);
    const steps = Array(3).fill(`info step ${name}`);
    const expected = [`log begin ${name}`, ...steps, `error { name: '${name}' }`, `warn after ${name}`];
    assertEquals(await outputOf(name), expected);
  }
  assertStringIncludes(dev.printed(), "begin n7\n");
});

Deno.test("routes dev lists the last 200 requests, newest first, without those for its own pages", async () => {
  for (let index = 0; index < 210; index++) await dev.text(`/hello?${index}`);
  await dev.text("/_routes");
  await until("the last is noted", async () => (await dev.state()).requests[0]?.path === "/hello?209");
  const { requests } = await dev.state();
  assertEquals([requests.length, requests.at(-1)?.path], [200, "/hello?10"]);
  assert(requests.every(({ path }) => !path.startsWith("/_routes")));
});

const WHOLE = {
  "app/broken/route.ts": `import { dep } from "@/lib/dep"; export const GET = () => new Response(dep);`,
  "lib/dep.ts": `export const dep = "whole";`,
};
const THROWS = `const secret = "<b>";\n\nexport const GET = () => {\n  throw new Error("<i>no</i>");\n};`;

type Broken = readonly [what: string, file: string, text: string, said: string, at: string | null, fixed?: Changes];

const BROKEN: readonly Broken[] = [
  ["a syntax error", "app/broken/route.ts", "export const GET = () => {", "SyntaxError: ", "app/broken/route.ts:1:"],
  ["a syntax error in what it imports", "lib/dep.ts", "\nexport const dep = ;", "SyntaxError: ", "lib/dep.ts:2:20"],
  [
    "an error in what it imports",
    "lib/dep.ts",
    `throw new Error("no db"); export const dep = "";`,
    "Error: no db",
    "lib/dep.ts:1:7",
  ],
  ["a missing export", "lib/dep.ts", "export const x = 1;", "SyntaxError: The requested", "app/broken/route.ts:1:10"],
  ["a wrong segment config", "app/broken/route.ts", `export const revalidate = "x";`, "revalidate", null],
  ["a missing package", "app/broken/route.ts", `import "leftpadx";`, `Cannot find package "leftpadx"`, null],
  [
    ...[
      "an import of a file that comes later",
      "app/broken/route.ts",
      `export { GET } from "./later";`,
      "later",
    ] as const,
    null,
    { "app/broken/later.ts": saying("whole") },
  ],
  ["an error of the handler", "app/broken/route.ts", THROWS, "Error: <i>no</i>", "app/broken/route.ts:4:9"],
];

for (const [what, file, text, said, at, fixed = WHOLE] of BROKEN) {
  Deno.test(`routes dev reports ${what}, only for that route, and recovers`, async () => {
    await dev.write(WHOLE);
    await dev.shows("/broken", "whole");
    const { length } = dev.printed();
    await dev.write({ [file]: text });
    // Reported on save, except for errors that only a request reveals.
    if (text !== THROWS) await until("it is reported", () => dev.printed().slice(length).includes(said));
    await dev.shows("/broken", /^\{"error":/);
    const response = await dev.request("/broken");
    const { error } = await response.json();
    assertEquals(response.status, 500);
    assertStringIncludes(`${error.name}: ${error.message}`, said);
    // Each request imports the file again, by another URL.
    for (let round = 2; round <= 10; round++) assertEquals(JSON.parse(await dev.text("/broken")), { error });
    const printed = dev.printed().slice(length);
    assertStringIncludes(printed, said);
    assert(!printed.includes("?v="), printed);
    const page = await dev.text("/broken", { headers: { accept: "text/html" } });
    assert(page.startsWith("<!doctype html>") && !page.includes("<i>no") && !page.includes("<b>"), page);
    if (at !== null) {
      for (const shown of [error.file, printed, page]) assertStringIncludes(shown, at);
      for (const shown of [error.frame, printed]) assertMatch(shown, /^> {1,2}\d \| .*\n.*\^$/m);
      assertStringIncludes(page, `<a href="vscode://file${dev.dir}/${at}`);
    }
    assertEquals(await dev.text("/hello"), "hello");
    const shown = (await dev.state()).routes.filter(({ error }) => error !== undefined);
    assertEquals(shown.map(({ id }) => id), text === THROWS ? [] : ["/broken"]);
    await dev.write(fixed);
    await dev.shows("/broken", "whole");
  });
}

Deno.test("routes dev prints an error in full once, however many routes and requests fail with it", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `many${index}`);
  const route = `import { many } from "@/lib/many"; export const GET = () => new Response(many);`;
  const folders = Object.fromEntries(names.map((name) => [`app/${name}`, null]));
  await dev.write({
    "lib/many.ts": `export const many = "many";`,
    ...Object.fromEntries(names.map((name) => [`app/${name}/route.ts`, route])),
  });
  for (const name of names) await dev.shows(`/${name}`, "many");
  const { length } = dev.printed();
  await dev.write({ "lib/many.ts": "export const many = ;" });
  const printed = () => dev.printed().slice(length);
  await until("it is told", () => printed().includes("(the same error, 20 times)"));
  for (const name of names) await dev.shows(`/${name}`, /Expression expected/);
  await dev.prints(
    /GET \/many19 failed: SyntaxError: Expression expected at lib\/many.ts:1:21 \(the same error, \d+ times\)/,
  );
  assertEquals(printed().match(/^> 1 \| export const many/gm)?.length, 1, printed());
  await dev.write({ "lib/many.ts": "export const many = ];" });
  await dev.shows("/many0", /Expression expected/);
  await until("the other one is told", () => printed().includes("> 1 | export const many = ];"));
  await dev.write({ ...folders, "lib/many.ts": null });
});

Deno.test("routes dev reports an invalid name until it is removed, and serves the other routes", async () => {
  await dev.write({ "app/[id/route.ts": saying("never"), "app/beside/route.ts": saying("beside") });
  await dev.shows("/beside", "beside");
  const problem = 'Cannot parse route "app/[id/route.ts": "[" is never closed, rename the folder to "[id]"';
  assertEquals((await dev.state()).problems, [problem]);
  assertStringIncludes(dev.printed(), `${problem}\n`);
  await dev.write({ "app/[id": null });
  await until("no problem is left", async () => (await dev.state()).problems.length === 0);
});
