/** A developer's day with this package from JSR: from `routes init` in an empty folder to a built server. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import type { CliServer } from "../helpers/cli.ts";
import { NEXT_MODULES } from "../../src/deno/modules/next/next_modules.ts";
import { CLI, type JsrProject, jsrProject } from "../helpers/jsr_project.ts";
import { publish, type Registry, startRegistry } from "../helpers/registry.ts";
import { until } from "../helpers/until.ts";

let registry: Registry;

Deno.test.beforeAll(async () => {
  registry = await startRegistry();
  await publish(registry);
});

Deno.test.afterAll(async () => await registry[Symbol.asyncDispose]());

const USER = "app/users/[id]/route.ts";

/** A dynamic route; `more` is a statement of its handler. */
const user = (version: string, more = "") =>
  `import { cookies } from "next/headers";
import { type NextRequest, NextResponse } from "next/server";

export async function GET(_request: NextRequest, { params }: RouteContext<"/users/[id]">) {
  const { id } = await params;
  const exact: string = id;
  const theme = (await cookies()).get("theme")?.value;${more}
  return NextResponse.json({ version: "${version}", id: exact, theme });
}
`;
const CACHED = `let count = 0;
export const dynamic = "force-static";
export const GET = () => new Response(String(++count));
`;

async function write({ dir }: JsrProject, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(join(dir, name, ".."), { recursive: true });
    await Deno.writeTextFile(join(dir, name), text);
  }
}

/** A new project in the folder "my" of a user who has nothing yet. */
async function newProject({ cold = false } = {}) {
  // The bundler is an npm package, which Deno downloads for the first build.
  const project = await jsrProject(registry, {}, { npm: true, cold });
  const init = await project.deno("run", "-A", CLI, "init", "my");
  const at = (args: readonly string[]) => ["task", "--cwd", join(project.dir, "my"), ...args];
  return {
    ...project,
    init,
    dir: join(project.dir, "my"),
    denoOf: project.deno,
    task: (...args: readonly string[]) => project.deno(...at(args)),
    // A signal that cannot be forwarded would stop only the task, not the process that it runs.
    async serveTask(...args: readonly string[]): Promise<CliServer> {
      const server = await project.serve(...at(args));
      return { ...server, [Symbol.asyncDispose]: async () => void await server.stop("SIGTERM") };
    },
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

/** Returns the output of a process without that of Deno itself. */
const complaints = (stderr: string) => stderr.replace(/^(?:Task|Download|Initialize|Check) .*\n/gm, "");

/** Returns `200 TEXT`; a restarting server may be unavailable for a moment. */
const answer = async ({ origin }: CliServer, path: string) => {
  try {
    const response = await fetch(origin + path, { headers: { cookie: "theme=dark" } });
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    return `${error}`;
  }
};

const said = (version: string) => `200 ${JSON.stringify({ version, id: "7", theme: "dark" })}`;

async function stopCleanly(server: CliServer): Promise<void> {
  const { code, stderr } = await server.stop();
  assertEquals({ code, stderr: complaints(stderr) }, { code: 0, stderr: "" });
}

Deno.test("a developer's day: init, dev, types, check, start, build, and a server that was built", async () => {
  await using project = await newProject({ cold: true });
  assertEquals([project.init.code, complaints(project.init.stderr)], [0, ""]);
  assertMatch(project.init.stdout, /\nNext: cd my && deno task dev\n$/);
  const config = await Deno.readTextFile(join(project.dir, "deno.json"));
  assertEquals(config.includes("file:"), false, config);

  const first = await project.task("check");
  assertEquals(first.code, 0, first.stderr);

  const test = await project.task("test");
  assertEquals([test.code, /\| \d+ failed|\d+ passed/.exec(test.stdout)?.[0]], [0, "2 passed"], test.stderr);

  {
    await using dev = await project.serveTask("dev", "--port", "0");
    assertEquals(await answer(dev, "/hello?name=x"), `200 {"hello":"x"}`);
    await write(project, { [USER]: user("one"), "app/cached/route.ts": CACHED });
    await until("a new route is served", async () => await answer(dev, "/users/7") === said("one"));
    await write(project, { [USER]: user("two") });
    await until("the edit is served", async () => await answer(dev, "/users/7") === said("two"));
    // The page's script is the text of functions, whose types a registry leaves in.
    const [, script = ""] =
      /<script[^>]*>([^]*?)<\/script>/.exec(await (await fetch(`${dev.origin}/_routes`)).text()) ?? [];
    assertStringIncludes(script, "startPage([");
    new Function(script);
    const types = () => Deno.readTextFile(join(project.dir, "routes.d.ts"));
    await until("the types know the new route", async () => (await types()).includes(`"/users/[id]": { `));
    await stopCleanly(dev);
  }

  await Deno.remove(join(project.dir, "routes.d.ts"));
  const types = await project.task("types");
  assertEquals([types.code, complaints(types.stderr)], [0, ""]);
  assertMatch(types.stdout, /^Wrote the types of 3 routes to .*\/my\/routes\.d\.ts\n$/);
  const good = await project.task("check");
  assertEquals(good.code, 0, good.stderr);
  await write(project, { [USER]: user("two", `\n  const wrong: number = id;`) });
  const bad = await project.task("check");
  assertEquals(bad.code, 1);
  assertStringIncludes(bad.stderr, "TS2322");
  await write(project, { [USER]: user("three") });

  for (const _start of ["first", "second"]) {
    await using server = await project.serveTask("start", "--port", "0");
    assertEquals(await answer(server, "/users/7"), said("three"));
    assertEquals(await answer(server, "/cached"), "200 1");
    await stopCleanly(server);
  }
  assertEquals(await exists(join(project.dir, ".routes/cache.db")), true);

  const build = await project.task("build");
  assertEquals([build.code, complaints(build.stderr)], [0, ""]);
  assertMatch(build.stdout, /\nServe it with\n {2}deno run -N dist\/server\.js\n$/);
  await Deno.rename(join(project.dir, "app"), join(project.dir, "no_longer"));
  const file = join(project.dir, "dist/server.js");
  await using built = await project.serve("run", "--no-prompt", "-N", file, "--port", "0");
  assertEquals(await answer(built, "/users/7"), said("three"));
  assertEquals(await answer(built, "/hello"), `200 {"hello":"world"}`);
  await stopCleanly(built);
});

Deno.test('the task "start" serves a route that uses the imports of deno.json', async () => {
  await using project = await newProject();
  const file = join(project.dir, "deno.json");
  const config = JSON.parse(await Deno.readTextFile(file));
  await write(project, {
    "deno.json": JSON.stringify({
      ...config,
      imports: { ...config.imports, "answer": "./lib/answer.ts", "@std/path": "jsr:@std/path@1" },
    }),
    "lib/answer.ts": "export const answer = 42;",
    "app/hello/route.ts": `import { answer } from "answer";
import { join } from "@std/path";
export const GET = () => new Response(join("a", String(answer)));`,
  });
  await using server = await project.serveTask("start", "--port", "0");
  assertEquals(await answer(server, "/hello"), "200 a/42");
  await stopCleanly(server);
});

Deno.test('the task "start" serves a route that imports a package added by deno add', async () => {
  await using project = await newProject();
  const add = await project.task("--eval", "deno add npm:zod@4");
  assertEquals(add.code, 0, add.stderr);
  await write(project, {
    "app/hello/route.ts": `import { z } from "zod";
export const GET = () => Response.json(z.object({ id: z.coerce.number() }).parse({ id: "7" }));`,
  });
  await using server = await project.serveTask("start", "--port", "0");
  assertEquals(await answer(server, "/hello"), `200 {"id":7}`);
  await stopCleanly(server);
});

Deno.test("the task start caches the functions of a file that has use cache", async () => {
  await using project = await newProject();
  await write(project, {
    "next.config.ts": "export default { cacheComponents: true };",
    "app/count/route.ts": `let count = 0;
async function increase(by: number): Promise<number> {
  "use cache";
  return count += by;
}
export const GET = async () => Response.json([await increase(1), await increase(1), await increase(2)]);
`,
  });
  await using server = await project.serveTask("start", "--port", "0");
  assertEquals(await answer(server, "/count"), "200 [1,1,3]");
  await stopCleanly(server);
});

Deno.test("a test imports handlers that use each module of Next.js", async () => {
  await using project = await newProject();
  const names = Object.keys(NEXT_MODULES).filter((name) => name !== "next");
  const lines = names.map((name, index) => `import * as module${index} from "${name}";\n`);
  const all = names.map((_, index) => `module${index}`).join(", ");
  await write(project, {
    "app/all/route.ts": `${lines.join("")}export const GET = () => Response.json([${all}].map((each) => typeof each));`,
    "app/all/route_test.ts": `import { equal } from "node:assert";
import { GET } from "./route.ts";
Deno.test("all", async () => equal((await GET().json()).join(), "${names.map(() => "object").join()}"));`,
  });
  const { code, stdout, stderr } = await project.task("test");
  assertEquals([code, /\d+ passed/.exec(stdout)?.[0]], [0, "3 passed"], stdout + stderr);
});

Deno.test("a test of a new project sends requests through createRequestHandler()", async () => {
  await using project = await newProject();
  await write(project, {
    [USER]: user("one"),
    "app/users/[id]/route_test.ts": `import { equal } from "node:assert";
import { createRequestHandler } from "@x/routes";
const app = await createRequestHandler("./app");
Deno.test("a user", async () => {
  const request = new Request("http://localhost/users/7", { headers: { cookie: "theme=dark" } });
  equal((await (await app.fetch(request)).json()).theme, "dark");
});`,
  });
  const { code, stdout, stderr } = await project.task("test");
  assertEquals([code, /\d+ passed/.exec(stdout)?.[0]], [0, "3 passed"], stdout + stderr);
});

Deno.test("the build from a registry needs only -R and -W for the project, and to run deno", async () => {
  await using project = await newProject({ cold: true });
  const run = ["run", "--no-prompt", `-R=${project.dir}`, `-W=${project.dir}/dist,${project.dir}/.routes`];
  const { code, stderr } = await project.denoOf(...run, `--allow-run=${Deno.execPath()}`, CLI, "build", project.dir);
  assertEquals([code, complaints(stderr)], [0, ""]);
  assertEquals(await exists(join(project.dir, "dist/server.js")), true);
});
