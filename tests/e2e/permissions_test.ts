/** The minimum permissions of each command, and the messages if one is missing. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { runCli, startCli, startServer } from "../helpers/cli.ts";
import { ask } from "../helpers/upstream.ts";

const CHECKOUT = new URL("../../", import.meta.url).pathname;
const DENIED = ["--deny-run", "--deny-ffi", "--deny-sys"];

const APP = {
  "app/news/route.ts": `export const revalidate = 3600;\nexport const GET = () => new Response("news");`,
  "app/users/[id]/route.ts": `import { cookies } from "next/headers";
import { lib } from "@/lib/x";
import { twice } from "../../../lib/twice";
export const GET = async () => Response.json([lib, twice(2), (await cookies()).getAll().length]);`,
  "lib/x.ts": `export const lib = "lib";`,
  "lib/twice.ts": `export const twice = (n: number) => 2 * n;`,
  "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }`,
  "next.config.ts": `export default { rewrites: () => [{ source: "/new", destination: "/news" }] };`,
  "proxy.ts": `import { NextResponse } from "next/server";\nexport const proxy = () => NextResponse.next();`,
  "public/open.txt": "open",
};
/** A build of a checkout reads the checkout; one from a registry does not. */
const OWN = `${CHECKOUT}src,${CHECKOUT}deno.json`;

type Env = Readonly<Record<string, string>>;
type Row = readonly [command: string, flags: readonly string[], printed: RegExp, prepare?: "cache"];

const RUN: readonly Row[] = [
  ["init DIR/new", ["-R=DIR/new", "-W=DIR/new"], /^Wrote +app\/hello\/route\.ts\n/],
  ["list DIR", ["-R=DIR"], /GET +\/users\/\[id\]\n/],
  ["check DIR", ["-R=DIR"], /, 0 fail, /],
  ["typegen DIR", ["-R=DIR", "-W=DIR/routes.d.ts"], /^Wrote the types of 2 routes/],
  ["cache ls DIR", ["-R=DIR", "-W=DIR/.routes"], /^1 entry, /m, "cache"],
  ["cache rm /news DIR", ["-R=DIR", "-W=DIR/.routes"], /^Removed 1 entry$/m, "cache"],
  ["cache clear DIR", ["-R=DIR", "-W=DIR/.routes"], /^The cache is empty$/m, "cache"],
  ["build DIR", ["-R=DIR,CHECKOUT", "-W=DIR/dist,DIR/.routes", "--allow-run=DENO"], /^Bundled /m],
];

const SERVE: readonly Row[] = [
  ["start DIR", ["-N=0.0.0.0", "-R=DIR", "-W=DIR/.routes"], /^Listening on /],
  ["start DIR", ["-N=0.0.0.0", "-R=DIR", "-W=DIR/.routes", "-E=PORT,HOSTNAME,CACHE_URL"], /^Listening on /],
  ["start DIR --cache memory", ["-N", "-R=DIR"], /^Listening on /],
  ["dev DIR", ["-N=127.0.0.1", "-R=DIR"], /^Listening on /],
  ["dev DIR", ["-N", "-R=DIR", "-E"], /^Listening on /],
];

const NAMES: Readonly<Record<string, string>> = { N: "net", R: "read", W: "write", E: "env" };
/** Returns the long name of a flag: `--allow-read` for `-R=DIR`. */
const longNameOf = (flag: string) => flag.startsWith("--") ? /^--[\w-]+/.exec(flag)![0] : `--allow-${NAMES[flag[1]!]}`;

function filled(words: readonly string[], dir: string): string[] {
  return words.map((word) => word.replaceAll("DIR", dir).replace("CHECKOUT", OWN).replace("DENO", Deno.execPath()));
}

async function project(prepare?: string, more: Readonly<Record<string, string>> = {}) {
  const files = await temporaryFiles({ ...APP, ...more });
  if (prepare === "cache") {
    await using server = await startCli(["start", files.dir]);
    assertEquals((await ask(`${server.origin}/news`)).state, "MISS");
    await server.stop();
  }
  return files;
}

/** Runs a command with an audit; returns the requested permissions that are not for these folders. */
async function audited(folders: readonly string[], work: (env: Env) => Promise<void>): Promise<string[]> {
  await using log = await temporaryFiles({});
  await work({ DENO_AUDIT_PERMISSIONS: `${log.dir}/audit.jsonl` });
  const lines = (await Deno.readTextFile(`${log.dir}/audit.jsonl`)).trim().split("\n");
  const asked = lines.map((line) => JSON.parse(line) as { permission: string; value: unknown });
  assert(asked.some(({ permission }) => permission === "read"), "the audit has what was read");
  const isInside = (path: string) => folders.some((folder) => `${path}/`.startsWith(`${folder.replace(/\/$/, "")}/`));
  const others = asked.filter(({ permission, value }) => {
    if (permission === "net" || permission === "env") return false;
    return !["read", "write"].includes(permission) || !isInside(`${value}`.replace("file://", ""));
  });
  return [...new Set(others.map(({ permission, value }) => `${permission} ${value}`))];
}

for (const [command, flags, printed, prepare] of RUN) {
  const mayRun = flags.some((flag) => flag.startsWith("--allow-run"));
  Deno.test(`S44 routes ${command} works with ${flags.join(" ")}, and accesses nothing outside`, async () => {
    await using files = await project(prepare);
    const permissions = [...filled(flags, files.dir), ...mayRun ? DENIED.slice(1) : DENIED];
    const work = async (env: Env = {}) => {
      const result = await runCli(filled(command.split(" "), files.dir), { permissions, cwd: files.dir, env });
      assertEquals([result.code, result.stderr], [0, ""]);
      assertMatch(result.stdout, printed);
    };
    // A child process would overwrite the audit log.
    assertEquals(mayRun ? await work() : await audited([files.dir, CHECKOUT], work), mayRun ? undefined : []);
  });
}

for (const [command, flags, printed] of SERVE) {
  Deno.test(`S44 routes ${command} serves with ${flags.join(" ")}, and accesses nothing outside`, async () => {
    await using files = await project();
    const permissions = [...filled(flags, files.dir), ...DENIED];
    const outside = await audited([files.dir, CHECKOUT], async (env) => {
      const args = filled(command.split(" "), files.dir);
      await using server = await startCli(args, { permissions, cwd: files.dir, env });
      assertMatch(server.banner, printed);
      const paths = ["/users/1", "/new", "/news", "/open.txt"];
      const texts = await Promise.all(paths.map(async (path) => (await ask(server.origin + path)).text));
      assertEquals(texts, [`["lib",4,0]`, "news", "news", "open"]);
      const { code, stderr } = await server.stop();
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
    });
    assertEquals(outside, []);
  });
}

for (const [command, flags, , prepare] of [...RUN, SERVE[0]!, SERVE[3]!]) {
  const needed = flags.filter((flag) => !(command.startsWith("start") && flag.startsWith("-W")));
  for (const flag of needed) {
    Deno.test(`routes ${command} without ${flag} prints one line that says to add ${longNameOf(flag)}`, async () => {
      await using files = await project(prepare);
      const permissions = filled(flags.filter((other) => other !== flag), files.dir);
      const args = [...filled(command.split(" "), files.dir), ...needed.includes("-N=0.0.0.0") ? ["--port", "0"] : []];
      const { code, stderr } = await runCli(args, { permissions, cwd: files.dir });
      assertEquals(code, 1);
      assertMatch(stderr, /^[^\n]+\n$/);
      assertStringIncludes(stderr, longNameOf(flag));
    });
  }
}

/** Actions that still work without a permission, and the line that they print. */
const DEGRADED: readonly (readonly [what: string, flags: readonly string[], line: RegExp])[] = [
  ["a cache on disk without -W", ["-N", "-R=DIR", "-E"], /^Caching in memory: [^\n]*--allow-write="[^"]+\/\.routes"/],
  [".env without -E", ["-N", "-R=DIR", "-W=DIR/.routes"], /^Cannot set the variables of \.env: [^\n]*--allow-env\n$/],
];

for (const [what, flags, line] of DEGRADED) {
  Deno.test(`routes start works with ${what}, and prints one line that says what to add`, async () => {
    await using files = await project(undefined, { ".env": "T_PERMISSIONS=1" });
    await using server = await startCli(["start", files.dir], { permissions: filled(flags, files.dir) });
    const states = [await ask(`${server.origin}/news`), await ask(`${server.origin}/news`)].map(({ state }) => state);
    assertEquals(states, ["MISS", "HIT"]);
    const { code, stderr } = await server.stop();
    assertEquals(code, 0);
    assertMatch(stderr, line);
    assertMatch(stderr, /^[^\n]+\n$/);
  });
}

Deno.test("a build serves with only -N, and prints one line that says that it needs --allow-net", async () => {
  const { "public/open.txt": _open, ...rest } = APP;
  await using files = await temporaryFiles(rest);
  assertEquals((await runCli(["build", files.dir])).code, 0);
  const file = `${files.dir}/dist/server.js`;
  const permissions = ["--no-config", "--quiet"];
  await using server = await startServer([file], { permissions: ["-N", ...permissions, ...DENIED] });
  assertEquals((await ask(`${server.origin}/users/1`)).text, `["lib",4,0]`);
  const { code, stderr } = await server.stop();
  assertEquals([code, stderr], [0, ""]);
  const failed = await startServer([file], { permissions }).catch((error) => error.message);
  assertMatch(`${failed}`, /^Cannot start: [^\n]*--allow-net[^\n]*\n$/);
});

Deno.test("S44 a route that imports a package by name needs only -R for the project", async () => {
  await using files = await temporaryFiles({
    "app/a/route.ts": `import { join } from "@std/path";\nexport const GET = () => new Response(join("a", "b"));`,
  });
  await using server = await startCli(["start", files.dir], { permissions: ["-N", `-R=${files.dir},${CHECKOUT}`] });
  assertEquals((await ask(`${server.origin}/a`)).text, "a/b");
});

Deno.test("S44 a route of a server with -N and -R for the project reaches nothing else", async () => {
  await using outer = await temporaryFiles({
    "secret.ts": `export const secret = "secret";`,
    "in/app/[what]/route.ts": `const TRY: Record<string, () => unknown> = {
  read: () => Deno.readTextFile("../secret.ts"), import: () => import("../../../secret" + ".ts"),
  run: () => new Deno.Command("ls").spawn(), ffi: () => Deno.dlopen("./x.so", {}), sys: () => Deno.hostname(),
  env: () => Deno.env.get("HOME"), write: () => Deno.writeTextFile("x", ""),
};
export async function GET(_: Request, { params }: { params: Promise<{ what: string }> }) {
  const work = TRY[(await params).what]!;
  return new Response(await (async () => await work())().then(() => "reached", (error) => error.name + error.message));
}`,
  });
  const dir = `${outer.dir}/in`;
  await using server = await startCli(["start", dir], { permissions: ["-N", `-R=${dir}`], cwd: dir });
  for (const what of ["read", "import", "run", "ffi", "sys", "env", "write"]) {
    const { status, text } = await ask(`${server.origin}/${what}`);
    assert(status === 200 && text !== "reached" && !text.includes("secret = "), `${what}: ${status} ${text}`);
    assertMatch(text, /NotCapable|Requires \w+ access/, what);
  }
});
