import { assertEquals } from "@std/assert";
import { getNativePackage } from "../../../../src/deno/modules/resolve/native_package.ts";
import { BASES, createMemoryFiles } from "../../../helpers/memory_files.ts";

const cases: readonly { readonly name: string; readonly file: string; readonly expected?: string }[] = [
  { name: "a file of the project", file: "lib/a.ts" },
  { name: "a package of JavaScript", file: "node_modules/plain/i.js" },
  { name: "a package that builds an addon", file: "node_modules/gyp/i.js", expected: "gyp" },
  { name: "a package that loads an addon", file: "node_modules/loads/i.js", expected: "loads" },
  { name: "a package with native parts for platforms", file: "node_modules/@s/parts/i.js", expected: "@s/parts" },
  { name: "Next.js, whose native part is its compiler", file: "node_modules/next/dist/a.js" },
  { name: "an addon", file: "node_modules/plain/a.node", expected: "plain" },
  { name: "a package inside of another", file: "node_modules/gyp/node_modules/plain/i.js" },
];

for (const { name, file, expected } of cases) {
  Deno.test(`getNativePackage() recognizes ${name}`, () => {
    for (const base of BASES) {
      const files = createMemoryFiles({
        "node_modules/plain/package.json": "{}",
        "node_modules/gyp/node_modules/plain/package.json": "{}",
        "node_modules/gyp/binding.gyp": "",
        "node_modules/loads/package.json": `{ "dependencies": { "node-gyp-build": "4" } }`,
        "node_modules/next/package.json": `{ "optionalDependencies": { "@next/swc-linux-x64-gnu": "1" } }`,
        "node_modules/@s/parts/package.json": `{ "optionalDependencies": { "@s/parts-linux-x64-gnu": "1" } }`,
      }, base);
      assertEquals(getNativePackage(files.url(file), files), expected);
    }
  });
}
