/**
 * A whole Next.js project, started unmodified from a registry: its responses are those recorded from Next 16
 * (`parity/next_parity.ts --record`), or intentional differences.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CLI, type JsrProject, jsrProject } from "../helpers/jsr_project.ts";
import { publish, type Registry, startRegistry } from "../helpers/registry.ts";
import { askAll, copyProject, readRequests, type Service, startService } from "../helpers/whole_project.ts";

const requests = await readRequests();

let registry: Registry;
let service: Service;
let project: JsrProject;

Deno.test.beforeAll(async () => {
  registry = await startRegistry();
  await publish(registry);
  service = startService();
  project = await jsrProject(registry, {});
  await copyProject(project.dir);
  await Deno.writeTextFile(join(project.dir, ".env.local"), `UPSTREAM=${service.origin}\n`);
});

Deno.test.afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

Deno.test("a whole project answers its requests like Next.js, except for the listed differences", async (t) => {
  await using server = await project.serve("run", "-A", CLI, "start", "--port", "0", "--hostname", "127.0.0.1");
  let ran = 0;
  for await (const [request, answer] of askAll(Number(new URL(server.origin).port), requests, service)) {
    const { name, method = "GET", path, differs, next, ours } = request;
    const id = differs === undefined ? "" : ` (differs: ${differs})`;
    await t.step(`it answers ${method} ${path}: ${name}${id}`, () => {
      assert(next !== undefined, "it is not recorded: deno task test:parity --record");
      assertEquals(differs === undefined, ours === undefined, "what differs has both an id and an answer of ours");
      assertEquals(answer, ours ?? next);
      ran++;
    });
  }
  console.log(`${ran} of ${requests.length} requests are answered as they should`);
  const { code, stdout } = await server.stop();
  assertEquals(code, 0);
  const printed = server.banner + stdout;
  for (const id of ["/api/users/[id]", "/api/docs/[[...slug]]", "/rss.xml", "/robots.txt", "/favicon.ico"]) {
    assertStringIncludes(printed, `  ${id}\n`);
  }
  assertStringIncludes(printed, "1 page left to Next\n");
});

Deno.test("serving a whole project creates only deno.lock and its cache", async () => {
  const names = await Array.fromAsync(Deno.readDir(project.dir), ({ name }) => name);
  const own = [
    "next.config.ts",
    "node_modules",
    "package.json",
    "public",
    "src",
    "tsconfig.base.json",
    "tsconfig.json",
  ];
  assertEquals(names.sort(), [".env", ".env.local", ".env.production", ".routes", "deno.lock", ...own]);
});

Deno.test("routes check of a whole project finds nothing that cannot run", async () => {
  const { code, stdout, stderr } = await project.deno("run", "-A", CLI, "check");
  assertEquals(code, 0, stdout + stderr);
  assertStringIncludes(stdout, "left to Next  src/app/about/page.tsx");
  assertStringIncludes(stdout, " 0 fail, 2 left to Next, ");
});
