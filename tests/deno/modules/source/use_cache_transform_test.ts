import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { stripTypes } from "../../../../src/deno/modules/source/typescript_source.ts";
import { transformUseCache } from "../../../../src/deno/modules/source/use_cache_transform.ts";

const SETTINGS = { isEnabled: true, kinds: ["redis"], externalPackages: [] };

function transform(source: string, settings = SETTINGS): string {
  const url = "file:///project/lib/a.ts";
  return transformUseCache({ code: stripTypes(source, url), url, name: "lib/a.ts", source, settings });
}

/** A call of a cached function. */
interface Call {
  readonly kind: string;
  readonly id: string;
  readonly count: number;
  readonly args: readonly unknown[];
  readonly paths?: readonly string[];
  readonly values?: readonly unknown[];
}

type Function = (...args: unknown[]) => Promise<unknown>;

/** Imports a source, and notes the calls of its cached functions, which run each time. */
async function load(source: string): Promise<{ module: Record<string, Function>; calls: Call[] }> {
  const calls: Call[] = [];
  const key = `calls ${crypto.randomUUID()}`;
  const call = (kind: string, id: string, count: number, args: unknown[], ...rest: unknown[]) => {
    const run = rest.pop() as Function, [paths, values] = rest as [string[], unknown[]];
    calls.push({ kind, id, count, args: [...args], ...(paths === undefined ? {} : { paths, values }) });
    return paths === undefined ? run(...args) : run(toObject(paths, values), ...args);
  };
  (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(key)] = call;
  const code = transform(source).replaceAll("@x/routes.useCache.v1", key);
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return { module, calls };
}

function toObject(paths: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [i, path] of paths.entries()) {
    const names = path.split("."), last = names.pop()!;
    let target = object;
    for (const name of names) target = (target[name] ??= {}) as Record<string, unknown>;
    target[last] = values[i];
  }
  return object;
}

const FORMS: readonly [what: string, source: string, run: string, count?: number][] = [
  ["a declaration", `export async function f(a) { "use cache"; return [a, 1]; }`, "f(1)", 1],
  [
    "a declaration that is called before it",
    `export const r = f(1); async function f(a) { 'use cache'; return [a, 1]; }`,
    "r",
    1,
  ],
  ["an arrow function", `export const f = async (a, b) => { "use cache"; return [a, 1]; };`, "f(1)", 2],
  ["an arrow function without parentheses", `export const f = async a => { "use cache"; return [a, 1]; };`, "f(1)", 1],
  ["a function expression", `export const f = async function (a) { "use cache"; return [a, 1]; };`, "f(1)", 1],
  [
    "a named function expression",
    `export const f = async function g(a) { "use cache"; return a ? [a, (await g(0))[1]] : [0, 1]; };`,
    "f(1)",
    1,
  ],
  [
    "an object method",
    `export const o = { async f(a) { "use cache"; return [a, 1]; } }; export const f = o.f;`,
    "f(1)",
    1,
  ],
  [
    "a method with a computed key",
    `export const o = { async ["f" + 1](a) { "use cache"; return [a, 1]; } }; export const f = o.f1;`,
    "f(1)",
    1,
  ],
  [
    "a static method",
    `class A { static async f(a) { "use cache"; return [a, 1]; } }; export const f = A.f;`,
    "f(1)",
    1,
  ],
  [
    "a static private method",
    `class A { static async #f(a) { "use cache"; return [a, 1]; } static f = A.#f; }; export const f = A.f;`,
    "f(1)",
    1,
  ],
  ["a default export", `export default async function (a) { "use cache"; return [a, 1]; }`, "default(1)", 1],
  ["a default arrow function", `export default async (a) => { "use cache"; return [a, 1]; };`, "default(1)", 1],
  [
    "a nested function",
    `export function f(a) { return g(a); async function g(b) { "use cache"; return [b, 1]; } }`,
    "f(1)",
    1,
  ],
  ["rest parameters", `export async function f(a, ...b) { "use cache"; return [a, 1]; }`, "f(1)", Infinity],
  ["patterns and defaults", `export async function f({ a } = {}, [b] = []) { "use cache"; return [1, 1]; }`, "f(1)", 2],
  [
    "TypeScript",
    `export async function f<T>(this: unknown, a: T): Promise<unknown> { "use cache"; return [a as unknown, 1]; }`,
    "f(1)",
    1,
  ],
  ["two directives", `export async function f(a) { "use strict"; "use cache"; return [a, 1]; }`, "f(1)", 1],
  ["a head of several lines", `export async function\n  f(\n a) {\n  "use cache"\n  return [a, 1]\n}`, "f(1)", 1],
  ["a file", `"use cache"; export async function f(a) { return [a, 1]; }`, "f(1)", 1],
  ["a file with an arrow function", `"use cache"; export const f = async (a) => [a, 1];`, "f(1)", 1],
  [
    "a file with an object as the result",
    `"use cache"; const f = async a => ({ ...[a, 1], length: 2 }); export { f as g }; export default f;`,
    "g(1)",
    1,
  ],
]; // deno-fmt-ignore

for (const [what, source, run, count] of FORMS) {
  Deno.test(`a call of ${what} asks the cache`, async () => {
    const { module, calls } = await load(source);
    const name = run.replace("(1)", "");
    const result = await (run === name ? module[name] : module[name]!(1));
    assertEquals(Array.from(result as unknown as ArrayLike<unknown>), [1, 1]);
    assertEquals([calls[0]!.kind, calls[0]!.count, calls[0]!.args], ["default", count, [1]]);
  });
}

Deno.test("a cached function keeps its name, and has no length", async () => {
  const { module } = await load(
    `export async function f(a, b) { "use cache"; }\nexport const g = async (a) => { "use cache"; };\nexport default async (a) => { "use cache"; };`,
  );
  assertEquals(Object.values(module).map(({ name, length }) => [name, length]), [["default", 0], ["f", 0], ["g", 0]]);
});

Deno.test("functions have ids by file, name and text, also those with the same text", async () => {
  const text = `{ return async () => { "use cache"; return 1; }; }`;
  const { module, calls } = await load(
    `export async function f() { "use cache"; }\nexport function a() ${text}\nexport function b() ${text}`,
  );
  await module.f!();
  await (await module.a!() as unknown as Function)();
  await (await module.b!() as unknown as Function)();
  const ids = calls.map(({ id }) => id);
  assert(ids.every((id) => /^lib\/a\.ts#(?:f|anonymous|anonymous\(2\)) [\w-]{10}$/.test(id)), ids.join());
  assertEquals(new Set(ids).size, 3);
  const other = await load(`export async function f() { "use cache"; return 2; }`);
  await other.module.f!();
  assert(other.calls[0]!.id !== ids[0]);
});

Deno.test("the kind of a function goes before that of its file, and what is not exported is not cached", async () => {
  const { module, calls } = await load(
    `"use cache: redis"; export async function f() { "use cache: remote"; return g(); } async function g() { return 1; } export const h = async () => 1; export const x = 5;`,
  );
  assertEquals([await module.f!(), await module.h!(), module.x as unknown], [1, 1, 5]);
  assertEquals(calls.map(({ kind }) => kind), ["remote", "redis"]);
});

const CAPTURES: readonly [source: string, paths: string[] | undefined][] = [
  [`let a; const f = async () => { "use cache"; return [m, b, Math.max(1)]; };`, undefined],
  [`const f = async (p) => { "use cache"; return [user, p, user]; };`, ["user"]],
  [`const f = async () => { "use cache"; return who.name; };`, ["who.name"]],
  [`const f = async () => { "use cache"; return who.name.length; };`, ["who.name.length"]],
  [`const f = async () => { "use cache"; return [who.name, who]; };`, ["who"]],
  [`const f = async () => { "use cache"; return [who?.name, who.name]; };`, ["who.name"]],
  [`const f = async () => { "use cache"; return who.name.toString(); };`, ["who.name"]],
  [`const f = async () => { "use cache"; return list.map((i) => i + user); };`, ["list", "user"]],
  [`const f = async () => { "use cache"; const user = 1; { let who = user; return who; } };`, undefined],
  [`const f = async () => { "use cache"; return { user, [who.name]: list[0], who: 1 }; };`, [
    "user",
    "who.name",
    "list",
  ]],
  [`const f = async ({ a = user }, ...[b = who.name]) => { "use cache"; return [a, b]; };`, ["user", "who.name"]],
  [`const f = async function f() { "use cache"; return [f.name, user]; };`, ["user"]],
  [`async function f() { "use cache"; return [f.name, user]; }`, ["user"]],
  [`const { f } = { async f() { "use strict"; "use cache"; return user; } };`, ["user"]],
  [`const f = async p => { "use cache"; return user; };`, ["user"]],
  [`const f = async () => { "use cache"; class A { static b = user } return A.b; };`, ["user"]],
];

for (const [source, paths] of CAPTURES) {
  Deno.test(`${source} captures ${paths ?? "nothing"}`, async () => {
    const text =
      `const m = 1; export async function outer(user, who, list) { const b_ = 1; ${source}; return await f({}); }\nconst b = 2;`;
    const { module, calls } = await load(text);
    await module.outer!("u", { name: "n", secret: "s" }, ["i"]);
    assertEquals(calls[0]!.paths, paths);
    assertEquals(calls[0]!.values?.length, paths?.length);
  });
}

Deno.test("inside, a captured variable has the value of the key", async () => {
  const { module } = await load(
    `export async function f(who) { const g = async () => { "use cache"; return [who.name, who]; }; return await g(); }`,
  );
  const { module: path } = await load(
    `export async function f(who) { const g = async () => { "use cache"; const keys = () => who; return who.name; }; return await g(); }`,
  );
  assertEquals(await module.f!({ name: "n" }), ["n", { name: "n" }]);
  assertEquals(await path.f!({ name: "n" }), "n");
});

const THIS = "Pass what is needed as an argument.";
const ASYNC = '"use cache" functions must be async functions.';
const ONLY_ASYNC = 'Only async functions are allowed to be exported in a "use cache" file.';
const MISUSES: readonly [source: string, place: string, message: string][] = [
  [`function f() {\n  "use cache";\n}`, "1:10", ASYNC],
  [`function* f() {\n  "use cache";\n}`, "1:11", ASYNC],
  [`async function* f() {\n  "use cache";\n}`, "1:17", ASYNC],
  [`const o = {\n  get a() { "use cache"; return 1; } };`, "2:7", ASYNC],
  [`const f = () => { "use cache"; };`, "1:11", ASYNC],
  [`"use cache";\nexport function f() {}`, "2:17", ASYNC],
  [`"use cache";\nexport async function* f() {}`, "2:24", ASYNC],
  [`"use cache";\nexport * from "./b";`, "2:1", ONLY_ASYNC],
  [`"use cache";\nexport { b } from "./b";`, "2:1", ONLY_ASYNC],
  [`"use cache";\nexport class A {}`, "2:8", ONLY_ASYNC],
  [
    `class A {\n  async f() {\n    "use cache"; } }`,
    "2:3",
    'It is not allowed to define inline "use cache" annotated class instance methods.\nTo define cached functions, use functions, object method properties, or static class methods instead.',
  ],
  [
    `async function f(this: any) {\n  "use cache";\n  return this?.x;\n}`,
    "3:10",
    '"use cache" functions cannot use `this`.\n' + THIS,
  ],
  [
    `async function f() {\n  "use cache";\n  return () => arguments.length;\n}`,
    "3:16",
    '"use cache" functions cannot use `arguments`.\n' + THIS,
  ],
  [
    `const o = { async f() {\n  "use cache";\n  return super.f();\n} };`,
    "3:10",
    '"use cache" functions cannot use `super`.\n' + THIS,
  ],
  [
    `async function f() {\n  const x = 1;\n  "use cache";\n}`,
    "3:3",
    'The "use cache" directive must be at the top of the function body.',
  ],
  [
    `async function f() {\n  if (a) {\n  "use cache";\n} }`,
    "3:3",
    'The "use cache" directive must be at the top of the function body.',
  ],
  [`const x = 1;\n"use cache";`, "2:1", 'The "use cache" directive must be at the top of the file.'],
  [`async function f() {\n  ("use cache");\n}`, "2:3", 'The "use cache" directive cannot be wrapped in parentheses.'],
  [
    `async function f() {\n  "use cache: nope";\n}`,
    "2:3",
    'Unknown cache kind "nope". Please configure a cache handler for this kind in the `cacheHandlers` object in your Next.js config.',
  ],
  [
    `async function f() {\n  "use-cache";\n}`,
    "2:3",
    'Did you mean "use cache"? "use-cache" is not a supported directive name.',
  ],
  [
    `"use cache";\n"use server";\nexport async function f() {}`,
    "2:1",
    'Conflicting directives "use server" and "use cache" found in the same file. You cannot place both directives at the top of a file. Please remove one of them.',
  ],
  [
    `async function f() {\n  "use server";\n  "use cache"; }`,
    "3:3",
    'Conflicting directives "use server" and "use cache" found in the same function body. You cannot place both directives at the top of a function body. Please remove one of them.',
  ],
]; // deno-fmt-ignore

for (const [source, place, message] of MISUSES) {
  Deno.test(`${JSON.stringify(source)} is refused at ${place}`, () => {
    assertThrows(() => transform(source), SyntaxError, `lib/a.ts:${place}: ${message}`);
  });
}

Deno.test("all misuses of a file are reported, and nothing else uses this", () => {
  const source =
    `async function f() { "use cache"; this; function g() { this; } class A { a = this; b() { this; } } }\nfunction h() { "use cache"; }`;
  const { message } = assertThrows(() => transform(source), SyntaxError);
  assertEquals(message.match(/^lib\/a\.ts:\d+:\d+/gm), ["lib/a.ts:1:35", "lib/a.ts:2:10"]);
});

Deno.test("without the flag, the directive is refused", () => {
  assertThrows(
    () => transform(`async function f() {\n  "use cache";\n}`, { ...SETTINGS, isEnabled: false }),
    SyntaxError,
    'lib/a.ts:2:3: To use "use cache", please enable the feature flag `cacheComponents` in your Next.js config.\nRead more: ',
  );
});

Deno.test("a file that only has the text stays as it is", () => {
  const code = `const a = "use cache", b = f("use cache: remote"); // "use cache"`;
  assertStrictEquals(
    transformUseCache({ code, url: "file:///a.js", name: "a.js", source: code, settings: SETTINGS }),
    code,
  );
});

const THROWING = `type A = string;

export async function f(a: A): Promise<never> { "use cache"; await 1;
  throw new Error(a); }
export const g = async (a: A) => { "use cache"; await 1; throw new Error(a); }; export const h = (a: A) => { throw new Error(a) };
`;

for (const [kind, toCode] of [["TypeScript", stripTypes], ["JavaScript", (text: string) => text]] as const) {
  Deno.test(`positions in stack traces stay those of the file, in ${kind}`, async () => {
    const source = kind === "TypeScript" ? THROWING : THROWING.replaceAll(/: A|: Promise<never>|type A = string;/g, "");
    const folder = await Deno.makeTempDir();
    try {
      const url = `file://${folder}/a.js`;
      const code = transformUseCache({ code: toCode(source, url), url, name: "a", source, settings: SETTINGS });
      await Deno.writeTextFile(`${folder}/a.js`, code);
      await Deno.writeTextFile(
        `${folder}/main.js`,
        `globalThis[Symbol.for("@x/routes.useCache.v1")] = (...args) => args.at(-1)();
const { f, g, h } = await import("./a.js");
const stacks = [];
for (const run of [f, g, h]) try { await run("x"); } catch (error) { stacks.push(/a\\.js:(\\d+:\\d+)/.exec(error.stack)[1]); }
console.log(stacks.join(" "));`,
      );
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "main.js"],
        cwd: folder,
      }).output();
      const columns = source.split("\n").map((line) => line.indexOf("new Error") + 1);
      const last = source.split("\n")[4]!.lastIndexOf("new Error") + 1;
      assertEquals(
        new TextDecoder().decode(stdout).trim(),
        `4:${columns[3]} 5:${columns[4]} 5:${last}`,
        new TextDecoder().decode(stderr),
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
