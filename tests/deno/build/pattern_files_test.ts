import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { findPatternFiles } from "../../../src/deno/build/pattern_files.ts";
import { temporaryFiles } from "../../helpers/app.ts";

const FILES = {
  "app/route.ts": "",
  "m/en.json": "{}",
  "m/de.json": "{}",
  "m/sub/index.ts": "",
  "m/types.d.ts": "",
  "m/note.txt": "",
  "m/node_modules/a/index.js": "",
};

const cases: readonly { readonly before: string; readonly after: string; readonly expected: readonly string[] }[] = [
  { before: "../m/", after: ".json", expected: ["../m/de.json m/de.json", "../m/en.json m/en.json"] },
  { before: "../m/e", after: "", expected: ["../m/en.json m/en.json", "../m/en m/en.json"] },
  {
    before: "../m/s",
    after: "",
    expected: ["../m/sub/index.ts m/sub/index.ts", "../m/sub/index m/sub/index.ts", "../m/sub m/sub/index.ts"],
  },
  { before: "#m/", after: "de.json", expected: ["#m/de.json m/de.json"] },
  { before: "../nothing/", after: "", expected: [] },
];

for (const { before, after, expected } of cases) {
  Deno.test(`findPatternFiles() finds the files of ${before}…${after}`, async () => {
    await using project = await temporaryFiles(FILES);
    const base = `${toFileUrl(project.dir).href}/`;
    const names = { imports: { "#m/": `${base}m/` }, scopes: {} };
    const found = findPatternFiles({ before, after, parent: `${base}app/route.ts`, names });
    assertEquals([...found ?? []].map(([name, url]) => `${name} ${url.replace(base, "")}`), expected);
  });
}
