import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { temporaryFiles } from "../../helpers/app.ts";
import { answer, below, build, filesBelow, says, spawnServer, stopWell } from "../../helpers/build.ts";
import { runCli } from "../../helpers/cli.ts";

const ROUTE = { "app/route.ts": says("hello") };

/** Runs `routes build` in a folder. */
const run = (cwd: string, ...args: readonly string[]) => runCli(["build", ...args], { cwd });

Deno.test("routes build prints what it found, created and copied, and how to serve it", async () => {
  await using one = await build(ROUTE);
  assertMatch(
    one.stdout,
    /^Found 1 route in .*\/project\/app\nBundled .*\/dist\/server\.js, \d+ KiB, in \d+ ms\nServe it with\n {2}deno run -N dist\/server\.js\n$/,
  );
  const files = {
    "app/a/route.ts": says("a"),
    "app/b/route.ts": `export const GET = () => new Response(process.env.WHO);`,
    "public/a.txt": "a",
    "public/deep/b.txt": "b",
  };
  await using more = await build(files, { flags: ["--prewarm"] });
  assertMatch(
    more.stdout,
    /^Found 2 routes in .*\nBundled .*\nCopied 2 files of public\/\nPrewarmed 0 of 0 responses in \d+ ms\nServe it with\n {2}deno run -N -E -R=dist\/public,dist\/cache -W=dist\/cache dist\/server\.js\n$/,
  );
  await using server = await more.serve([], { allow: ["-E", "-R=dist/public"], env: { WHO: "Ada" } });
  assertEquals(await answer(server, "/deep/b.txt"), "200 b");
  assertEquals(await answer(server, "/b"), "200 Ada");
});

const USES_OS: Readonly<Record<string, Record<string, string>>> = {
  "a route": { "app/route.ts": `import os from "node:os";\nexport const GET = () => new Response(os.hostname());` },
  "a package": {
    "package.json": `{ "private": true, "dependencies": { "host": "1.0.0" } }`,
    "node_modules/host/package.json": `{ "name": "host", "version": "1.0.0" }`,
    "node_modules/host/index.js": `exports.name = () => require("os").hostname();`,
    "app/route.ts": `import { name } from "host";\nexport const GET = () => new Response(name());`,
  },
};

for (const [what, files] of Object.entries(USES_OS)) {
  Deno.test(`routes build says that a server needs -S if ${what} asks for the system`, async () => {
    await using built = await build(files);
    assertMatch(built.stdout, /\n {2}deno run -N -S dist\/server\.js\n$/);
    await using server = await built.serve([], { allow: ["-S"] });
    assertEquals(await answer(server, "/"), `200 ${Deno.hostname()}`);
  });
}

Deno.test("routes build writes to dist in the project, and the project may be an app folder", async () => {
  await using files = await temporaryFiles(below("p", ROUTE));
  assertEquals((await run(files.dir, "p/app")).code, 0);
  assertEquals(await filesBelow(`${files.dir}/p/dist`), ["handler.js", "server.js"]);
  assertEquals((await run(`${files.dir}/p`)).stdout.split("\n").at(-2), "  deno run -N dist/server.js");
});

const ERRORS: readonly (readonly [what: string, files: Record<string, string>, stderr: RegExp])[] = [
  ["a file that is not there", {
    "app/route.ts": `import b from "./b";\nimport x from "../lib/none";\n${says("x")}console.log(b, x);`,
    "app/b.ts": "export default 1;",
  }, /^Cannot build ".*\/p": .*lib\/none.*\n.*\/app\/route\.ts:2:\d+\n$/],
  ["a file that a file of lib/ imports", {
    "app/route.ts": `import "../lib/a.ts";\n${says("x")}`,
    "lib/a.ts": `\n\nimport { x } from "./none.ts";\nconsole.log(x);`,
  }, /^Cannot build ".*\/p": .*lib\/none\.ts.*\n.*\/lib\/a\.ts:3:\d+\n$/],
  [
    "a package that is not there",
    { "app/route.ts": `import x from "none-such";\n${says("x")}console.log(x);` },
    /none-such/,
  ],
  [
    "a part of Next that is not there",
    { "app/route.ts": `import x from "next/nope";\n${says("x")}console.log(x);` },
    /next\/nope.*\n.*route\.ts:1/,
  ],
  [
    "a file that cannot be parsed",
    { "app/route.ts": "export const GET = ;" },
    /SyntaxError: [^]*\/app\/route\.ts:1:\d+\n$/,
  ],
  [
    "a wrong name",
    { "app/[id/route.ts": says("x") },
    /^Cannot parse route "app\/\[id\/route\.ts": "\[" is never closed/,
  ],
  [
    "no route",
    { "app/lib.ts": "" },
    /^Cannot find a route in ".*\/p\/app": no file is named route\.ts, write "app\/route\.ts"/,
  ],
];

for (const [what, files, wanted] of ERRORS) {
  Deno.test(`routes build exits with 1 for ${what}, prints where, and keeps the previous build`, async () => {
    await using project = await temporaryFiles(below("p", files));
    const { code, stderr } = await run(project.dir, "p", "--out", "new");
    assertEquals(code, 1);
    assertMatch(stderr, wanted);
    assertEquals(stderr.includes("Stack backtrace"), false);
    assertEquals(await exists(`${project.dir}/new`) ? await filesBelow(`${project.dir}/new`) : [], []);
    await Deno.mkdir(`${project.dir}/old/public`, { recursive: true });
    for (const name of ["server.js", "public/a"]) await Deno.writeTextFile(`${project.dir}/old/${name}`, name);
    await run(project.dir, "p", "--out", "old");
    assertEquals(await Deno.readTextFile(`${project.dir}/old/server.js`), "server.js");
    assertEquals(await filesBelow(`${project.dir}/old`), ["public/a", "server.js"]);
  });
}

Deno.test("a second routes build replaces the files of the first, and leaves no stale file or response", async () => {
  const files = {
    "app/route.ts": `export const revalidate = 60;\n${says("old")}`,
    "public/old.txt": "old",
    "public/same.txt": "1",
  };
  await using place = await build(files, { flags: ["--prewarm"], keeps: true });
  const { dir } = place;
  await Deno.writeTextFile(`${dir}/project/app/route.ts`, `export const revalidate = 60;\n${says("new")}`);
  await Deno.writeTextFile(`${dir}/project/public/same.txt`, "2");
  await Deno.rename(`${dir}/project/public/old.txt`, `${dir}/project/public/new.txt`);
  await run(dir, "project", "--out", "dist");
  await using server = await place.serve([], { allow: ["-R=dist", "-W=dist/cache"] });
  assertEquals(await answer(server, "/"), "200 new");
  assertEquals(await answer(server, "/same.txt"), "200 2");
  assertEquals(await answer(server, "/new.txt"), "200 old");
  assertMatch(await answer(server, "/old.txt"), /^404 /);
  await stopWell(server);
  await Deno.remove(`${dir}/project/public`, { recursive: true });
  await run(dir, "project", "--out", "dist");
  assertEquals((await filesBelow(place.dist)).filter((name) => name.startsWith("public")), []);
});

for (const [flags, kept] of [[[], "public/a.txt"], [["--prewarm"], "cache/mine.txt"]] as const) {
  Deno.test(`routes build --out . ${flags.join(" ")} does not remove files of the project: ${kept}`, async () => {
    await using project = await temporaryFiles({ ...ROUTE, [kept]: "mine" });
    await run(project.dir, ".", "--out", ".", ...flags);
    assert(await exists(`${project.dir}/${kept}`));
  });
}

async function fingerprint(dir: string): Promise<string> {
  return /fingerprint: "(.*)"/.exec(await Deno.readTextFile(`${dir}/.routes/build/server.ts`))![1]!;
}

Deno.test("routes build gives the same code the same fingerprint in any folder, and other code a different one", async () => {
  const files = { ...ROUTE, "app/robots.txt": "a", "lib/unused.ts": "1" };
  await using project = await temporaryFiles({ ...below("p", files), ...below("deep/er/q", files) });
  const made = async (name: string) => {
    assertEquals((await run(project.dir, name)).code, 0);
    return await fingerprint(`${project.dir}/${name}`);
  };
  const first = await made("p");
  assertMatch(first, /^[\w-]{16}$/);
  await Deno.writeTextFile(`${project.dir}/p/lib/unused.ts`, "2");
  assertEquals([await made("p"), await made("deep/er/q")], [first, first]);
  for (const file of ["app/robots.txt", "app/route.ts"]) {
    await Deno.writeTextFile(`${project.dir}/p/${file}`, says("changed"));
    assertNotEquals(await made("p"), first, file);
    await Deno.writeTextFile(`${project.dir}/p/${file}`, files[file as keyof typeof files]);
  }
  assertEquals(await made("p"), first);
});

Deno.test("two routes build of one project can run concurrently, each with its own flags", async () => {
  await using project = await temporaryFiles(below("p", ROUTE));
  const flags = [["--redis"], [], ["--redis"], []];
  const codes = await Promise.all(flags.map((more, at) => run(project.dir, "p", "--out", `d${at}`, ...more)));
  assertEquals(codes.map(({ stderr }) => stderr), flags.map(() => ""));
  const texts = await Promise.all(flags.map((_, at) => Deno.readTextFile(`${project.dir}/d${at}/server.js`)));
  assertEquals(texts.map((text) => /^ {2}redis: /m.test(text)), [true, false, true, false]);
});

const NAMED = {
  "app/(a b#c)/é #1/[id]/route.ts": `import { x } from "../../../../lib/a é";
export const GET = async (_, { params }) => new Response(x + (await params).id);`,
  "lib/a é.ts": `export const x = "named ";`,
};

for (const folder of ["my project", "100%", "%41", "a#b", "a?b", "ünïcode 中", "[a]", "a'b&c"]) {
  Deno.test(`routes build builds a project in a folder named ${folder}, whose routes have such names too`, async () => {
    await using built = await build(NAMED, { folder: `in/${folder}` });
    const dist = `${built.dir}/${folder}`;
    await Deno.rename(built.dist, dist);
    await using server = await spawnServer(["run", "-N", `${dist}/server.js`, "--port", "0"]);
    assertEquals(await answer(server, "/%C3%A9%20%231/7"), "200 named 7");
  });
}

Deno.test("routes build prints a command that a shell can run, even if a folder has a space in its name", async () => {
  await using files = await temporaryFiles({ ...below("my project", ROUTE), "my project/public/a.txt": "a" });
  const { stdout } = await run(files.dir, "my project");
  const command = stdout.split("\n").at(-2)!;
  const args = ["-c", `exec ${command} --port nonsense`];
  const { stderr } = await new Deno.Command("sh", { args, cwd: files.dir, env: { NO_COLOR: "1" } }).output();
  assertStringIncludes(new TextDecoder().decode(stderr), 'Cannot listen on port "nonsense"');
});

for (const [folder, out] of [["p", "p"], ["a#b é", "out"], ["100%", "out"], ["%41", "%41/dist"]] as const) {
  Deno.test(`routes build --manifest of a folder named ${folder} writes a module to ${out} that serves it`, async () => {
    await using built = await build(NAMED, { folder, flags: ["--manifest", "--out", out], keeps: true });
    await Deno.mkdir(`${built.dir}/moved`);
    for (const name of new Set([folder, out.split("/")[0]!])) {
      await Deno.rename(`${built.dir}/${name}`, `${built.dir}/moved/${name}`);
    }
    const args = ["run", "--no-config", "-N", "-R", "--import-map", `${out}/import_map.json`, `${out}/server.ts`];
    await using server = await spawnServer([...args, "--port", "0"], { cwd: `${built.dir}/moved` });
    assertEquals(await answer(server, "/%C3%A9%20%231/7"), "200 named 7");
  });
}

for (
  const [what, flags, kept] of [
    ["a folder public of the user", ["--out", "lib"], "lib/public/a.txt"],
    ["a folder cache of the user", ["--out", "src", "--prewarm"], "src/cache/lru.ts"],
    ["a server.ts of the user", ["--manifest", "--out", "."], "server.ts"],
  ] as const
) {
  Deno.test(`routes build refuses to replace ${what}, and replaces its own output`, async () => {
    await using project = await temporaryFiles({ ...ROUTE, [kept]: "mine" });
    const { code, stderr } = await run(project.dir, ".", ...flags);
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot build into ".*": ".*" exists and was not written by a build, choose another folder/);
    assertEquals(await Deno.readTextFile(`${project.dir}/${kept}`), "mine");
    for (const _ of [1, 2]) assertEquals((await run(project.dir, ".", "--out", "new")).code, 0);
  });
}

Deno.test("routes build warns about import.meta.url, which is that of the build", async () => {
  const source =
    `const data = new URL("./data.txt", import.meta.url);\nexport const GET = () => new Response(data.href);`;
  await using project = await temporaryFiles({ "app/route.ts": source });
  const { code, stderr } = await run(project.dir, ".");
  const warning =
    "Warning: import.meta.url is that of dist/server.js in the build; files read relative to it must be next to it\n";
  assertEquals([code, stderr], [0, warning]);
});
