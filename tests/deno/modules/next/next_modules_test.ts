import { assert, assertEquals } from "@std/assert";
import manifest from "../../../../deno.json" with { type: "json" };
import { ALL_NEXT_MODULES, findImportedNames, findNextModule } from "../../../../src/deno/modules/next/next_modules.ts";
import {
  createVirtualModule,
  nameVirtualModule,
  NEXT_NAMESPACES,
} from "../../../../src/deno/modules/next/next_namespaces.ts";

for (const [name, module] of Object.entries(ALL_NEXT_MODULES)) {
  Deno.test(`${name} is an export of this package, and a namespace`, () => {
    assertEquals((manifest.exports as Record<string, string>)[`./${module.entry}`], `./${module.file}`);
    assert(Object.keys(NEXT_NAMESPACES[module.entry]!).length > 0);
    if (module.creator !== undefined) {
      assertEquals(typeof NEXT_NAMESPACES[module.entry]![module.creator], "function");
    }
  });
}

const MEANT: readonly (readonly [specifier: string, parent: string, entry: string | undefined])[] = [
  ["next", "", "next"],
  ["next/link", "", "next/link"],
  ["next/link.js", "", "next/link"],
  ["next/headers", "file:///p/node_modules/next-auth/index.js", "headers"],
  ["jsr:@x/routes@^0.1.0/headers", "", "headers"],
  ["@x/routes/next/og", "", "next/og"],
  ["jsr:@x/routes@0.1.0/cache/redis", "", undefined],
  ["next/dist/server/request/headers", "", "headers"],
  ["next/dist/server/web/spec-extension/adapters/request-cookies.js", "", "next/internals"],
  ["next/nope", "", undefined],
  ["nextra/link", "", undefined],
  ["next/constructor", "", undefined],
  ["next/dist/shared/lib/constants", "file:///p/node_modules/next/dist/a.js", undefined],
  ["next/dist/shared/lib/constants", "file:///c/npm/registry.npmjs.org/next/16.4.6/dist/a.js", undefined],
];

for (const [specifier, parent, entry] of MEANT) {
  Deno.test(`findNextModule() of "${specifier}"${parent && ` from ${parent}`} is ${entry}`, () => {
    assertEquals(findNextModule(specifier, parent)?.entry, entry);
  });
}

const NAMED: readonly (readonly [source: string, names: readonly string[]])[] = [
  [`import { Inter } from "next/font/google";`, ["Inter"]],
  [`import { Inter, Roboto_Mono as Mono } from 'next/font/google'`, ["Inter", "Roboto_Mono"]],
  [`import type { X } from "other"; import {\n  Geist,\n} from "next/font/google";`, ["Geist"]],
  [`export{Inter}from"next/font/google";`, ["Inter"]],
  [`import all from "next/font/google";`, []],
  [`const a = { b: 1 }; f("next/font/google");`, []],
];

for (const [source, names] of NAMED) {
  Deno.test(`findImportedNames() of ${JSON.stringify(source)} is ${names.join(", ") || "nothing"}`, () => {
    assertEquals(findImportedNames(source, ["next/font/google"]), names);
  });
}

Deno.test("a module with arbitrary exports has the names that are imported", () => {
  const name = nameVirtualModule(
    ALL_NEXT_MODULES["next/font/google"]!,
    "next/font/google",
    () => `import { Inter, Roboto } from "next/font/google";`,
    false,
  );
  const { source } = createVirtualModule(name);
  assertEquals([...source.matchAll(/export const (\w+)/g)].map(([, each]) => each), ["Inter", "Roboto"]);
});
