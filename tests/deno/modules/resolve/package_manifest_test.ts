import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { createManifestReader } from "../../../../src/deno/modules/resolve/package_manifest.ts";
import { ModuleResolveError } from "../../../../src/deno/modules/resolve/resolve_error.ts";
import { createMemoryFiles } from "../../../helpers/memory_files.ts";

Deno.test("createManifestReader() reads the fields of a package.json", () => {
  const files = createMemoryFiles({
    "package.json": `\ufeff{ "name": "a", "version": "1.2.3", "type": "module", "main": "m.js", "module": "e.js",
      "exports": { ".": "./m.js" }, "imports": { "#a": "./a.js" }, "dependencies": { "b": "1" },
      "devDependencies": { "c": "1" }, "optionalDependencies": { "d": "1" }, "peerDependencies": { "e": "1" } }`,
  });
  assertEquals(createManifestReader(files).getManifest(files.base), {
    folder: files.base,
    name: "a",
    version: "1.2.3",
    type: "module",
    main: "m.js",
    module: "e.js",
    exports: { ".": "./m.js" },
    imports: { "#a": "./a.js" },
    dependencies: new Set(["b", "c", "d", "e"]),
  });
});

Deno.test("createManifestReader() ignores fields of other types", () => {
  const files = createMemoryFiles({
    "package.json": `{ "name": 1, "type": "both", "main": {}, "module": null, "exports": null, "dependencies": null }`,
  });
  const { name, type, main, module, exports, dependencies } = createManifestReader(files).getManifest(files.base)!;
  assertEquals([name, type, main, module, exports], [undefined, undefined, undefined, undefined, undefined]);
  assertEquals(dependencies.size, 0);
});

const SCOPES: readonly (readonly [file: string, name: string | undefined])[] = [
  ["app/a/route.ts", "app"],
  ["packages/ui/src/deep/a.ts", "ui"],
  ["node_modules/zod/lib/a.js", "zod"],
  ["node_modules/zod/esm/a.js", undefined],
  ["node_modules/bare/a.js", undefined],
  ["node_modules/a.js", undefined],
];

for (const [file, name] of SCOPES) {
  Deno.test(`getScope() of ${file} is ${name ?? "without name"}`, () => {
    const files = createMemoryFiles({
      "package.json": `{ "name": "app" }`,
      "packages/ui/package.json": `{ "name": "ui" }`,
      "node_modules/zod/package.json": `{ "name": "zod" }`,
      "node_modules/zod/esm/package.json": `{ "type": "module" }`,
    });
    assertEquals(createManifestReader(files).getScope(files.url(file))?.name, name);
  });
}

Deno.test("createManifestReader() reads each package.json once", () => {
  const files = createMemoryFiles({ "package.json": "{}" });
  const reader = createManifestReader(files);
  const first = reader.getScope(files.url("app/a/route.ts"));
  assertStrictEquals(reader.getScope(files.url("app/b/route.ts")), first);
  assertStrictEquals(reader.getScope(files.url("app/a/other.ts")), first);
  assertEquals(files.asked, [
    "readText app/a/package.json",
    "readText app/package.json",
    "readText package.json",
    "readText app/b/package.json",
  ]);
});

for (
  const [text, why] of [["{", "JSON"], ["[]", "it is not a JSON object"], ["null", "it is not a JSON object"], ["", ""]]
) {
  Deno.test(`createManifestReader() names the package.json that is ${JSON.stringify(text)}`, () => {
    const files = createMemoryFiles({ "node_modules/a b/package.json": text! });
    const error = assertThrows(
      () => createManifestReader(files).getManifest(files.url("node_modules/a b/")),
      ModuleResolveError,
      `Cannot read "/home/ada/app/node_modules/a b/package.json": ${why === "JSON" ? "" : why}`,
    );
    assertEquals(error.code, "ERR_INVALID_PACKAGE_CONFIG");
  });
}
