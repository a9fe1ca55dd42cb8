/** `--health`: the responses while the server runs, and while it stops. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import { serveRoutes } from "../../../mod.ts";
import type { HealthReport } from "../../../src/deno/server/health.ts";
import { createHealthCheck } from "../../../src/deno/server/health.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { build } from "../../helpers/build.ts";
import { runCli, startCli } from "../../helpers/cli.ts";
import { testWithHooks } from "../../helpers/hooks.ts";

const FILES = {
  "deno.json": `{ "version": "1.2.3" }`,
  "app/hello/route.ts": `export const GET = () => new Response("hello");`,
  "app/[...all]/route.ts": `export const GET = () => new Response("all");`,
  "proxy.ts": `export const proxy = () => new Response("from the proxy");`,
};

for (
  const [isStopping, isCacheAvailable, status, expected] of [
    [false, true, 200, { status: "ok", cache: "ok" }],
    [false, false, 200, { status: "ok", cache: "unavailable" }],
    [true, true, 503, { status: "stopping", cache: "ok" }],
  ] as const
) {
  Deno.test(`a health check is ${status} with ${JSON.stringify(expected)}`, async () => {
    const check = createHealthCheck({
      version: undefined,
      isStopping: () => isStopping,
      isCacheAvailable: () => isCacheAvailable,
    });
    const response = check();
    const { uptime, ...report }: HealthReport = await response.json();
    assertEquals([response.status, report], [status, { version: null, ...expected }]);
    assert(uptime >= 0 && uptime < 60);
    assertEquals(response.headers.get("cache-control"), "no-store");
  });
}

Deno.test("--health is answered before the proxy, is not logged, and is 503 from SIGTERM until the end", async () => {
  await using app = await temporaryFiles(FILES);
  await using server = await startCli(["start", app.dir, "--log", "json", "--health", "--linger", "1500ms"]);
  const check = async (init?: RequestInit) => {
    const response = await fetch(`${server.origin}/_health?x=1`, init);
    return { status: response.status, text: await response.text(), connection: response.headers.get("connection") };
  };
  const { status, text } = await check();
  assertEquals(status, 200);
  assertMatch(text, /^\{"status":"ok","version":"1\.2\.3","uptime":[\d.]+,"cache":"ok"\}$/);
  assertEquals(await check({ method: "HEAD" }), { status: 200, text: "", connection: null });
  assertEquals((await check({ method: "POST" })).status, 405);
  assertEquals(await (await fetch(`${server.origin}/hello`)).text(), "from the proxy");
  const start = performance.now();
  const stopped = server.stop("SIGTERM");
  await delay(200);
  const stopping = await check();
  assertEquals([stopping.status, stopping.connection, JSON.parse(stopping.text).status], [503, "close", "stopping"]);
  // Until the balancer has noticed, requests are answered as before.
  assertEquals(await (await fetch(`${server.origin}/hello`)).text(), "from the proxy");
  const { code, stdout, stderr } = await stopped;
  assert(performance.now() - start >= 1500);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.trimEnd().split("\n").map((line) => JSON.parse(line).path), ["/hello", "/hello"]);
});

Deno.test("without --health the path is one of the project", async () => {
  await using app = await temporaryFiles({ "app/[...all]/route.ts": FILES["app/[...all]/route.ts"] });
  await using server = await startCli(["start", app.dir]);
  assertEquals(await (await fetch(`${server.origin}/_health`)).text(), "all");
});

Deno.test("a build takes --health with a path, and knows the version of the project", async () => {
  await using project = await build(FILES);
  await using server = await project.serve(["--health", "/up"]);
  assertEquals((await (await fetch(`${server.origin}/up`)).json()).version, "1.2.3");
});

testWithHooks("serveRoutes() takes the path of health checks, and refuses one that a route has", async () => {
  await using app = await temporaryFiles({ "app/hello/route.ts": FILES["app/hello/route.ts"] });
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  {
    await using server = await serveRoutes(app.dir, { ...options, health: true });
    const { status, version } = await (await fetch(`${server.url}_health`)).json();
    assertEquals([status, version], ["ok", null]);
  }
  for (
    const [chosen, reason] of [
      [
        { health: "/hello" },
        'Cannot answer at "/hello" (--health): app/hello/route.ts has this path, choose another one',
      ],
      [
        { health: "/x", metrics: "/x" },
        'Cannot answer at "/x" (--metrics): another option has this path, choose another one',
      ],
      [{ health: "up" }, 'Cannot answer at "up" (--health): expected a path that begins with "/", such as /_health'],
    ] as const
  ) {
    const error = await serveRoutes(app.dir, { ...options, ...chosen }).then(() => undefined, (error) => error);
    assertEquals(error?.message, reason);
  }
});

for (const path of ["", "up", "//up", "/up/", "/../up", "/u p", "/"]) {
  Deno.test(`routes start --health "${path}" is refused`, async () => {
    const { code, stderr } = await runCli(["start", `--health=${path}`]);
    assertEquals(code, 2);
    assertEquals(
      stderr,
      `Cannot answer at "${path}" (--health): expected a path that begins with "/", such as /_health\n`,
    );
  });
}
