import { assertEquals } from "@std/assert";
import {
  getNodeNames,
  getNodeNamesInPackage,
  getRequired,
  mayUseNodeScope,
  mayUseNodeScopeInPackage,
} from "../../../../src/deno/modules/load/node_scope.ts";

const NAMES: readonly (readonly [source: string, names: readonly string[]])[] = [
  [`require("a");`, ["require"]],
  [`a.require(); a.module; a.exports; ({ b: 1 }).__dirname;`, []],
  [`[...require("a"), ...exports.b];`, ["require", "exports"]],
  [`const $require = requires;`, []],
  [`__dirname + __filename;`, ["__filename", "__dirname"]],
  [`const require = createRequire(import.meta.url);\nrequire("a");`, []],
  [`import { createRequire } from "module"; const require = createRequire(import.meta.url); require("a");`, []],
  [`export const __dirname = "a";`, []],
  [`import module from "a";\nmodule;`, []],
  [`import { a as module } from "a";\nmodule;`, []],
  [`import * as exports from "a";\nexports;`, []],
  [`const { require = 1, module } = a;\nmodule;`, []],
  [`const [exports] = a;\nexports;`, []],
  [`function require() {}\nrequire();`, []],
  [`async function require() {}\nrequire();`, []],
  [`class module {}\nnew module();`, []],
  [`function f(require) { return require; }`, ["require"]],
  [`function f() { a; const require = 1; }\nrequire("b");`, ["require"]],
  [`const a = require("a");`, ["require"]],
  [`module.exports = { a: 1 };`, ["module"]],
];

for (const [source, names] of NAMES) {
  Deno.test(`getNodeNames() of ${source} are ${names.join() || "none"}`, () => {
    assertEquals(getNodeNames(source), [...names]);
    assertEquals(mayUseNodeScope(source) || names.length === 0, true);
  });
}

const NAMES_IN_PACKAGES: readonly (readonly [source: string, names: readonly string[]])[] = [
  [`const { a } = require("a");`, ["require"]],
  [`export default [...require("a")];`, ["require"]],
  [`join(a, __dirname, require("a"), b);`, ["require", "__dirname"]],
  [`if(e)try{let t=require("a");n(t)}catch{}`, ["require"]],
  [`const at = [__dirname, __filename];`, ["__filename", "__dirname"]],
  [`const at = { b: require("b") };`, ["require"]],
  [`use(require("a"), [require("b")]);`, ["require"]],
  [`if (require.main === module) require("a");`, ["require", "module"]],
  [`typeof require !== "undefined" ? require : load;`, []],
  [`typeof module !== "undefined" && module.exports ? 1 : exports.a;`, []],
  [`a.require("a"); "__dirname";`, []],
  [`const require = createRequire(import.meta.url); require("a");`, []],
  [`import{createRequire as r}from"module";var t=1,require=r(import.meta.url);require("a")`, []],
  [`var a,require\nrequire("a")`, []],
  [`const{require}=a;require("a")`, []],
  [`var a,require,b;require("a")`, []],
  [`const [a, require] = b; require("a");`, []],
  [`const{a:require,b}=a;require("a")`, []],
  [`import{a as require}from"a";require("a")`, []],
  [`import require from"a";require("a")`, []],
  [`function require(a){}require("a")`, []],
  [`let __dirname=1,__filename=a(import.meta.url);__dirname`, []],
];

for (const [source, names] of NAMES_IN_PACKAGES) {
  Deno.test(`getNodeNamesInPackage() of ${source} are ${names.join() || "none"}`, () => {
    assertEquals(mayUseNodeScopeInPackage(source) ? getNodeNamesInPackage(source) : [], [...names]);
  });
}

const REQUIRED: readonly (readonly [source: string, specifiers: readonly string[]])[] = [
  [`require("a"); require('./b'); require(\`c\`);`, ["a", "./b", "c"]],
  [`[...require("a")]`, ["a"]],
  [`createRequire(import.meta.url)("a")`, ["a"]],
  [`a.require("a"); require(b); require("a" + b);`, []],
  [`const a = 1;`, []],
];

for (const [source, specifiers] of REQUIRED) {
  Deno.test(`getRequired() of ${source} is ${specifiers.join() || "nothing"}`, () => {
    assertEquals(getRequired(source), [...specifiers]);
  });
}
