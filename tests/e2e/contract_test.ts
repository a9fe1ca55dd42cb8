/** A project with a contract, from JSR: type-checked, developed, started, built. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { CliServer } from "../helpers/cli.ts";
import { CLI, type JsrProject, jsrProject } from "../helpers/jsr_project.ts";
import { publish, startRegistry } from "../helpers/registry.ts";

const ROUTE = `import { NextResponse } from "next/server";
import { secureHeaders } from "@x/routes/middleware";
import { route, type StandardSchema } from "@x/routes/route";

const User: StandardSchema<{ name: string }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof (value as { name?: unknown }).name === "string"
        ? { value: value as { name: string } }
        : { issues: [{ message: "is no string", path: ["name"] }] },
  },
};

export const PATCH = route(
  { params: "/users/[id]", body: User, responses: { 200: User }, maxBody: "1kb", use: [secureHeaders()] },
  (_request, { params, body }) => {
    const name: unknown = body.name === "wrong" ? 1 : params.id + body.name;
    return NextResponse.json({ name: name as string });
  },
);
`;

/** What is sent, and what a server in production answers. */
const EXCHANGES: readonly [body: string, answer: string][] = [
  [`{ "name": "Ada" }`, `200 {"name":"7Ada"}`],
  [`{ "name": 1 }`, `400 [{"in":"body","path":["name"],"message":"is no string"}]`],
  [`{ "name": "${"a".repeat(1024)}" }`, "413 Expected a body of at most 1024 bytes"],
  [`{ "name": "wrong" }`, `200 {"name":1}`],
];

async function send({ origin }: CliServer, body: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${origin}/users/7`, { method: "PATCH", headers, body });
  const text = await response.text();
  if (response.ok) assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  if (response.headers.get("content-type") !== "application/problem+json") return `${response.status} ${text}`;
  const { errors, detail } = JSON.parse(text);
  return `${response.status} ${errors === undefined ? detail : JSON.stringify(errors)}`;
}

async function newProject(project: JsrProject): Promise<string> {
  const { code, stderr } = await project.deno("run", "-A", CLI, "init", "my");
  assertEquals(code, 0, stderr);
  const dir = join(project.dir, "my");
  await Deno.mkdir(join(dir, "app", "users", "[id]"), { recursive: true });
  await Deno.writeTextFile(join(dir, "app", "users", "[id]", "route.ts"), ROUTE);
  return dir;
}

Deno.test("a contract is type-checked, developed, started and built", async (t) => {
  await using registry = await startRegistry();
  await publish(registry);
  // What bundles is a package of npm.
  await using project = await jsrProject(registry, {}, { npm: true });
  const my = project.folder("my");
  await newProject(project);

  await t.step("it type-checks", async () => {
    const { code, stderr } = await my.deno("task", "check");
    assertEquals(code, 0, stderr);
  });

  await t.step("routes start serves it", async () => {
    await using server = await my.serve("run", "-A", CLI, "start", "--port", "0", "--cache", "memory");
    for (const [body, expected] of EXCHANGES) assertEquals(await send(server, body), expected);
    await server.stop();
  });

  await t.step("routes dev shows an invalid response", async () => {
    await using server = await my.serve("run", "-A", CLI, "dev", "--port", "0");
    assertEquals(await send(server, EXCHANGES[0]![0]), EXCHANGES[0]![1]);
    const answer = await send(server, `{ "name": "wrong" }`);
    assertStringIncludes(answer, "500 ");
    assertStringIncludes(answer, "its response 200 does not match the contract: name: is no string");
    await server.stop();
  });

  await t.step("routes openapi prints its document, which routes dev shows on a page", async () => {
    const { code, stdout, stderr } = await my.deno("run", "-A", CLI, "openapi", "--types");
    assertEquals(code, 0, stderr);
    const { info, paths } = JSON.parse(stdout);
    assertEquals(info.title, "API");
    assertEquals(paths["/users/{id}"].patch.operationId, "patchUsersById");
    await using server = await my.serve("run", "-A", CLI, "dev", "--port", "0");
    const document = await (await fetch(`${server.origin}/_routes/openapi.json`)).json();
    assertEquals(Object.keys(document.paths), Object.keys(paths));
    const script = await fetch(`${server.origin}/_routes/docs/scalar.js`);
    assertEquals([script.status, script.headers.get("content-type")], [200, "text/javascript; charset=utf-8"]);
    assertStringIncludes(await script.text(), "createApiReference");
    await server.stop();
  });

  await t.step("routes build serves it", async () => {
    const { code, stderr } = await my.deno("run", "-A", CLI, "build");
    assertEquals(code, 0, stderr);
    const args = ["run", "--no-prompt", "-N", "dist/server.js", "--port", "0", "--hostname", "127.0.0.1"];
    await using server = await my.serve(...args);
    for (const [body, expected] of EXCHANGES) assertEquals(await send(server, body), expected);
    await server.stop();
  });
});
