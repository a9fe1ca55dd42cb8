/**
 * This package as users get it: published with `deno publish`, and imported with `jsr:` in their own folder. Claims
 * about downloads are tested with an empty Deno cache.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists, expandGlob } from "@std/fs";
import { join } from "@std/path";
import type { CliServer } from "../helpers/cli.ts";
import { CLI, jsrProject } from "../helpers/jsr_project.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";
import { publish, type Published, type Registry, startRegistry } from "../helpers/registry.ts";
import config from "../../deno.json" with { type: "json" };

const COUNTER = `let count = 0;
export const dynamic = "force-static";
export const GET = () => new Response(String(++count));`;

const APP = {
  "app/users/[id]/route.ts": `import { cookies } from "next/headers";
import { type NextRequest, NextResponse } from "next/server";

export async function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  const theme = (await cookies()).get("theme")?.value;
  return NextResponse.json({ id: (await params).id, page: request.nextUrl.searchParams.get("page"), theme });
}`,
  "app/files/[...path]/route.ts": `import { redirect } from "next/navigation";
export async function GET(_request: Request, { params }: { params: Promise<{ path: string[] }> }) {
  redirect(\`/users/\${(await params).path.join("-")}\`);
}`,
};

const NODE_MODULES = {
  "package.json": `{ "private": true, "dependencies": { "greet": "1.0.0" } }`,
  "node_modules/greet/package.json": `{ "name": "greet", "version": "1.0.0", "main": "index.js" }`,
  "node_modules/greet/index.js": `exports.greet = "hi";`,
};

/** Files of projects, by description. */
const PROJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a folder of routes": {},
  "a project with deno.json": { "deno.json": "{}" },
  "a project with node_modules": NODE_MODULES,
};

let registry: Registry;
let published: Published;

Deno.test.beforeAll(async () => {
  registry = await startRegistry();
  published = await publish(registry);
});

Deno.test.afterAll(async () => await registry[Symbol.asyncDispose]());

/** Returns the response to a client with a cookie: the status, and the location or the body. */
async function answer({ origin }: CliServer, path: string): Promise<string> {
  const response = await fetch(origin + path, { headers: { cookie: "theme=dark" }, redirect: "manual" });
  const body = await response.text();
  return `${response.status} ${response.headers.get("location") ?? body}`;
}

/** Returns the errors that a process printed. */
function withoutDownloads(stderr: string): string {
  return stderr.replace(/^(?:Download|Initialize) .*\n/gm, "");
}

/** Stops a server and checks that it printed no errors. */
async function stopCleanly(server: CliServer): Promise<void> {
  const { code, stderr } = await server.stop();
  assertEquals({ code, stderr: withoutDownloads(stderr) }, { code: 0, stderr: "" });
}

Deno.test("deno publish publishes the files of publish.include, and warns only about computed imports", () => {
  const files = registry.files("@x/routes", config.version).map((path) => path.slice(1)).sort();
  const { include } = config.publish;
  const isIn = (path: string, listed: string) => listed.endsWith("/") ? path.startsWith(listed) : path === listed;
  const isIncluded = (path: string) =>
    /^src\/(?:.*\.ts|(?:.*\/)?README\.md)$/.test(path) || include.some((listed) => isIn(path, listed));
  assertEquals(files, published.checkout.filter(isIncluded).sort());
  assertEquals(include.filter((listed) => !listed.includes("*") && !files.some((path) => isIn(path, listed))), []);

  const warnings = [...published.output.matchAll(/^(?:warning|error)\[(.+?)\].*\n.*--> (\S+?):/gm)];
  assertEquals(warnings.map(([, what, where]) => `${what} ${where}`).sort(), [
    "unanalyzable-dynamic-import src/deno/modules/load/loader.ts",
    "unanalyzable-dynamic-import src/deno/openapi/scalar.ts",
    "unanalyzable-dynamic-import src/deno/server/cache_location.ts",
    "unanalyzable-dynamic-import src/next/image_renderer.ts",
    "unanalyzable-import-meta-resolve src/deno/openapi/scalar.ts",
  ]);
});

Deno.test("routes start from JSR serves a folder with only routes, and downloads no npm package", async () => {
  const asked = registry.npmRequests.length;
  await using project = await jsrProject(registry, APP, { cold: true });
  await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
  assertStringIncludes(server.banner, "/users/[id]");
  assertEquals(await answer(server, "/users/42?page=2"), `200 {"id":"42","page":"2","theme":"dark"}`);
  assertEquals(await answer(server, "/files/a/b"), "307 /users/a-b");
  await stopCleanly(server);

  assertEquals(registry.npmRequests.slice(asked), []);
  assertEquals(await Array.fromAsync(expandGlob("npm/*", { root: project.denoDir })), []);
});

Deno.test("deno info finds no npm package behind the command line and the programming interface", async () => {
  await using project = await jsrProject(registry, {}, { cold: true });
  for (const entry of [CLI, "jsr:@x/routes"]) {
    const { stdout } = await project.deno("info", "--json", entry);
    const { modules } = JSON.parse(stdout) as { modules: { specifier: string }[] };
    assertEquals(modules.filter(({ specifier }) => !/^(?:http|node:)/.test(specifier)), [], entry);
  }
});

Deno.test("routes start from JSR creates only deno.lock in a project with a deno.json", async () => {
  await using project = await jsrProject(registry, { ...APP, "deno.json": "{}" });
  await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
  assertEquals(await answer(server, "/users/7"), `200 {"id":"7","page":null,"theme":"dark"}`);
  await stopCleanly(server);
  const names = await Array.fromAsync(Deno.readDir(project.dir), ({ name }) => name);
  assertEquals(names.sort(), ["app", "deno.json", "deno.lock"]);
});

Deno.test("the permissions listed in the README of the commands are sufficient from JSR", async () => {
  await using project = await jsrProject(registry, APP, { cold: true });
  await using server = await project.serve("run", "--no-prompt", "-N", "-R", CLI, "start", "--port", "0");
  assertEquals(await answer(server, "/users/1"), `200 {"id":"1","page":null,"theme":"dark"}`);
  await stopCleanly(server);
});

Deno.test("a program serves a folder with serveRoutes() from JSR", async () => {
  await using project = await jsrProject(registry, {
    ...APP,
    "main.ts": `import { serveRoutes } from "jsr:@x/routes";
const { addr } = await serveRoutes("./app", { port: 0, hostname: "127.0.0.1", onListen() {} });
console.log(\`http://127.0.0.1:\${addr.port}\`);`,
  });
  await using server = await project.serve("run", "-A", "main.ts");
  assertEquals(await answer(server, "/users/42?page=3"), `200 {"id":"42","page":"3","theme":"dark"}`);
  await stopCleanly(server);
});

Deno.test("a program for deno serve creates its handler with createRequestHandler() from JSR", async () => {
  await using project = await jsrProject(registry, {
    ...APP,
    "deno.json": `{ "imports": { "@x/routes": "jsr:@x/routes@^0.1.0" } }`,
    "server.ts": `import { createRequestHandler } from "@x/routes";
const { fetch } = await createRequestHandler(new URL("./app", import.meta.url));
const onListen = ({ port }: Deno.NetAddr) => console.log(\`http://127.0.0.1:\${port}\`);
export default { fetch, onListen };`,
  });
  await using server = await project.serve("serve", "-A", "--host", "127.0.0.1", "--port", "0", "server.ts");
  assertEquals(await answer(server, "/users/42"), `200 {"id":"42","page":null,"theme":"dark"}`);
  assertEquals(await answer(server, "/files/c"), "307 /users/c");
});

for (const [what, files] of Object.entries(PROJECTS)) {
  Deno.test(`deno check reads the types of jsr:@x/routes, and requests no npm package, in ${what}`, async () => {
    await using project = await jsrProject(registry, {
      ...files,
      "main.ts": `import { serveRoutes } from "jsr:@x/routes";
await serveRoutes("./app", { port: 0 });
// @ts-expect-error: a string is no port
await serveRoutes("./app", { port: "0" });`,
    }, { cold: true });
    const { code, stderr } = await project.deno("check", "main.ts");
    assertEquals(code, 0, withoutDownloads(stderr));
  });
}

for (const [what, files] of Object.entries(PROJECTS)) {
  Deno.test(`routes typegen from JSR writes types that deno check reads in ${what}`, async () => {
    await using project = await jsrProject(registry, {
      ...files,
      "app/users/[id]/route.ts": `import { revalidateTag } from "next/cache";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { type NextRequest, NextResponse } from "next/server";

export async function GET(request: NextRequest, context: RouteContext<"/users/[id]">) {
  const { id } = await context.params;
  const page: string | null = request.nextUrl.searchParams.get("page");
  if (page === null) notFound();
  revalidateTag("users", "max");
  const theme: string | undefined = (await cookies()).get("theme")?.value;
  // @ts-expect-error: there is no such param
  (await context.params).slug;
  // @ts-expect-error: cookies() is a promise
  cookies().get("theme");
  // @ts-expect-error: there is no such route
  type _Nothing = RouteContext<"/users">;
  return NextResponse.json({ id, page, theme });
}`,
    });
    const typegen = await project.deno("run", "-A", CLI, "typegen");
    assertMatch(typegen.stdout, /^Wrote the types of 1 route to .*\/routes\.d\.ts\n$/);
    const types = await Deno.readTextFile(join(project.dir, "routes.d.ts"));
    const entries = Object.keys(config.exports).map((name) => name.slice(2)).filter((name) =>
      /^(?:cache|headers|navigation|server|next(?:\/.*)?)$/.test(name) && !/package-json|root-params/.test(name)
    );
    const specifiers = entries.map((entry) => `jsr:@x/routes@^${config.version}/${entry}`);
    assertEquals([...new Set(types.match(/jsr:[^"]*/g))].sort(), specifiers.sort());
    const { code, stderr } = await project.deno("check");
    assertEquals(code, 0, withoutDownloads(stderr));
  });
}

Deno.test("routes start from JSR serves a project with package.json and node_modules", async () => {
  await using project = await jsrProject(registry, {
    "package.json": `{ "private": true, "dependencies": { "session": "1.0.0", "@acme/greet": "2.0.0" } }`,
    "node_modules/session/package.json": `{ "name": "session", "version": "1.0.0", "main": "index.js" }`,
    "node_modules/session/index.js": `const { cookies } = require("next/headers");
exports.theme = async () => (await cookies()).get("theme")?.value;`,
    "node_modules/@acme/greet/package.json":
      `{ "name": "@acme/greet", "version": "2.0.0", "type": "module", "exports": "./lib/greet.js" }`,
    "node_modules/@acme/greet/lib/greet.js": `export const greet = (name) => "Hello, " + name;`,
    "lib/answer.ts": `export const answer = 42;`,
    "app/route.ts": `import { greet } from "@acme/greet";
import session from "session";
import { answer } from "../lib/answer";
import { NextResponse } from "next/server";
export const GET = async () => NextResponse.json([greet("Ada"), await session.theme(), answer]);`,
  });
  await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
  assertEquals(await answer(server, "/"), `200 ["Hello, Ada","dark",42]`);
  await stopCleanly(server);
});

Deno.test("routes start from JSR serves a project with the imports of its deno.json", async () => {
  await using project = await jsrProject(registry, {
    "deno.json": `{ "imports": { "@/": "./", "answer": "./lib/answer.ts", "@std/path": "jsr:@std/path@^1.0.0" } }`,
    "lib/answer.ts": `export const answer = 42;`,
    "app/route.ts": `import { answer } from "answer";
import { answer as same } from "@/lib/answer.ts";
import { join } from "@std/path";
export const GET = () => new Response([join("a", "b"), answer, same].join());`,
  });
  await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
  assertEquals(await answer(server, "/"), "200 a/b,42,42");
  await stopCleanly(server);
});

Deno.test("a route that imports jsr:@x/routes has the request scope of the command line", async () => {
  await using project = await jsrProject(registry, {
    "deno.json": `{ "imports": { "routes/": "jsr:/@x/routes@^0.1/", "routes/headers": "jsr:@x/routes@0/headers" } }`,
    "app/direct/route.ts": `import { cookies } from "jsr:@x/routes@^0.1/headers";
export const GET = async () => new Response((await cookies()).get("theme")?.value);`,
    "app/mapped/route.ts": `import { cookies } from "routes/headers";
import { NextResponse } from "routes/server";
export const GET = async () => NextResponse.json((await cookies()).get("theme")?.value);`,
    "app/same/route.ts": `import { NextResponse } from "next/server";
import * as server from "jsr:@x/routes@^0.1/server";
export const GET = () => new Response(String(server.NextResponse === NextResponse));`,
  });
  await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
  assertEquals(await answer(server, "/direct"), "200 dark");
  assertEquals(await answer(server, "/mapped"), `200 "dark"`);
  assertEquals(await answer(server, "/same"), "200 true");
  await stopCleanly(server);
});

for (const specifier of ["jsr:@x/routes@^0.1/headers", "the-headers"]) {
  Deno.test(`a single route that imports "${specifier}" has the request scope too`, async () => {
    await using project = await jsrProject(registry, {
      "deno.json": `{ "imports": { "the-headers": "jsr:@x/routes@^0.1/headers" } }`,
      "app/route.ts": `import { cookies } from "${specifier}";
export const GET = async () => new Response((await cookies()).get("theme")?.value);`,
    });
    await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
    assertEquals(await answer(server, "/"), "200 dark");
    await stopCleanly(server);
  });
}

Deno.test("a route that imports another version of jsr:@x/routes has the request scope too", async () => {
  await using registry = await startRegistry();
  for (const version of ["0.0.9", config.version]) await publish(registry, { version });
  await using project = await jsrProject(registry, {
    "app/route.ts": `import { cookies } from "jsr:@x/routes@0.0.9/headers";
import { redirect } from "jsr:@x/routes@0.0.9/navigation";
export const GET = async () => redirect("/" + (await cookies()).get("theme")?.value);`,
    "app/[theme]/route.ts": `import { NextResponse } from "jsr:@x/routes@0.0.9/server";
export const GET = () => NextResponse.json("ours");`,
  });
  await using server = await project.serve("run", "-A", CLI, "start", "--port", "0");
  assertEquals(await answer(server, "/"), "307 /dark");
  assertEquals(await answer(server, "/dark"), `200 "ours"`);
  await stopCleanly(server);
});

Deno.test("--cache sqlite:PATH from JSR keeps responses from one start to the next", async () => {
  await using project = await jsrProject(registry, { "app/route.ts": COUNTER });
  for (const _start of ["first", "second"]) {
    await using server = await project.serve("run", "-A", CLI, "start", "--port", "0", "--cache", "sqlite:here/c.db");
    assertEquals(await answer(server, "/"), "200 1");
    await stopCleanly(server);
  }
  assert(await exists(join(project.dir, "here/c.db")));
  const { stdout } = await project.deno("run", "-A", CLI, "cache", "ls", "--cache", "sqlite:here/c.db");
  assertMatch(stdout, /^GET \/ .*\n(?:.*\n)*1 entry, 1 bytes\n$/);
});

for (
  const [what, files] of Object.entries({
    "a folder of routes": {},
    "a project with deno.json": { "deno.json": "{}" },
    "a project that has @redis/client in node_modules": {
      "package.json": `{ "private": true, "dependencies": { "@redis/client": "^5.12.1" } }`,
    },
    "a project whose node_modules Deno keeps": {
      "deno.json": `{ "nodeModulesDir": "auto" }`,
      "package.json": `{ "private": true, "dependencies": {} }`,
    },
  })
) {
  Deno.test({ name: `--cache redis:// from JSR works in ${what}`, ignore: IGNORE_REDIS }, async () => {
    await using redis = await startRedis();
    await using project = await jsrProject(registry, { ...files, "app/route.ts": COUNTER }, { npm: true });
    if (Object.hasOwn(files, "package.json")) await project.deno("install");
    for (const _start of ["first", "second"]) {
      await using server = await project.serve("run", "-A", CLI, "start", "--port", "0", "--cache", redis.url);
      assertEquals(await answer(server, "/"), "200 1");
      await stopCleanly(server);
    }
  });
}

Deno.test("--cache redis:// from JSR names the package that is not in node_modules", async () => {
  await using project = await jsrProject(registry, { ...NODE_MODULES, "app/route.ts": COUNTER });
  const { code, stdout, stderr } = await project.deno("run", "-A", CLI, "start", "--cache", "redis://127.0.0.1:1");
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertMatch(withoutDownloads(stderr), /^[^\n]*@redis\/client[^\n]*node_modules[^\n]*\n$/);
});

Deno.test("every export of deno.json can be imported from JSR, and deno doc reads it", async () => {
  const names = Object.keys(config.exports).map((name) => `jsr:@x/routes${name.slice(1)}`);
  await using project = await jsrProject(registry, {
    "main.ts": names.map((name) => `console.log(Object.keys(await import("${name}")).length > 0);`).join("\n"),
  }, { npm: true });
  const { stdout, stderr } = await project.deno("run", "-A", "main.ts");
  assertEquals(stdout, "true\n".repeat(names.length), stderr);
  for (const doc of await Promise.all(names.map((name) => project.deno("doc", name)))) {
    assertEquals(doc.code, 0, doc.stderr);
    assertMatch(doc.stdout, /^(?:async |private )?(?:function|class|interface|const|var|type) /m);
  }
});
