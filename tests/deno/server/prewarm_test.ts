import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { serveRoutes } from "../../../mod.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";
import { testWithHooks as test } from "../../helpers/hooks.ts";

const OPTIONS = { port: 0, hostname: "127.0.0.1", onListen() {}, onError() {}, prewarm: true };

const FILES = {
  "app/static/route.ts": `let runs = 0;
export const revalidate = 60;
export const GET = () => new Response("static " + ++runs);`,
  "app/route.ts": `export const dynamic = "force-static";
export const GET = () => new Response("root");`,
  "app/posts/[slug]/route.ts": `export const generateStaticParams = () => [{ slug: "one" }, { slug: "two words" }];
export async function GET(_, { params }) { return new Response((await params).slug); }`,
  "app/any/[id]/route.ts": `export const dynamic = "force-static";
export const GET = () => new Response("on demand");`,
  "app/dynamic/route.ts": `globalThis.prewarmedDynamic = 0;
export const GET = () => { globalThis.prewarmedDynamic++; return new Response("dynamic"); };`,
};

/** Starts a server of the files, and asks it for paths. */
async function prewarmed(
  files: Record<string, string>,
  paths: readonly string[],
  options: { basePath?: string; lazy?: boolean } = {},
): Promise<{ lines: string[]; answers: string[] }> {
  await using project = await temporaryFiles(files);
  const answers: string[] = [];
  const lines = await captured("log", async () => {
    await using server = await serveRoutes(project.dir, { ...OPTIONS, ...options });
    for (const path of paths) {
      const response = await fetch(`http://127.0.0.1:${server.addr.port}${path}`);
      answers.push(`${response.headers.get("x-nextjs-cache")} ${await response.text()}`);
    }
  });
  return { lines, answers };
}

test("prewarm() generates every response with a known path, and the first request is a HIT", async () => {
  const paths = ["/", "/static", "/posts/one", "/posts/two%20words", "/posts/three", "/any/1", "/dynamic"];
  const { lines, answers } = await prewarmed(FILES, paths);
  assertMatch(lines.join("\n"), /^Prewarmed 4 of 4 responses in \d+ ms$/);
  assertEquals(answers, [
    "HIT root",
    "HIT static 1",
    "HIT one",
    "HIT two words",
    "MISS three",
    "MISS on demand",
    "null dynamic",
  ]);
  assertEquals((globalThis as { prewarmedDynamic?: number }).prewarmedDynamic, 1);
});

test("prewarm() asks the routes, not a proxy or a redirect before them", async () => {
  const { lines, answers } = await prewarmed({
    ...FILES,
    "proxy.ts": `export const proxy = () => new Response("no", { status: 401 });
export const config = { matcher: { source: "/static", missing: [{ type: "query", key: "key" }] } };`,
    "next.config.ts": `export default {
  redirects: () => [{ source: "/posts/one", missing: [{ type: "query", key: "key" }], destination: "/", permanent: true }],
};`,
  }, ["/static", "/static?key", "/posts/one?key"]);
  assertMatch(lines.join("\n"), /^Prewarmed 4 of 4 responses in \d+ ms$/);
  assertEquals(answers, ["null no", "HIT static 1", "HIT one"]);
});

test("prewarm() works below a base path", async () => {
  const { lines, answers } = await prewarmed(FILES, ["/docs/static", "/docs", "/docs/posts/one"], {
    basePath: "/docs",
  });
  assertMatch(lines.join("\n"), /^Prewarmed 4 of 4 responses in \d+ ms$/);
  assertEquals(answers, ["HIT static 1", "HIT root", "HIT one"]);
});

test("prewarm() loads the routes of a lazy server, and counts those that cannot be loaded", async () => {
  const files = { ...FILES, "app/bad/route.ts": "export const revalidate = -1;" };
  const { lines, answers } = await prewarmed(files, ["/static", "/posts/one"], { lazy: true });
  assertMatch(lines.join("\n"), /^Prewarmed 4 of 5 responses in \d+ ms, 1 failed$/);
  assertEquals(answers, ["HIT static 1", "HIT one"]);
});

test("prewarm() counts failures, and the server starts anyway", async () => {
  const files = {
    ...FILES,
    "app/bad/route.ts": `export const revalidate = 60;
export const GET = () => { throw new Error("boom"); };`,
  };
  const { lines, answers } = await prewarmed(files, ["/static", "/bad"]);
  assertMatch(lines.join("\n"), /^Prewarmed 4 of 5 responses in \d+ ms, 1 failed$/);
  assertEquals(answers, ["HIT static 1", "null "]);
});

test("prewarm() of an application without cached responses prints that there are none", async () => {
  const { "app/dynamic/route.ts": only } = FILES;
  const { lines } = await prewarmed({ "app/route.ts": only }, []);
  assertMatch(lines.join("\n"), /^Prewarmed 0 of 0 responses in \d+ ms$/);
});

test("prewarm() with an invalid list is an error that names the file, and the server does not listen", async () => {
  await using project = await temporaryFiles({
    "app/posts/[slug]/route.ts": `export const generateStaticParams = () => "all";
export const GET = () => new Response();`,
  });
  const error = await assertRejects(() => serveRoutes(project.dir, OPTIONS), TypeError);
  assertEquals(
    error.message,
    'Cannot read generateStaticParams of "app/posts/[slug]/route.ts": it returned the string all, return an array of params',
  );
});

test("serveRoutes() without prewarm generates nothing in advance", async () => {
  await using project = await temporaryFiles(FILES);
  const lines = await captured("log", async () => {
    await using server = await serveRoutes(project.dir, { ...OPTIONS, prewarm: false });
    const response = await fetch(`http://127.0.0.1:${server.addr.port}/static`);
    assertEquals([response.headers.get("x-nextjs-cache"), await response.text()], ["MISS", "static 1"]);
  });
  assertEquals(lines, []);
});
