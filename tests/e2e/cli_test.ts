import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { runCli, startCli } from "../helpers/cli.ts";
import { temporaryFiles } from "../helpers/app.ts";

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

const help = await runCli(["--help"]);

const MISTAKES: readonly [args: string[], code: number, stderr: RegExp][] = [
  [["start", "nope"], 1, /^Cannot open "nope": there is no such folder, name an app folder or a project\n$/],
  [
    ["strat"],
    1,
    /^Cannot open "strat": there is no such folder.*; the commands are init, dev, start, build, list, check, typegen, cache\n$/,
  ],
  [["typegen", "good", "--out", "nope/r.d.ts"], 1, /^Cannot write ".*nope\/r\.d\.ts": its folder does not exist/],
  [["start", "empty"], 1, /^Cannot find a route in ".*empty": no file is named route\.ts, write "empty\/route\.ts"/],
  [
    ["start", "wrong"],
    1,
    /^Cannot parse route "wrong\/\[id\/route\.ts": "\[" is never closed, rename the folder to "\[id\]"\n$/,
  ],
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
    /^Cannot listen on "203\.0\.113\.1": this machine has no such address, choose another host name/,
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

Deno.test("routes --help names every command and option, --version the version", async () => {
  assertEquals([help.code, help.stderr], [0, ""]);
  for (const word of ["start", "list", "--port", "--hostname", "--json", "--help", "--version"]) {
    assertStringIncludes(help.stdout, word);
  }
  assertEquals((await runCli(["-v"])).stdout, `${config.version}\n`);
});
