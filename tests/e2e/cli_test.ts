import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { formatCommandHelp, formatHelp } from "../../src/deno/commands/help.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { temporaryFiles } from "../helpers/app.ts";

const HELLO = `export const GET = () => new Response("hello");`;
const project = () => temporaryFiles({ "app/hello/route.ts": HELLO, "app/users/[id]/route.ts": HELLO });

for (const args of [["start", "."], ["."], [], ["start"], ["app"]]) {
  Deno.test(`routes ${args.join(" ")} serves, prints its address and routes, and exits with 0 on SIGTERM`, async () => {
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

Deno.test("routes start also stops on SIGINT", async () => {
  await using files = await project();
  await using server = await startCli(["start", files.dir]);
  assertEquals((await server.stop("SIGINT")).code, 0);
});

Deno.test("routes start needs only --allow-net and --allow-read", async () => {
  await using files = await project();
  await using server = await startCli(["start", files.dir], { permissions: ["-N", "-R"] });
  assertEquals(await (await fetch(`${server.origin}/hello`)).text(), "hello");
  assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
});

const MISTAKES: readonly [args: string[], code: number, stderr: RegExp][] = [
  [["start", "nope"], 1, /^Cannot open "nope": there is no such folder, name an app folder or a project\n$/],
  [["strat"], 2, /^Unknown command "strat": did you mean "start"\?\n$/],
  [["nothing"], 2, /^Unknown command "nothing": expected init, dev, start, .*, cache or a folder\n$/],
  [["./strat"], 1, /^Cannot open ".\/strat": there is no such folder, name an app folder or a project\n$/],
  [["lisst"], 1, /^Cannot find a route in ".*lisst"/],
  [["typegen", "good", "--out", "nope/r.d.ts"], 1, /^Cannot write ".*nope\/r\.d\.ts": its folder does not exist/],
  [["start", "empty"], 1, /^Cannot find a route in ".*empty": no file is named route\.ts, write "empty\/route\.ts"/],
  [
    ["start", "wrong"],
    1,
    /^Cannot parse route "wrong\/\[id\/route\.ts": "\[" is never closed, rename the folder to "\[id\]"\n$/,
  ],
  [["start", "--prot", "1"], 2, /^Unknown option "--prot": did you mean "--port"\?\n$/],
  [
    ["start", "--port"],
    2,
    /^Cannot read arguments: Option '-p, --port <value>' argument missing, see "routes start --help"\n$/,
  ],
  [
    ["start", "--port", "70000"],
    2,
    /^Cannot listen on port "70000" \(--port\): expected a whole number from 0 to 65535\n$/,
  ],
  [["start", "--port", ""], 2, /^Cannot listen on port "" \(--port\)/],
  [["start", "--json"], 2, /^Cannot use "--json" with "start": it is an option of "list"\n$/],
  [
    ["list", "--cache", "memory"],
    2,
    /^Cannot use "--cache" with "list": it is an option of "dev", "start", "cron", and "cache"\n$/,
  ],
  [["start", "a", "b"], 2, /^Cannot read argument "b": "start" takes one folder\n$/],
  [
    ["start", "good", "--hostname", "203.0.113.1", "-p", "0"],
    1,
    /^Cannot listen on "203\.0\.113\.1": this machine has no such address, choose another host name/,
  ],
];

for (const [args, code, message] of MISTAKES) {
  Deno.test(`routes ${args.join(" ")} exits with ${code} and one clear line`, async () => {
    await using files = await temporaryFiles({
      "empty/page.tsx": "",
      "broken/route.ts": "export const GET = ;",
      "wrong/[id/route.ts": "",
      "good/route.ts": HELLO,
      "lisst/page.tsx": "",
    });
    const result = await runCli(args, { cwd: files.dir });
    assertMatch(result.stderr, message);
    assertEquals([result.code, result.stdout, result.stderr.split("\n").length], [code, "", 2]);
  });
}

const PRINTED: readonly (readonly [args: string, printed: string])[] = [
  ["--help", formatHelp()],
  ["help", formatHelp()],
  ["start --help", formatCommandHelp("start")],
  ["help start", formatCommandHelp("start")],
  ["-v", config.version],
];

for (const [args, printed] of PRINTED) {
  Deno.test(`routes ${args} prints ${printed.split("\n")[0]}`, async () => {
    assertEquals(await runCli(args.split(" ")), { code: 0, stdout: `${printed}\n`, stderr: "" });
  });
}

Deno.test("routes start says how far it is if the imports take longer than a second", async () => {
  await using files = await temporaryFiles({
    "app/slow/route.ts":
      `await new Promise((resolve) => setTimeout(resolve, 1200)); export const GET = () => new Response("slow");`,
    "app/fast/route.ts": `export const GET = () => new Response("fast");`,
  });
  await using server = await startCli(["start", files.dir]);
  assertStringIncludes(server.banner, "Importing routes: 0 of 2 so far\nListening on ");
  assertEquals(await (await fetch(`${server.origin}/slow`)).text(), "slow");
});

Deno.test("routes app serves a folder of that name, with read access to nothing else", async () => {
  await using files = await project();
  await using server = await startCli(["app"], { cwd: files.dir, permissions: ["-N", `-R=${files.dir}`] });
  assertEquals(await (await fetch(`${server.origin}/hello`)).text(), "hello");
});
