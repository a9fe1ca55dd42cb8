import { assertEquals } from "@std/assert";
import {
  formatWrappedNames,
  getExportedNames,
  getWrappedNames,
  parseWrappedNames,
  toNamespace,
  type WrappedNames,
} from "../../../../src/deno/modules/load/commonjs_wrapper.ts";
import { readImportedNames } from "../../../../src/deno/modules/source/imported_names.ts";

const ASKED: readonly (readonly [source: string, names: WrappedNames["names"], isAll?: boolean])[] = [
  [`import a, { b } from "x";`, ["b"]],
  [`import * as c from "x"; import { a } from "x";`, ["*c", "a"]],
  [`import * as c from "x"; import * as c from "x";`, ["*c"]],
  [`import "x";`, []],
  [`export * from "x";`, [], true],
  [`import * as c from "x"; export * from "x";`, ["*c"], true],
  [`import * as c from "x"; import { a } from "x"; import("x");`, ["*c"], true],
  [``, [], true],
];

for (const [source, names, isAll = false] of ASKED) {
  Deno.test(`getWrappedNames() of ${source || "unknown imports"}`, () => {
    assertEquals(getWrappedNames(readImportedNames(source).get("x")), { names, isAll });
  });
}

const WRITTEN: readonly WrappedNames[] = [
  { mode: "bundle", names: [], isAll: false },
  { mode: "node", names: [], isAll: true },
  { mode: "node", names: ["*a"], isAll: true },
  { mode: "node", names: ["*a", "b"], isAll: false },
  { mode: "bundle", names: ["a-b", "a,b", "a:b", "a/b", "*", "ä %"], isAll: false },
];

for (const names of WRITTEN) {
  Deno.test(`parseWrappedNames() reverses formatWrappedNames() for ${JSON.stringify(names)}`, () => {
    const text = formatWrappedNames(names);
    // A `*` alone would be a namespace without a name.
    assertEquals(parseWrappedNames(text), names);
    assertEquals(text.includes(":"), false);
  });
}

class Kit {
  own = 1;
  method() {
    return this.own;
  }
}

const made = Object.assign(() => "called", { a: 1 });
const NAMES: readonly (readonly [name: string, exports: unknown, names: readonly string[]])[] = [
  ["an object", { a: 1, b: 2 }, ["a", "b"]],
  ["an instance", new Kit(), ["own", "constructor", "method"]],
  ["a function", made, ["length", "name", "a"]],
  ["a promise", Promise.resolve({ a: 1 }), []],
  ["null", null, []],
  ["a number", 1, []],
];

for (const [name, exports, names] of NAMES) {
  Deno.test(`getExportedNames() of ${name}`, () => {
    assertEquals(getExportedNames(exports), [...names]);
  });
}

Deno.test("toNamespace() is live, callable, and has the exports as its default", () => {
  const namespace = toNamespace(made, false) as typeof made & { default: unknown };
  assertEquals(namespace(), "called");
  made.a = 2;
  assertEquals(namespace.a, 2);
  assertEquals(namespace.default, made);
});

Deno.test("toNamespace() of a compiled ES module is its exports, except in Node.js mode", () => {
  const exports = { __esModule: true, default: 1, a: 2 };
  assertEquals(toNamespace(exports, false), exports);
  const namespace = toNamespace(exports, true) as Record<string, unknown>;
  assertEquals([namespace.default, namespace.a], [exports, 2]);
});
