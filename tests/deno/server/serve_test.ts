import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createRequestHandler, serveRoutes } from "../../../mod.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";
import { testWithHooks as test } from "../../helpers/hooks.ts";

const OPTIONS = { port: 0, hostname: "127.0.0.1", onListen() {} };
const HELLO = { "app/hello/route.ts": `export const GET = () => new Response("hello");` };

test("serveRoutes() listens, lists its routes, answers and stops", async () => {
  await using project = await temporaryFiles({
    ...HELLO,
    "app/users/[id]/route.ts": `import { cookies } from "next/headers";
import { NextResponse } from "next/server";
export async function GET(request, { params }) {
  return NextResponse.json({ ...await params, path: request.nextUrl.pathname, a: (await cookies()).get("a")?.value });
}`,
  });
  await using server = await serveRoutes(project.dir, OPTIONS);
  assertEquals(server.routes, [
    { id: "/hello", file: "app/hello/route.ts", methods: ["GET", "HEAD", "OPTIONS"] },
    { id: "/users/[id]", file: "app/users/[id]/route.ts", methods: ["GET", "HEAD", "OPTIONS"] },
  ]);
  const origin = `http://127.0.0.1:${server.addr.port}`;
  assertEquals(await (await fetch(`${origin}/hello`)).text(), "hello");
  const user = await fetch(`${origin}/users/7`, { headers: { cookie: "a=1" } });
  assertEquals(await user.json(), { id: "7", path: "/users/7", a: "1" });
  await server.shutdown();
  await server.finished;
});

test("serveRoutes() stops when its signal aborts", async () => {
  await using project = await temporaryFiles(HELLO);
  const controller = new AbortController();
  const server = await serveRoutes(project.dir, { ...OPTIONS, signal: controller.signal });
  controller.abort();
  await server.finished;
});

test("serveRoutes() finishes requests in flight and tasks of after()", async () => {
  await using project = await temporaryFiles({
    "app/route.ts": `import { after } from "next/server";
export async function GET() {
  after(async () => { await new Promise((resolve) => setTimeout(resolve, 30)); globalThis.finishedLater = true; });
  globalThis.entered?.();
  await new Promise((resolve) => setTimeout(resolve, 30));
  return new Response("late");
}`,
  });
  const shared = globalThis as { entered?: () => void; finishedLater?: boolean };
  const entered = new Promise<void>((resolve) => shared.entered = resolve);
  const server = await serveRoutes(project.dir, OPTIONS);
  const answer = fetch(`http://127.0.0.1:${server.addr.port}/`).then((response) => response.text());
  await entered;
  await server.shutdown();
  assertEquals([await answer, shared.finishedLater], ["late", true]);
});

test("serveRoutes() reports every module that cannot be loaded, and does not listen", async () => {
  await using project = await temporaryFiles({
    ...HELLO,
    "app/a/route.ts": "throw new Error('first');",
    "app/b/route.ts": "throw new Error('second');",
  });
  const error = await assertRejects(() => serveRoutes(project.dir, OPTIONS), AggregateError);
  assertEquals(error.message.split("\n"), [
    'Cannot load route "app/a/route.ts": Error: first',
    'Cannot load route "app/b/route.ts": Error: second',
  ]);
});

test("serveRoutes() with lazy loads modules on their first request", async () => {
  await using project = await temporaryFiles({ ...HELLO, "app/bad/route.ts": "throw new Error('first');" });
  await using server = await serveRoutes(project.dir, { ...OPTIONS, lazy: true });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  assertEquals(server.routes[0]!.methods, []);
  const lines = await captured("error", async () => {
    const response = await fetch(`${origin}/bad`);
    assertEquals([response.status, await response.text()], [500, ""]);
  });
  assertStringIncludes(lines[0]!, 'Cannot load route "app/bad/route.ts": Error: first');
  assertEquals(await (await fetch(`${origin}/hello`)).text(), "hello");
});

test("createRequestHandler() answers without a socket, from a folder", async () => {
  await using project = await temporaryFiles(HELLO);
  const app = await createRequestHandler(project.dir);
  assertEquals(await (await app.fetch(new Request("http://localhost/hello"))).text(), "hello");
  assertEquals(app.routes.map(({ id }) => id), ["/hello"]);
});

test("createRequestHandler() warns about names that are probably unintended", async () => {
  await using project = await temporaryFiles({ "app/[id].json/route.ts": "export const GET = () => {};" });
  const lines = await captured("warn", () => createRequestHandler(project.dir));
  assertEquals(lines.length, 1);
  assertStringIncludes(lines[0]!, '"[id].json" mixes brackets with text');
});

test("createRequestHandler() requires load with a manifest", async () => {
  const manifest = { version: 1, routes: [], warnings: [] } as const;
  await assertRejects(() => createRequestHandler(manifest), TypeError, 'pass "load" with it');
});

Deno.test("createRequestHandler() returns a handler for deno serve", async () => {
  const mod = new URL("../../../mod.ts", import.meta.url);
  await using project = await temporaryFiles({
    ...HELLO,
    "main.ts": `import { createRequestHandler } from "${mod}";
export default await createRequestHandler(import.meta.dirname + "/app");`,
  });
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const args = ["serve", "-A", "--config", config, "--port", "0", "--host", "127.0.0.1", `${project.dir}/main.ts`];
  const env = { NO_COLOR: "1" };
  const child = new Deno.Command(Deno.execPath(), { args, env, stdout: "null", stderr: "piped" }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/http:\S+/.test(text)) text += (await reader.read()).value ?? "";
  await reader.cancel();
  assertEquals(await (await fetch(`${/http:[^\s]+?(?=\/?\s)/.exec(text + " ")![0]}/hello`)).text(), "hello");
  child.kill();
  await child.status;
});
