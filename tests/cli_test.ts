import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { runCli, startCli } from "./_cli.ts";
import { temporaryFiles } from "./_app.ts";

const HELLO = `export const GET = () => new Response("hello");`;
const project = () => temporaryFiles({ "app/hello/route.ts": HELLO, "app/users/[id]/route.ts": HELLO });

for (const args of [["start", "."], ["."], [], ["start"], ["app"]]) {
  Deno.test(`routes ${args.join(" ")} serves, prints where and what, and stops on SIGTERM with 0`, async () => {
    await using files = await project();
    await using server = await startCli(args, { cwd: files.dir });
    assertMatch(
      server.banner,
      /^Listening on http:\/\/localhost:\d+\/\n {2}GET {2}\/hello\n {2}GET {2}\/users\/\[id\]\n$/,
    );
    assertEquals(await (await fetch(`${server.origin}/hello`)).text(), "hello");
    assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
  });
}

Deno.test("routes start stops on SIGINT too", async () => {
  await using files = await project();
  await using server = await startCli(["start", files.dir]);
  assertEquals((await server.stop("SIGINT")).code, 0);
});

Deno.test("routes start needs no permission but --allow-net and --allow-read", async () => {
  await using files = await project();
  await using server = await startCli(["start", files.dir], { permissions: ["-N", "-R"] });
  assertEquals(await (await fetch(`${server.origin}/hello`)).text(), "hello");
  assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
});

Deno.test("routes start goes on after a floating rejection and a throw in a timer, and logs both", async () => {
  await using files = await temporaryFiles({
    "app/route.ts": `export function GET() {
  Promise.reject(new Error("floating"));
  setTimeout(() => { throw new Error("in a timer"); });
  return new Response("ok");
}`,
  });
  await using server = await startCli(["start", files.dir]);
  await (await fetch(server.origin)).text();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals(await (await fetch(server.origin)).text(), "ok");
  const { code, stderr } = await server.stop();
  assertEquals(code, 0);
  assertStringIncludes(stderr, "A promise was rejected that nobody waits for; the server goes on: Error: floating");
  assertStringIncludes(stderr, "An error was thrown that nobody catches; the server goes on: Error: in a timer");
});

Deno.test("routes start takes PORT and HOSTNAME, flags win", async () => {
  await using files = await project();
  await using server = await startCli(["start", files.dir], { env: { PORT: "1", HOSTNAME: "127.0.0.1" } });
  assertMatch(server.banner, /^Listening on http:\/\/127\.0\.0\.1:\d{4,5}\//);
  const { code, stderr } = await runCli(["start", files.dir], { env: { PORT: "many" } });
  assertEquals([code, stderr], [2, 'Cannot listen on port "many" (PORT): write a whole number from 0 to 65535\n']);
});

Deno.test("routes list prints the routes, for people and as JSON", async () => {
  await using files = await project();
  assertEquals(await runCli(["list", files.dir], { permissions: ["-R"] }), {
    code: 0,
    stdout: "  GET  /hello\n  GET  /users/[id]\n",
    stderr: "",
  });
  const { stdout } = await runCli(["list", files.dir, "--json"]);
  const methods = ["GET", "HEAD", "OPTIONS"];
  assertEquals(JSON.parse(stdout), [
    { id: "/hello", file: "app/hello/route.ts", methods },
    { id: "/users/[id]", file: "app/users/[id]/route.ts", methods },
  ]);
});

const help = await runCli(["--help"]);

const MISTAKES: readonly [args: string[], code: number, stderr: RegExp][] = [
  [["start", "nope"], 1, /^Cannot open "nope": there is no such folder, name an app folder or a project\n$/],
  [["strat"], 1, /^Cannot open "strat": there is no such folder/],
  [["start", "empty"], 1, /^Cannot find a route in ".*empty": no file is named route\.ts, write "empty\/route\.ts"/],
  [["start", "wrong"], 1, /^Cannot parse route "wrong\/\[id\/route\.ts": "\[" is never closed, write "\[id\]"\n$/],
  [["start", "--prot", "1"], 2, /^Cannot read arguments: Unknown option '--prot', see "routes --help"\n$/],
  [
    ["start", "--port", "70000"],
    2,
    /^Cannot listen on port "70000" \(--port\): write a whole number from 0 to 65535\n$/,
  ],
  [["start", "--port", ""], 2, /^Cannot listen on port "" \(--port\)/],
  [["start", "--json"], 2, /^Cannot use "--json": "start" has no such option, see "routes --help"\n$/],
  [["start", "a", "b"], 2, /^Cannot read argument "b": "start" takes one folder\n$/],
  [
    ["start", "good", "--hostname", "203.0.113.1", "-p", "0"],
    1,
    /^Cannot listen on "203\.0\.113\.1": this machine has/,
  ],
];

for (const [args, code, message] of MISTAKES) {
  Deno.test(`routes ${args.join(" ")} ends with ${code} and one clear line`, async () => {
    await using files = await temporaryFiles({
      "empty/page.tsx": "",
      "broken/route.ts": "export const GET = ;",
      "wrong/[id/route.ts": "",
      "good/route.ts": HELLO,
    });
    const result = await runCli(args, { cwd: files.dir });
    assertMatch(result.stderr, message);
    assertEquals([result.code, result.stdout, result.stderr.split("\n").length], [code, "", 2]);
  });
}

Deno.test("routes start shows where a file cannot be parsed", async () => {
  await using files = await temporaryFiles({ "app/route.ts": "export const GET = ;" });
  const { code, stderr } = await runCli(["start", files.dir]);
  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot load route "app\/route\.ts": SyntaxError: Expression expected\n.*export const GET = ;/s);
});

Deno.test("routes start on a taken port says so", async () => {
  await using files = await project();
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = taken.addr as Deno.NetAddr;
  const result = await runCli(["start", files.dir, "-p", `${port}`, "-H", "127.0.0.1"]);
  const stderr = `Cannot listen on port ${port}: it is in use, choose another with --port\n`;
  assertEquals(result, { code: 1, stdout: "", stderr });
});

Deno.test("routes --help names every command and option, --version the version", async () => {
  assertEquals([help.code, help.stderr], [0, ""]);
  for (const word of ["start", "list", "--port", "--hostname", "--json", "--help", "--version"]) {
    assertStringIncludes(help.stdout, word);
  }
  assertEquals((await runCli(["-v"])).stdout, `${config.version}\n`);
});
