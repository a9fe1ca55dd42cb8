/**
 * The command line of a registry, and the project that it works for: where it is started, which configuration holds, and
 * what becomes of signals and exit codes.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { temporaryFiles } from "../../helpers/app.ts";
import { until } from "../../helpers/until.ts";
import { CLI, jsrProject } from "../../helpers/jsr_project.ts";
import { publish, type Registry, startRegistry } from "../../helpers/registry.ts";
import { needsOwnProcess, PORT_TAKEN_EXIT_CODE, superviseInProject } from "../../../src/deno/process/supervisor.ts";

let registry: Registry;

Deno.test.beforeAll(async () => {
  registry = await startRegistry();
  await publish(registry);
});

Deno.test.afterAll(async () => await registry[Symbol.asyncDispose]());

const COUNTER = `let count = 0;
export const dynamic = "force-static";
export const GET = () => new Response(String(++count));`;

/** A project that needs its own configuration, in a folder `other` beside one `here`. */
const SIDE_BY_SIDE = {
  "here/README.md": "",
  "other/deno.json": `{ "imports": { "answer": "./lib/answer", "lib/": "./lib/", "wrong": "./lib/answer.ts" } }`,
  "other/package.json": `{ "private": true, "dependencies": { "greet": "1.0.0" } }`,
  "other/lib/answer.ts": `export const answer = 42;`,
  "other/node_modules/greet/package.json": `{ "name": "greet", "version": "1.0.0", "main": "index.js" }`,
  "other/node_modules/greet/index.js": `exports.greet = "hi"; exports.dir = process.cwd();`,
  "other/app/route.ts": `import { answer } from "answer";
import { answer as same } from "lib/answer";
import { greet } from "greet";
export const GET = () => Response.json([answer, same, greet]);`,
  "other/app/pid/route.ts": `export const GET = () => Response.json([Deno.pid, Deno.cwd()]);`,
  "other/app/count/route.ts": COUNTER,
};

type Files = Readonly<Record<string, string>>;

/** A registry's project whose commands run in the folder `here` of it. */
async function sideBySide(more: Files = {}) {
  const project = await jsrProject(registry, { ...SIDE_BY_SIDE, ...more });
  // `jsrProject` runs in its own folder; a command of another one is a program that goes there.
  const at = (folder: string, args: readonly string[]) => {
    const words = JSON.stringify(["run", "-A", CLI, ...args]);
    const code = `const child = new Deno.Command(Deno.execPath(), { args: ${words}, cwd: "${folder}" }).spawn();
const pass = () => child.kill("SIGTERM");
Deno.addSignalListener("SIGTERM", pass);
const { code } = await child.status;
Deno.exit(code);`;
    return ["eval", code];
  };
  return {
    dir: project.dir,
    serve: (...args: readonly string[]) => project.serve(...at("here", ["start", "--port", "0", ...args])),
    run: (...args: readonly string[]) => project.deno(...at("here", args)),
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

const textOf = async (url: string) => await (await fetch(url)).text();

/** What a process complained of. */
const complaints = (stderr: string) => stderr.replace(/^(?:Download|Initialize|Check) .*\n/gm, "");

const NEEDS: readonly (readonly [files: Files, needs: boolean])[] = [
  [{}, false],
  [{ "app/route.ts": "" }, false],
  [{ "tsconfig.json": "{}" }, false],
  [{ "deno.json": "{}" }, true],
  [{ "deno.jsonc": "{}" }, true],
  [{ "package.json": "{}" }, true],
];

for (const [files, needs] of NEEDS) {
  Deno.test(`needsOwnProcess() is ${needs} for a folder of ${Object.keys(files).join() || "nothing"}`, async () => {
    await using project = await temporaryFiles(files);
    assertEquals(await needsOwnProcess(project.dir), needs);
  });
}

Deno.test("superviseInProject() finds another port if the first one is taken while the process starts", async () => {
  await using project = await temporaryFiles({
    "server.ts": `Deno.exit(Deno.args[0] === "1" ? ${PORT_TAKEN_EXIT_CODE} : 0);`,
  });
  let last = 0;
  const code = await superviseInProject({
    root: project.dir,
    findPort: () => ++last,
    respawn: (port) => ({ self: join(project.dir, "server.ts"), args: [`${port}`] }),
    isResponding: () => Promise.resolve(true),
  });
  assertEquals({ code, last }, { code: 0, last: 2 });
});

Deno.test("routes start of another folder uses that project's imports and node_modules", async () => {
  await using project = await sideBySide();
  await using server = await project.serve("../other");
  assertEquals(await textOf(`${server.origin}/`), `[42,42,"hi"]`);
  const { code, stderr } = await server.stop();
  assertEquals({ code, stderr: complaints(stderr) }, { code: 0, stderr: "" });
});

Deno.test("SIGTERM to the command line stops the project's process, and the exit code is 0", async () => {
  await using project = await sideBySide();
  await using server = await project.serve("../other");
  const [pid, cwd] = JSON.parse(await textOf(`${server.origin}/pid`));
  assertEquals(cwd, join(project.dir, "other"));
  assert(await exists(`/proc/${pid}`));
  const { code } = await server.stop("SIGTERM");
  assertEquals(code, 0);
  await until("the project's process ends", async () => !await exists(`/proc/${pid}`));
});

Deno.test("SIGTERM to the command line waits for a request of the project and its after() tasks", async () => {
  await using project = await sideBySide({
    "other/app/slow/route.ts": `import { after } from "next/server";
export async function GET() {
  after(() => console.log("after the answer"));
  await new Promise((resolve) => setTimeout(resolve, 400));
  return new Response("late");
}`,
  });
  await using server = await project.serve("../other");
  const answer = textOf(`${server.origin}/slow`);
  await new Promise((resolve) => setTimeout(resolve, 150));
  const { code, stdout } = await server.stop("SIGTERM");
  assertEquals({ text: await answer, code }, { text: "late", code: 0 });
  assertStringIncludes(stdout, "after the answer");
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} to the command line only, as from a service manager, stops both processes with 0`, async () => {
    await using project = await jsrProject(registry, {
      "deno.json": "{}",
      "app/route.ts": `export const GET = () => Response.json(Deno.pid);`,
    });
    const server = await project.serve("run", "-A", CLI, "start", "--port", "0");
    const pid = Number(await textOf(server.origin));
    assert(pid !== server.child.pid, "it needs a process of its own");
    const limit = new AbortController();
    try {
      const late = delay(4000, { signal: limit.signal }).then(() => "still runs after 4 s", () => "");
      const code = server.stop(signal).then((result) => result.code);
      assertEquals(await Promise.race([code, late]), 0);
    } finally {
      limit.abort();
      // What is left must not outlive the test.
      if (await exists(`/proc/${pid}`)) Deno.kill(pid, "SIGKILL");
      await server.child.status;
    }
  });
}

Deno.test("--cache sqlite:PATH is relative to the folder in which the command line was started", async () => {
  await using project = await sideBySide();
  await using server = await project.serve("../other", "--cache", "sqlite:x.db");
  assertEquals(await textOf(`${server.origin}/count`), "1");
  assertEquals((await server.stop()).code, 0);
  assert(await exists(join(project.dir, "here/x.db")), "here/x.db");
  assert(!await exists(join(project.dir, "other/x.db")), "other/x.db");
});

Deno.test("without --cache the cache is in the served project", async () => {
  await using project = await sideBySide();
  await using server = await project.serve("../other");
  assertEquals(await textOf(`${server.origin}/count`), "1");
  assertEquals((await server.stop()).code, 0);
  assert(await exists(join(project.dir, "other/.routes/cache.db")));
  assert(!await exists(join(project.dir, "here/.routes")));
});

Deno.test("routes check of another folder exits with 0, or 1 if something cannot run", async () => {
  await using project = await sideBySide({
    "bad/deno.json": "{}",
    "bad/app/route.ts": `import "leftpadx"; export const GET = () => new Response();`,
  });
  const good = await project.run("check", "../other");
  assertEquals(good.code, 0, good.stdout + good.stderr);
  assertStringIncludes(good.stdout, "3 run, 0 fail");
  const bad = await project.run("check", "../bad");
  assertEquals(bad.code, 1, bad.stdout + bad.stderr);
  assertMatch(bad.stdout, /^fails +app\/route\.ts .*Cannot find package "leftpadx"/m);
  assertEquals(complaints(bad.stderr), "");
});

const MISTAKES: readonly (readonly string[])[] = [
  ["start", "../other", "--port", "many"],
  ["start", "../other", "--nothing"],
  ["start", "../other", "again"],
  ["check", "../other", "--port", "1"],
];

for (const words of MISTAKES) {
  Deno.test(`routes ${words.join(" ")} is a mistake in the arguments: 2`, async () => {
    await using project = await sideBySide();
    const { code, stdout } = await project.run(...words);
    assertEquals({ code, stdout }, { code: 2, stdout: "" });
  });
}

Deno.test("a start that fails in the project's process is reported once", async () => {
  await using project = await sideBySide({
    "bad/package.json": "{}",
    "bad/app/route.ts": `import "leftpadx"; export const GET = () => new Response();`,
  });
  const { code, stdout, stderr } = await project.run("start", "../bad", "--port", "0");
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertEquals(stderr.match(/Cannot find package "leftpadx"/g)?.length, 1, stderr);
});

Deno.test("a project's process creates no deno.lock", async () => {
  await using project = await sideBySide();
  await using server = await project.serve("../other");
  assertEquals((await server.stop()).code, 0);
  assert(!await exists(join(project.dir, "other/deno.lock")));
});

const MAPPED: readonly (readonly [what: string, target: string, key: string, specifier: string, file: string])[] = [
  ["without extension", "./lib/answer", "answer", "answer", "lib/answer.ts"],
  ["of a folder", "./lib/", "lib/", "lib/answer", "lib/answer.ts"],
  ["that is a folder with an index", "./lib", "lib", "lib", "lib/index.ts"],
  ["with extension", "./lib/answer.ts", "answer", "answer", "lib/answer.ts"],
  ["with the name of a file next to the route", "./lib/answer", "answer", "answer", "lib/answer.ts"],
];

for (const [what, target, key, specifier, file] of MAPPED) {
  Deno.test(`an entry of the import map ${what} finds ${file}`, async () => {
    await using project = await jsrProject(registry, {
      "deno.json": JSON.stringify({ imports: { [key]: target } }),
      [file]: `export const answer = 42;`,
      ...what.includes("next to") ? { "app/answer.ts": `export const answer = "wrong";` } : {},
      "app/route.ts": `import { answer } from "${specifier}";
export const GET = () => new Response(String(answer));`,
    });
    await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
    assertEquals(await textOf(server.origin), "42");
    assertEquals((await server.stop()).code, 0);
  });
}

for (const specifier of ["jsr:@x/routes@0.0.1/headers", "jsr:@x/routes@^9/headers", "@x/routes/headers"]) {
  Deno.test(`an import of "${specifier}", a version that no registry has, gets the running copy`, async () => {
    await using project = await jsrProject(registry, {
      "app/route.ts": `import * as theirs from "${specifier}";
import * as ours from "next/headers";
export const GET = async () =>
  Response.json([theirs.cookies === ours.cookies, (await theirs.cookies()).get("theme")?.value]);`,
    });
    await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
    const response = await fetch(server.origin, { headers: { cookie: "theme=dark" } });
    assertEquals(await response.text(), `[true,"dark"]`);
    assertEquals((await server.stop()).code, 0);
  });
}
