/**
 * Serves builds; their projects are removed.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answer, type Build, build, cached, filesBelow, says, spawnServer, stopWell } from "../helpers/build.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";

const FILES = {
  "app/route.ts": says("hello"),
  "app/users/[id]/route.ts": `import { cookies } from "next/headers";
import { NextResponse, type NextRequest } from "next/server";
export async function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  const theme = (await cookies()).get("theme")?.value;
  return NextResponse.json([(await params).id, theme, request.nextUrl.protocol]);
}`,
  "app/posts/[slug]/route.ts": `let runs = 0;
export const generateStaticParams = () => [{ slug: "one" }, { slug: "two" }];
export async function GET(_: Request, { params }: { params: Promise<{ slug: string }> }) {
  await fetch("data:,x", { next: { tags: ["posts"] } });
  return new Response((await params).slug + ++runs);
}`,
  "app/drop/route.ts": `import { revalidateTag } from "next/cache";
/** Drops the posts. */
export function POST() { revalidateTag("posts", { expire: 0 }); return new Response("dropped"); }`,
  "app/slow/route.ts": `export async function GET() {
  await new Promise((resolve) => setTimeout(resolve, 300));
  return new Response("slow");
}`,
};

let built: Build;
let prewarmed: Build;

Deno.test.beforeAll(async () => {
  [built, prewarmed] = await Promise.all([build(FILES), build(FILES, { flags: ["--prewarm", "--redis"] })]);
});

Deno.test.afterAll(async () => {
  await built[Symbol.asyncDispose]();
  await prewarmed[Symbol.asyncDispose]();
});

const COOKIE = { headers: { cookie: "theme=dark" } };
const USER = `200 ["7","dark","http:"]`;

Deno.test("a build does not contain the path at which it was made", async () => {
  assertEquals(await filesBelow(built.dir), ["dist/handler.js", "dist/server.js"]);
  const code = await Deno.readTextFile(`${built.dist}/server.js`);
  assertEquals(code.includes(built.dir), false);
  assertEquals([...code.matchAll(/^(?:import|export) .* from "(?!node:)(.*)"/gm)].map(([, name]) => name), []);
});

Deno.test("a build serves with only network permission, and prints its address and routes", async () => {
  await using server = await built.serve();
  assertMatch(server.banner, /^Listening on http:\/\/127\.0\.0\.1:\d+\/\n/);
  assertEquals(await answer(server, "/users/7", COOKIE), USER);
  assertEquals(await cached(server, "/posts/one"), "MISS one1");
  assertEquals(await cached(server, "/posts/one"), "HIT one1");
  const { code, stdout, stderr } = await server.stop();
  assertEquals([code, stderr], [0, ""]);
  assertMatch(server.banner + stdout, /^ {2}GET +\/\n(?:.*\n)* {2}GET +\/users\/\[id\]\n$/m);
});

for (const flag of [[], ["--parallel"]]) {
  Deno.test(`a build serves under ${["deno serve", ...flag].join(" ")}`, async () => {
    const args = ["serve", ...flag, "--no-config", "--port", "0", "--host", "127.0.0.1", "dist/handler.js"];
    await using server = await spawnServer(args, { cwd: built.dir });
    assertEquals(await answer(server, "/users/7", COOKIE), USER);
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(server, "/")));
    assertEquals(new Set(answers), new Set(["200 hello"]));
    const { stdout, stderr } = await server.stop("SIGKILL");
    assertEquals(stdout, "");
    assertMatch(stderr, /^deno serve: Listening on .*\n$/);
  });
}

Deno.test("a build under deno serve accepts flags after its name", async () => {
  const args = ["serve", "--no-config", "-A", "--port", "0", "--host", "127.0.0.1", "dist/handler.js"];
  await using server = await spawnServer([...args, "--trust-proxy", "--log", "json"], { cwd: built.dir });
  const headers = { ...COOKIE.headers, "x-forwarded-proto": "https" };
  assertEquals(await answer(server, "/users/7", { headers }), `200 ["7","dark","https:"]`);
  const { stdout } = await server.stop("SIGKILL");
  assertEquals(JSON.parse(stdout.trim()).status, 200);
});

Deno.test("a build that another program imports answers requests, but does not listen", async () => {
  await Deno.writeTextFile(
    `${built.dir}/main.ts`,
    `import app from "./dist/handler.js";
const response = await app.fetch(new Request("http://localhost/users/7", ${JSON.stringify(COOKIE)}));
console.log(response.status, await response.text());`,
  );
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "main.ts", "--port", "nonsense"],
    cwd: built.dir,
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  // It must not listen, for which it has no permission, and exits by itself.
  assertEquals([code, decoder.decode(stdout), decoder.decode(stderr)], [0, `${USER}\n`, ""]);
  await Deno.remove(`${built.dir}/main.ts`);
});

Deno.test("a build uses PORT, HOSTNAME and CACHE_URL, and flags override them", async () => {
  const env = { PORT: "1", HOSTNAME: "192.0.2.1", CACHE_URL: "sqlite:here/c.db" };
  await using server = await built.serve(["--log", "off"], { allow: ["-E", "-R=.", "-W=."], env });
  assertEquals(await cached(server, "/posts/one"), "MISS one1");
  await stopWell(server);
  assertEquals((await filesBelow(built.dir)).slice(0, 3), ["dist/handler.js", "dist/server.js", "here/c.db"]);
  await Deno.remove(`${built.dir}/here`, { recursive: true });
  const { code, stderr } = await built.run([], { allow: ["-E"], env: { PORT: "many" } });
  assertEquals([code, stderr], [2, 'Cannot listen on port "many" (PORT): expected a whole number from 0 to 65535\n']);
});

Deno.test("a build supports --log and --trust-proxy", async () => {
  await using server = await built.serve(["--log", "json", "--trust-proxy"]);
  const headers = { ...COOKIE.headers, "x-forwarded-proto": "https" };
  assertEquals(await answer(server, "/users/7", { headers }), `200 ["7","dark","https:"]`);
  const { stdout } = await server.stop();
  const [listening, request] = (server.banner + stdout).trim().split("\n").map((line) => JSON.parse(line));
  assertEquals([listening.message, listening.routes, request.path, request.route], [
    "Listening",
    5,
    "/users/7",
    "/users/[id]",
  ]);
});

const NO_CLIENT = 'Cannot open cache "redis:": its client is not in this build, build with "routes build --redis"';
const NAMES = ", expected --port, --hostname, --unix, --unix-mode, --tls-cert, --tls-key, --cache, --cache-size, " +
  "--prewarm, --trust-proxy, --log, --log-sample, --health, --metrics, --no-cron, --lazy, --body-limit, --openapi, " +
  "--grace, --linger\n";
const MISTAKES: readonly (readonly [flags: readonly string[], code: number, stderr: string])[] = [
  [["--prot", "1"], 2, 'Unknown option "--prot": did you mean "--port"?\n'],
  [["extra"], 2, `Cannot read arguments: Unexpected argument 'extra'${NAMES}`],
  [["--port", "99999"], 2, 'Cannot listen on port "99999" (--port): expected a whole number from 0 to 65535\n'],
  [["--log", "xml"], 2, 'Cannot log as "xml" (--log): expected pretty, json or off\n'],
  [["--cache", "nope"], 1, 'Cannot open cache "nope": expected memory, sqlite:PATH, kv:PATH or redis://HOST:PORT\n'],
  [["--cache", "redis://127.0.0.1:1"], 1, `${NO_CLIENT}\n`],
];

Deno.test("a build serves the OpenAPI document with --openapi, and only then", async () => {
  for (const [flags, path] of [[["--openapi"], "/openapi.json"], [["--openapi", "/api.json"], "/api.json"]] as const) {
    await using server = await built.serve(flags);
    const { info, paths } = await (await fetch(server.origin + path)).json();
    assertEquals(info, { title: "API", version: "0.0.0" });
    assertEquals(Object.keys(paths), ["/", "/drop", "/posts/{slug}", "/slow", "/users/{id}"]);
    assertEquals(paths["/drop"].post.summary, "Drops the posts");
  }
  await using server = await built.serve();
  assertEquals(await answer(server, "/openapi.json"), "404 Not Found");
});

Deno.test("a build exits with 2 for an invalid flag and with 1 for an invalid cache, and prints why in one line", async () => {
  const results = await Promise.all(MISTAKES.map(([flags]) => built.run(flags)));
  assertEquals(results, MISTAKES.map(([, code, stderr]) => ({ code, stdout: "", stderr })));
});

Deno.test("a build prints that the port is in use, and exits with 1", async () => {
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const port = `${taken.addr.port}`;
  const stderr = `Cannot listen on port ${port}: it is in use, choose another port (--port)\n`;
  assertEquals(await built.run(["-p", port, "-H", "127.0.0.1"]), { code: 1, stdout: "", stderr });
});

Deno.test("a build under deno serve exits with 1 if the port is in use", async () => {
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const args = ["serve", "--no-config", "--port", `${taken.addr.port}`, "--host", "127.0.0.1", "dist/handler.js"];
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: built.dir }).output();
  assertEquals(code, 1);
});

Deno.test("a build finishes requests in flight when a signal stops it, and exits with 0", async () => {
  await using server = await built.serve(["--log", "json"]);
  const slow = answer(server, "/slow");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const stopped = server.stop("SIGTERM");
  assertEquals(await slow, "200 slow");
  assertEquals((await stopped).code, 0);
});

Deno.test("a build names the file that throws when it is imported, and exits with 1", async () => {
  const throws = 'import { x } from "../../lib/x";\nthrow new Error("no " + x);';
  const files = { "app/route.ts": says("ok"), "app/a/route.ts": throws, "lib/x.ts": 'export const x = "luck";' };
  await using broken = await build(files);
  const { code, stdout, stderr } = await broken.run(["--port", "0"]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Cannot load route "app\/a\/route\.ts": .*no luck\n$/);
});

Deno.test("a build closes its cache, so that all entries are in one file", async () => {
  assertEquals(await filesBelow(prewarmed.dist), ["cache/cache.db", "handler.js", "server.js"]);
});

const CACHE = ["-R=dist/cache", "-W=dist/cache"];

Deno.test("a build with --prewarm has cached responses next to it, until their tag is invalidated", async () => {
  assertStringIncludes(prewarmed.stdout, "\nPrewarmed 2 of 2 responses in ");
  assertStringIncludes(prewarmed.stdout, "deno run -N -R=dist/cache -W=dist/cache dist/server.js\n");
  {
    await using server = await prewarmed.serve([], { allow: CACHE });
    assertEquals(await cached(server, "/posts/one"), "HIT one1");
    assertEquals(await answer(server, "/drop", { method: "POST" }), "200 dropped");
    assertEquals(await cached(server, "/posts/one"), "MISS one1");
    assertEquals(await cached(server, "/posts/three"), "MISS three2");
    await stopWell(server);
  }
  await using server = await prewarmed.serve([], { allow: CACHE });
  assertEquals(await cached(server, "/posts/three"), "HIT three2");
});

Deno.test("a build with --prewarm warns if it must not write, and caches in memory", async () => {
  await using server = await prewarmed.serve([], { allow: ["-R=dist/cache"] });
  assertEquals(await cached(server, "/posts/one"), "MISS one1");
  const { code, stderr } = await server.stop();
  const folder = `${prewarmed.dist}/cache`;
  const wanted = `Caching in memory: "${folder}" is not writable, add --allow-write="${folder}" or --cache memory\n`;
  assertEquals({ code, stderr }, { code: 0, stderr: wanted });
});

Deno.test({ name: "a build with --redis stores its cached responses in Redis", ignore: IGNORE_REDIS }, async () => {
  await using redis = await startRedis();
  for (const state of ["MISS", "HIT"]) {
    await using server = await prewarmed.serve(["--cache", redis.url]);
    assertEquals(await cached(server, "/posts/one"), `${state} one1`);
    await stopWell(server);
  }
  assertMatch(await redis.command("DBSIZE"), /^:[1-9]/);
});

Deno.test("a build has the modules of Next.js, by named and default imports and by require()", async () => {
  await using built = await build({
    "app/route.ts": `import server, { NextResponse } from "next/server";
import * as link from "next/link";
import { Inter } from "next/font/google";
import localFont from "next/font/local.js";
import { lang } from "next/root-params";
import { PHASE_PRODUCTION_SERVER } from "next/constants";
import { isRedirectError } from "next/dist/client/components/redirect-error";
import { name } from "../lib/next.cjs";
import next from "next";
export const GET = () => NextResponse.json([
  server.NextResponse === NextResponse, typeof link.default, link.useLinkStatus.name, Inter().className,
  localFont({}).className, typeof lang, PHASE_PRODUCTION_SERVER, isRedirectError(1), name, typeof next,
]);`,
    "lib/next.cjs": `exports.name = require("next/navigation").useRouter.name;`,
  });
  await using server = await built.serve();
  const wanted = [
    true,
    "function",
    "useLinkStatus",
    "__className_inter",
    "__className_localfont",
    "function",
    "phase-production-server",
    false,
    "useRouter",
    "function",
  ];
  assertEquals(await answer(server, "/"), `200 ${JSON.stringify(wanted)}`);
});
