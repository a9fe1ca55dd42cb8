/** `routes init`: what it writes, what it leaves alone, and what it says. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import { relative } from "@std/path";
import { NEXT_MODULES } from "../../../src/deno/modules/next/next_modules.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { type CliResult, runCli, startCli } from "../../helpers/cli.ts";

type Files = Readonly<Record<string, string>>;

const ROUTE = `export const GET = () => new Response("mine");\n`;
const FIRST = ["app/hello/route.ts", "app/hello/route_test.ts"];
const REST = ["deno.json", "routes.d.ts", ".gitignore"];
const NEW = [...FIRST, ...REST];
const wrote = (names: readonly string[]) => names.map((name) => `Wrote    ${name}\n`).join("");

/** All files of a folder, by their path, as they are byte for byte. */
async function filesOf(dir: string): Promise<Record<string, string>> {
  const found = await Array.fromAsync(walk(dir, { includeDirs: false }), ({ path }) => path);
  const texts = await Promise.all(found.map(async (path) => (await Deno.readFile(path)).toBase64()));
  return Object.fromEntries(found.map((path, index) => [relative(dir, path), texts[index]!]));
}

const inside = (dir: string, ...args: readonly string[]): Promise<CliResult> => runCli(["init", ...args], { cwd: dir });

Deno.test("routes init writes a first route, deno.json, the types and .gitignore, and prints the next step", async () => {
  await using place = await temporaryFiles({});
  const { code, stdout, stderr } = await inside(place.dir);
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: `${wrote(NEW)}\nNext: deno task dev\n`, stderr: "" });
  assertEquals(Object.keys(await filesOf(place.dir)).sort(), [...NEW].sort());
  const { tasks, imports, compilerOptions } = JSON.parse(await Deno.readTextFile(`${place.dir}/deno.json`));
  assertEquals(Object.keys(tasks), ["dev", "start", "build", "types", "check", "test"]);
  // In a deno.json "next" would stand for all below it.
  assertEquals(Object.keys(imports), ["@x/routes", ...Object.keys(NEXT_MODULES).filter((name) => name !== "next")]);
  assertEquals(compilerOptions, { types: ["./routes.d.ts"] });
  assertStringIncludes(await Deno.readTextFile(`${place.dir}/routes.d.ts`), `| "/hello"`);
  assertEquals(await Deno.readTextFile(`${place.dir}/.gitignore`), ".routes/\ndist/\n.env*.local\n");
});

Deno.test("routes init writes the same types as routes typegen", async () => {
  await using place = await temporaryFiles({});
  await inside(place.dir);
  const before = await filesOf(place.dir);
  assertEquals((await runCli(["typegen", place.dir])).code, 0);
  assertEquals(await filesOf(place.dir), before);
});

Deno.test('a project created by routes init serves requests, and its task "types" works', async () => {
  await using place = await temporaryFiles({});
  await inside(place.dir);
  await using server = await startCli(["start"], { cwd: place.dir });
  for (const [path, name] of [["/hello?name=x", "x"], ["/hello?name=%C3%A9", "é"], ["/hello", "world"]]) {
    assertEquals(await (await fetch(server.origin + path)).json(), { hello: name });
  }
  assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
  const task = new Deno.Command(Deno.execPath(), { args: ["task", "types"], cwd: place.dir, stderr: "null" });
  const { code, stdout } = await task.output();
  assertEquals(code, 0);
  assertMatch(new TextDecoder().decode(stdout), /^Wrote the types of 1 route to /);
});

Deno.test("a second routes init changes nothing, and prints the files that it kept", async () => {
  await using place = await temporaryFiles({});
  await inside(place.dir);
  const before = await filesOf(place.dir);
  const { code, stdout, stderr } = await inside(place.dir);
  assertEquals([code, stderr], [0, ""]);
  const kept = REST.map((name) => `Kept     ${name}, which exists\n`).join("");
  assertStringIncludes(stdout, `Kept     app/, which has routes\n${kept}\nNext: `);
  assertEquals(await filesOf(place.dir), before);
});

/** Projects that have something already, and what is written beside it. */
const PROJECTS: readonly (readonly [what: string, files: Files, written: readonly string[]])[] = [
  ["an empty app/hello/route.ts", { "app/hello/route.ts": "" }, REST],
  ["routes", { "app/[id]/route.ts": ROUTE }, REST],
  ["routes in src/app", { "src/app/a/route.ts": ROUTE }, REST],
  ["src/app without routes", { "src/app/page.tsx": "x" }, [
    "src/app/hello/route.ts",
    "src/app/hello/route_test.ts",
    ...REST,
  ]],
  ["app and src/app", { "app/page.tsx": "x", "src/app/a/route.ts": ROUTE }, NEW],
  ["pages only", { "app/page.tsx": "\u{feff}x\r\n" }, NEW],
  ["deno.json", { "deno.json": `{"tasks":{}}` }, [...FIRST, ...REST.slice(1)]],
  ["deno.jsonc", { "deno.jsonc": "// mine\n{}" }, [...FIRST, ...REST.slice(1)]],
  ["an invalid deno.json", { "deno.json": "{{{" }, [...FIRST, ...REST.slice(1)]],
  ["its own types", { "routes.d.ts": "// mine" }, NEW.filter((name) => name !== "routes.d.ts")],
  [".gitignore without an end of line", { ".gitignore": "x" }, NEW.slice(0, -1)],
  ["a whole Next.js project", {
    "package.json": `{ "private": true }`,
    "tsconfig.json": "{}",
    "next.config.js": "module.exports = {};",
    "src/app/layout.tsx": "",
    "src/app/api/a/route.js": ROUTE,
    "public/a.txt": "a",
    ".gitignore": "node_modules",
  }, ["deno.json", "routes.d.ts"]],
];

for (const [what, files, written] of PROJECTS) {
  Deno.test(`routes init leaves ${what} alone, and writes ${written.join(", ")}`, async () => {
    await using place = await temporaryFiles(files);
    const before = await filesOf(place.dir);
    const { code, stdout, stderr } = await inside(place.dir);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const after = await filesOf(place.dir);
    assertEquals(Object.fromEntries(Object.keys(before).map((path) => [path, after[path]])), before);
    assertEquals(Object.keys(after).filter((path) => !Object.hasOwn(before, path)).sort(), [...written].sort());
    assertEquals(stdout.match(/^Wrote .*\n/gm)?.join(""), wrote(written));
    const config = Object.keys(files).find((name) => name.startsWith("deno.json"));
    assertEquals(stdout.includes(`For the tasks and the types, add this to ${config}:\n{`), config !== undefined);
    assertMatch(stdout, config === undefined ? /\nNext: deno task dev\n$/ : /\nNext: deno run -A \S+ dev\n$/);
  });
}

Deno.test("routes init prints nothing about a deno.json that already has the types", async () => {
  await using place = await temporaryFiles({ "deno.json": `{ "compilerOptions": { "types": ["./routes.d.ts"] } }` });
  assert(!(await inside(place.dir)).stdout.includes("For the tasks"));
});

const IGNORED: readonly (readonly [has: string, said: string | undefined])[] = [
  ["node_modules", ".routes/ dist/ .env*.local"],
  ["/dist\n.routes", ".env*.local"],
  [".env*.local\r\n/dist/\r\n.routes/\r\n", undefined],
];

for (const [has, said] of IGNORED) {
  Deno.test(`routes init prints what a .gitignore with ${JSON.stringify(has)} lacks: ${said ?? "nothing"}`, async () => {
    await using place = await temporaryFiles({ ".gitignore": has });
    const { stdout } = await inside(place.dir);
    assertEquals(/Kept +\.gitignore, which exists\n +add to it: (.*)\n/.exec(stdout)?.[1], said, stdout);
  });
}

for (const folder of ["my", "my/service/v1", "my service", "my'own $service"]) {
  Deno.test(`routes init of a new folder "${folder}" prints a next step that a shell can run`, async () => {
    await using place = await temporaryFiles({});
    const { code, stdout } = await inside(place.dir, folder);
    assertEquals(code, 0);
    const step = /\nNext: (cd .* && )deno task dev\n$/s.exec(stdout)![1]!;
    const shell = await new Deno.Command("/bin/sh", { args: ["-c", `${step}ls deno.json`], cwd: place.dir }).output();
    assertEquals(new TextDecoder().decode(shell.stdout), "deno.json\n", step);
  });
}

Deno.test("routes init declares nothing that an installed next declares itself", async () => {
  await using place = await temporaryFiles({
    "package.json": `{ "dependencies": { "next": "16.4.6" } }`,
    "node_modules/next/package.json": `{ "name": "next", "version": "16.4.6" }`,
    "node_modules/next/constants.js": "",
    "node_modules/next/link.js": "",
  });
  await inside(place.dir);
  const { imports } = JSON.parse(await Deno.readTextFile(`${place.dir}/deno.json`));
  assertEquals([imports["next/constants"], typeof imports["next/link"]], [undefined, "string"]);
});

/** What stands in the way, and the folder that is asked for. */
const IN_THE_WAY: readonly (readonly [what: string, files: Files, dir: string])[] = [
  ["a file in the place of the folder", { x: "mine" }, "x"],
  ["a file above the folder", { x: "mine" }, "x/y"],
  ["a file in the place of app/", { "x/app": "mine" }, "x"],
  ["a file in the place of src/app/", { "x/src/app": "mine" }, "x"],
  ["a file in the place of app/hello/", { "x/app/hello": "mine" }, "x"],
  ["a folder in the place of deno.json", { "x/deno.json/y": "mine" }, "x"],
  // The superuser may write to any folder but those that are none on a disk.
  ["a folder that may not be written to", {}, "/sys/routes"],
];

for (const [what, files, dir] of IN_THE_WAY) {
  Deno.test(`routes init prints one line about ${what}, and exits with 1`, async () => {
    await using place = await temporaryFiles(files);
    const before = await filesOf(place.dir);
    const { code, stderr } = await inside(place.dir, dir);
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot [^\n]+: [^\n]+\n$/);
    const after = await filesOf(place.dir);
    assertEquals(Object.fromEntries(Object.keys(before).map((path) => [path, after[path]])), before);
  });
}

for (
  const [args, line] of [[["a", "b"], /takes one folder/], [
    ["--port", "1"],
    /is an option of "dev" and "start"/,
  ]] as const
) {
  Deno.test(`routes init ${args.join(" ")} is a mistake in the arguments: it exits with 2 and writes nothing`, async () => {
    await using place = await temporaryFiles({});
    const { code, stdout, stderr } = await inside(place.dir, ...args);
    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    assertMatch(stderr, line);
    assertEquals(await filesOf(place.dir), {});
  });
}
