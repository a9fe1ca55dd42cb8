/** `--unix`: its permissions, its file after a crash, and the URL of requests. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { serveRoutes } from "../../mod.ts";
import { temporaryFiles } from "../helpers/app.ts";
import { build } from "../helpers/build.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { testWithHooks } from "../helpers/hooks.ts";
import { isIgnoredWithout, runProgram } from "../helpers/program.ts";

const ignore = Deno.build.os === "windows" || await isIgnoredWithout("curl");
const FILES = {
  "app/seen/route.ts": `import { headers } from "next/headers";
export const GET = async (request: Request) =>
  new Response([request.url, request.nextUrl.host, (await headers()).get("host"), (await headers()).get("x-forwarded-for")].join(" "));`,
  "app/static/route.ts": `export const dynamic = "force-static"; export const GET = () => new Response("static");`,
};

const curl = (path: string, ...args: readonly string[]) =>
  runProgram("curl", "--silent", "--show-error", "--unix-socket", path, ...args);
const getMode = async (path: string) => ((await Deno.stat(path)).mode! & 0o777).toString(8);

Deno.test({
  name: "routes start --unix PATH answers with the host of the header, and removes its socket when it stops",
  ignore,
  async fn() {
    await using app = await temporaryFiles(FILES);
    const path = `${app.dir}/app.sock`;
    const permissions = [`-N=unix:${path}`, `-R=${app.dir}`, `-W=${path}`];
    await using server = await startCli(["start", app.dir, "--unix", path, "--cache", "memory"], {
      permissions,
      cwd: app.dir,
    });
    assertEquals([server.banner.split("\n")[0], await getMode(path)], [`Listening on unix:${path}`, "660"]);
    const at = (host: string) => `http://${host}/seen?q=1 ${host} ${host} `;
    assertEquals(await curl(path, "http://Example.test/seen?q=1"), at("example.test"));
    assertEquals(await curl(path, "--http2-prior-knowledge", "http://example.test/seen?q=1"), at("example.test"));
    assertEquals(await curl(path, "--http1.0", "--header", "Host:", "http://x/seen?q=1"), at("localhost"));
    assertEquals(await curl(path, "http://example.test/static"), "static");
    assertEquals(await curl(path, "--header", "host: a%2Fb", "--write-out", "%{http_code}", "http://x/seen"), "400");
    assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
    assertEquals(await exists(path), false);
  },
});

Deno.test({
  name: "routes start --unix PATH replaces the socket of a killed server, and leaves that of a running one",
  ignore,
  async fn() {
    await using app = await temporaryFiles(FILES);
    const path = `${app.dir}/app.sock`;
    const env = { UNIX_SOCKET: path };
    await using killed = await startCli(["start", app.dir], { env });
    await killed.stop("SIGKILL");
    assertEquals(await exists(path), true);
    await using _server = await startCli(["start", app.dir, "--unix-mode", "600"], { env });
    assertEquals([await curl(path, "http://x/static"), await getMode(path)], ["static", "600"]);
    assertEquals(await runCli(["start", app.dir], { env }), {
      code: 1,
      stdout: "",
      stderr:
        `Cannot listen on "${path}": another server listens on it, stop that server or choose another path (--unix)\n`,
    });
    assertEquals(await curl(path, "http://x/static"), "static");
    // A port that is given wins.
    await using other = await startCli(["start", app.dir, "--hostname", "127.0.0.1", "--port", "0"], { env });
    assertEquals(await (await fetch(`${other.origin}/static`)).text(), "static");
  },
});

Deno.test({
  name: "a build takes --unix",
  ignore,
  async fn() {
    await using project = await build(FILES);
    const path = `${project.dir}/app.sock`;
    await using server = await project.serve(["--unix", path], { allow: ["-R", "-W"] });
    assertEquals(await curl(path, "http://example.test/static"), "static");
    assertEquals((await server.stop()).stderr, "");
  },
});

testWithHooks("serveRoutes() takes a path, and a signal stops it", async () => {
  if (ignore) return;
  await using app = await temporaryFiles(FILES);
  const path = `${app.dir}/app.sock`;
  const server = await serveRoutes(app.dir, { path, mode: 0o666, onListen() {} });
  const { transport } = server.addr;
  assertEquals([server.addr.path, transport, server.url], [path, "unix", `unix:${path}`]);
  assertEquals([await curl(path, "http://x/static"), await getMode(path)], ["static", "666"]);
  await server.shutdown();
  assertEquals(await exists(path), false);
});

const REFUSED: readonly (readonly [flags: string, code: number, message: string])[] = [
  ["--unix DIR/none/app.sock", 1, 'Cannot listen on "DIR/none/app.sock": its folder does not exist, create it or'],
  ["--unix DIR/deno.json", 1, 'Cannot listen on "DIR/deno.json": a file has this path, remove it or choose another'],
  [`--unix DIR/${"x".repeat(108)}`, 1, `Cannot listen on "DIR/${"x".repeat(108)}": the path of a socket has at most`],
  ["--unix DIR/a --unix-mode 999", 2, 'Cannot set permissions to "999" (--unix-mode): expected three octal digits'],
  ["--unix DIR/a --port 0", 2, "Cannot listen on a port and on a Unix socket: leave out --unix, or --port and"],
  ["--unix DIR/a --tls-cert a --tls-key b", 2, "Cannot serve HTTPS on a Unix socket: leave out --tls-cert and"],
  ["--unix DIR/a --workers 2", 2, "Cannot start workers: a Unix socket has one listener, leave out --workers or"],
];

for (const [flags, code, message] of REFUSED) {
  Deno.test({
    name: `routes start ${flags.replace(/x{9,}/, "xxx…")} is refused with the reason`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using app = await temporaryFiles({ ...FILES, "deno.json": "{}" });
      const result = await runCli(["start", app.dir, ...flags.replaceAll("DIR", app.dir).split(" ")]);
      assertEquals([result.code, result.stdout], [code, ""]);
      assertStringIncludes(result.stderr, message.replaceAll("DIR", app.dir));
    },
  });
}
