import { assertEquals } from "@std/assert";
import {
  getImportListSource,
  importTogether,
  isImportList,
} from "../../../../src/deno/modules/load/import_together.ts";
import { createLoader } from "../../../../src/deno/modules/load/loader.ts";
import { installResolveHooks } from "../../../../src/deno/modules/load/resolve_hooks.ts";
import { temporaryFiles } from "../../../helpers/app.ts";
import { testWithHooks } from "../../../helpers/hooks.ts";

/** Imports `count` modules, of which some fail, with a stand-in of `import()`, and returns what was imported and found. */
async function importSome(count: number, failing: readonly number[]) {
  const asked: number[] = [];
  const loaded: number[] = [], failed: number[] = [];
  const urls = Array.from({ length: count }, (_, index) => `m:${index}`);
  const importUrl = (url: string) => {
    const names = isImportList(url) ? getImportListSource(url)!.match(/m:\d+/g)! : [url];
    asked.push(names.length);
    const bad = names.find((name) => failing.includes(Number(name.slice(2))));
    if (bad !== undefined) return Promise.reject(new Error(bad));
    return Promise.resolve(
      isImportList(url) ? Object.fromEntries(names.map((name, i) => [`m${i}`, { name }])) : { name: url },
    );
  };
  await importTogether(urls, importUrl, {
    load: (index, namespace) => {
      assertEquals(namespace.name, `m:${index}`);
      loaded.push(index);
    },
    fail: (index, error) => {
      assertEquals((error as Error).message, `m:${index}`);
      failed.push(index);
    },
  });
  return { asked, loaded: loaded.length, failed };
}

const IMPORTS: readonly [count: number, failing: number[], asked: number[]][] = [
  [0, [], []],
  [1, [], [1]],
  [2, [], [2]],
  [450, [], [200, 200, 50]],
  [4, [1], [4, 2, 1, 1, 2]],
  [4, [0, 3], [4, 2, 1, 1, 2, 1, 1]],
];

for (const [count, failing, asked] of IMPORTS) {
  Deno.test(`importTogether() imports ${count} modules, ${failing.length} invalid, as ${asked.join(" + ")}`, async () => {
    assertEquals(await importSome(count, failing), { asked, loaded: count - failing.length, failed: failing });
  });
}

Deno.test("importTogether() forgets the generated modules", async () => {
  let source: string | undefined, url = "";
  const importUrl = (asked: string) => {
    source = getImportListSource(url = asked);
    return Promise.resolve({ m0: {}, m1: {} });
  };
  await importTogether(["a:1", 'a:"2"'], importUrl, { load() {}, fail() {} });
  assertEquals(source, `export * as m0 from "a:1";\nexport * as m1 from "a:\\"2\\"";`);
  assertEquals(getImportListSource(url), undefined);
});

const FILES = {
  "package.json": `{ "type": "commonjs" }`,
  "lib/counter.ts": "export const counter = { runs: 0 };",
  "app/a/route.ts":
    `import { counter } from "../../lib/counter"; counter.runs++; export const GET = () => counter.runs;`,
  "app/b/route.js": `exports.GET = () => "commonjs";`,
  "app/c/route.ts":
    `import { NextResponse } from "next/server"; await null; export const GET = () => NextResponse.name;`,
  "app/d/route.ts": "throw new TypeError('no database');",
  "app/e/route.ts": "export const GET = ;",
  "app/f/route.ts":
    `import { counter } from "../../lib/counter"; counter.runs++; export const GET = () => counter.runs;`,
  "app/g/route.ts": `export { GET } from "../nothing";`,
  "app/h/route.ts":
    `import { counter } from "../../lib/counter"; counter.runs++; export const GET = () => counter.runs;`,
};

testWithHooks(
  "createLoader() imports files of one turn together, each once, and each failure has its own reason",
  async () => {
    await using project = await temporaryFiles(FILES);
    installResolveHooks(project.dir);
    const load = createLoader(project.dir);
    const files = Object.keys(FILES).filter((file) => file.startsWith("app/"));
    const results = await Promise.allSettled(files.map(load));
    const seen = results.map((result) =>
      result.status === "rejected"
        ? result.reason.message.replaceAll(/\n[^]*|file:\/\/\S*\/app/g, "")
        : typeof result.value.GET
    );
    assertEquals(seen.slice(0, 4), [
      "function",
      "function",
      "function",
      'Cannot load route "app/d/route.ts": TypeError: no database',
    ]);
    assertEquals(seen[4].startsWith('Cannot load route "app/e/route.ts": '), true, seen[4]);
    assertEquals([seen[5], seen[7]], ["function", "function"]);
    assertEquals(/^Cannot load route "app\/g\/route.ts": .*nothing/.test(seen[6]), true, seen[6]);
    const { GET } = await load("app/h/route.ts") as { GET(): number };
    assertEquals(GET(), 3);
  },
);
