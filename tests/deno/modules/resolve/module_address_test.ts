import { fileURLToPath, pathToFileURL } from "node:url";
import { assertEquals } from "@std/assert";
import {
  getCachedPackage,
  getVirtualFolder,
  isInDenoCache,
  isInstalled,
  parseGeneratedUrl,
  toGeneratedUrl,
  toHookedUrl,
  toSourceUrl,
} from "../../../../src/deno/modules/resolve/module_address.ts";

const CACHE = "file:///home/a/.cache/deno/npm/registry.npmjs.org/";

const PLACES: readonly (readonly [url: string, place: "project" | "node_modules" | "cache", hooked: string])[] = [
  ["file:///p/app/route.ts", "project", "file:///p/app/route.ts"],
  ["file:///C:/p/app/npm/route.ts", "project", "file:///C:/p/app/npm/route.ts"],
  ["file:///p/node_modules/a/index.js", "node_modules", "file:///p/node%5Fmodules/a/index.js"],
  [
    "file:///p/node_modules/a/node_modules/b/c.ts?x",
    "node_modules",
    "file:///p/node%5Fmodules/a/node%5Fmodules/b/c.ts?x",
  ],
  [
    "file:///p/node_modules/.deno/a@1.0.0/node_modules/a/b.js",
    "node_modules",
    "file:///p/node%5Fmodules/.deno/a@1.0.0/node%5Fmodules/a/b.js",
  ],
  [`${CACHE}a/1.2.3/b.js`, "cache", `${CACHE.replace("/npm/", "/np%6D/")}a/1.2.3/b.js`],
  [`${CACHE}@a/b/1.2.3-rc.1/c.js`, "cache", `${CACHE.replace("/npm/", "/np%6D/")}@a/b/1.2.3-rc.1/c.js`],
];

for (const [url, place, hooked] of PLACES) {
  Deno.test(`${url} is in ${place === "project" ? "the project" : place}`, () => {
    assertEquals(isInstalled(url), place !== "project");
    assertEquals(isInDenoCache(url), place === "cache");
    assertEquals(toHookedUrl(url), hooked);
    assertEquals(toSourceUrl(hooked), url);
    assertEquals(decodeURIComponent(new URL(hooked).pathname), decodeURIComponent(new URL(url).pathname));
  });
}

Deno.test("getCachedPackage() returns the folder of the version", () => {
  assertEquals(getCachedPackage(`${CACHE}@a/b/1.2.3/c/d.js`), `${CACHE}@a/b/1.2.3/`);
  assertEquals(getCachedPackage("file:///p/node_modules/a/index.js"), undefined);
});

for (const url of ["file:///p/a.cjs", "file:///C:/p/a%20b.json?v=3", "file:///p/a:b.js"]) {
  Deno.test(`parseGeneratedUrl() reverses toGeneratedUrl() for ${url}`, () => {
    const generated = toGeneratedUrl("commonjs", url, "bundle/a,*b");
    assertEquals(parseGeneratedUrl(generated), { kind: "commonjs", details: "bundle/a,*b", url });
    assertEquals(toSourceUrl(generated), url);
    assertEquals(new URL(generated).href, generated);
  });
}

Deno.test("parseGeneratedUrl() returns undefined for other URLs", () => {
  for (const url of ["file:///a.js", "x-routes-other::file:///a.js", "node:fs"]) {
    assertEquals(parseGeneratedUrl(url), undefined);
  }
});

for (const [os, windows] of [["linux", false], ["windows", true]] as const) {
  Deno.test(`getVirtualFolder("${os}") has a path on ${os}`, () => {
    const folder = getVirtualFolder(os);
    const path = fileURLToPath(`${folder}link.mjs`, { windows });
    assertEquals(pathToFileURL(path, { windows }).href, `${folder}link.mjs`);
    assertEquals(new URL("link.mjs", folder).href, `${folder}link.mjs`);
    assertEquals(new URL("./a.ts", `file:///${windows ? "D:/" : ""}a/b.ts`).href.startsWith(folder), false);
  });
}
