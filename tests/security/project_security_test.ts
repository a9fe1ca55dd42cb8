// The security cases of a project on disk: which routes and files are found, and with which permissions.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadProjectFiles } from "../../src/deno/project/project_files.ts";
import { scanProject } from "../../src/deno/project/scan.ts";
import { NO_CONFIG } from "../../src/handler/rules/next_config.ts";
import { serveApp, temporaryFiles } from "../helpers/app.ts";
import { startCli } from "../helpers/cli.ts";
import { createRulesApp, type RulesInit, says } from "../helpers/rules.ts";
import { sendRequest } from "../helpers/wire.ts";

const filesOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "secret"]));

Deno.test("S42 a file below _private, node_modules or a hidden folder is not a route, at any depth", async () => {
  const hidden = [
    "_private/route.ts",
    "_/route.ts",
    "a/_b/c/route.ts",
    "node_modules/x/route.ts",
    "a/node_modules/x/route.ts",
    "a/.route.ts",
    "a/route.ts~",
    "a/route.ts.bak",
    "a/.#route.ts",
    "a/xroute.ts",
    "a/route.d.ts",
  ];
  await using project = await temporaryFiles(filesOf([...hidden, "open/route.ts"].map((name) => `app/${name}`)));
  assertEquals((await scanProject(project.dir)).manifest.routes.map(({ id }) => id), ["/open"]);
});

Deno.test("S42 a route below a hidden folder is served only under exactly that name", async () => {
  await using project = await temporaryFiles(filesOf(["app/.well-known/x/route.ts", "app/open/route.ts"]));
  const ids = (await scanProject(project.dir)).manifest.routes.map(({ id }) => id);
  assertEquals(ids.toSorted(), ["/.well-known/x", "/open"]);
});

for (const name of ["[..]", "[..a]", "[...]", "[]", "[a", "[[a]]", "[...a]/b", "[a/b]", "[.]"]) {
  Deno.test(`S42 a folder ${name} is an error on startup that names it`, async () => {
    await using project = await temporaryFiles({ [`app/${name}/route.ts`]: "" });
    await assertRejects(() => scanProject(project.dir), Error, `app/${name.split("/b")[0]}`);
  });
}

for (const [one, other] of [["users", "Users"], ["[id]", "[slug]"], ["(a)/x", "(b)/x"], ["caf%C3%A9", "café"]]) {
  Deno.test(`S42 folders ${one} and ${other} are two routes, or an error that names both`, async () => {
    await using project = await temporaryFiles({ [`app/${one}/route.ts`]: "", [`app/${other}/route.ts`]: "" });
    const result = await scanProject(project.dir).catch((error: Error) => error);
    if (result instanceof Error) return assert(result.message.includes(one!) && result.message.includes(other!));
    assertEquals(result.manifest.routes.map(({ id }) => id).toSorted(), [`/${one}`, `/${other}`].toSorted());
  });
}

Deno.test("S42 a link to a parent folder, or to itself, makes the scan neither endless nor wider", async () => {
  await using project = await temporaryFiles({ "app/a/route.ts": "", "secret/route.ts": "" });
  await Deno.symlink("..", `${project.dir}/app/a/up`);
  await Deno.symlink("loop", `${project.dir}/app/loop`);
  await Deno.symlink("../secret", `${project.dir}/app/secret`);
  const { manifest } = await scanProject(project.dir);
  // What is linked is served, as in Next.js.
  assertEquals([manifest.routes.map(({ id }) => id), manifest.warnings.length], [["/a", "/secret"], 2]);
});

const PROJECT = [
  ".env",
  ".env.local",
  "deno.json",
  "package.json",
  "next.config.ts",
  "proxy.ts",
  "app/a/route.ts",
  "public/.env",
  "public/.git/config",
  "public/sub/.htaccess",
  "publicity/x.txt",
  "secret.txt",
];
const PUBLIC = ["public/open.txt", "public/sub/a.txt", "public/.well-known/x", "public/a%2Fb.txt", "public/a\\b.txt"];

const ESCAPES = [
  "/.env",
  "/.env.local",
  "/deno.json",
  "/package.json",
  "/next.config.ts",
  "/proxy.ts",
  "/app/a/route.ts",
  "/a/route.ts",
  "/public/open.txt",
  "/secret.txt",
  "/.git/config",
  "/sub/.htaccess",
  "/%2Eenv",
  "/%2egit/config",
  "/../secret.txt",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/%2e%2e%2fsecret.txt",
  "/sub/../../secret.txt",
  "/sub/..%2f..%2fsecret.txt",
  "/..%5csecret.txt",
  "/..\\secret.txt",
  "/sub%2f..%2f..%2fsecret.txt",
  "/%252e%252e%252fsecret.txt",
  "/..%252fsecret.txt",
  "/..%255csecret.txt",
  "/.%2fsecret.txt",
  "/....//secret.txt",
  "/open.txt%00.png",
  "/%00",
  "/secret.txt%00",
  "/open.txt%2F..%2F..%2Fsecret.txt",
  "/../publicity/x.txt",
  ...[
    "/link.txt",
    "/outside/secret.txt",
    "/env.txt",
    "/folder/secret.txt",
    "/sub/up/secret.txt",
    "/file:%2F%2F%2Fetc%2Fpasswd",
    "/%2Fetc%2Fpasswd",
  ],
  "/etc/passwd",
  "//etc/passwd",
  "/C:%5Csecret.txt",
  "/~root",
  "/open.txt/..%2f..%2fsecret.txt",
];

const REACHED: readonly [path: string, text: string | null][] = [
  ["/open.txt", "public/open.txt"],
  ["/%6Fpen.txt", "public/open.txt"],
  ["/sub/a.txt", "public/sub/a.txt"],
  ["/sub/../open.txt", "public/open.txt"],
  ["/.well-known/x", "public/.well-known/x"],
  ["/a%252Fb.txt", "public/a%2Fb.txt"],
  ["/a%5Cb.txt", "public/a\\b.txt"],
  ["/sub%2Fa.txt", null],
  ["/sub%5Ca.txt", null],
  ["/sub%252Fa.txt", null],
  ["/a%2Fb.txt", null],
  ["//open.txt", null],
  ["//sub//a.txt", null],
  ["/OPEN.TXT", null],
  ["/open.txt/", null],
  ["/open.txt%20", null],
  ["/open.txt.", null],
  ["/sub", null],
  ["/sub/", null],
  ["/", null],
];

/** Serves the project as it is on disk, links out of `public/` included. */
async function serveProjectFiles(init: RulesInit = {}) {
  const files = Object.fromEntries([
    ...PROJECT.map((name) => [name, name.endsWith(".ts") ? "export default () => {};" : "secret"]),
    ...PUBLIC.map((name) => [name, name]),
  ]);
  const project = await temporaryFiles(files);
  const outside = await temporaryFiles({ "secret.txt": "secret" });
  await Deno.symlink(`${outside.dir}/secret.txt`, `${project.dir}/public/link.txt`);
  await Deno.symlink(outside.dir, `${project.dir}/public/outside`);
  await Deno.symlink(`${project.dir}/.env`, `${project.dir}/public/env.txt`);
  await Deno.symlink(`${project.dir}/public/open.txt`, `${project.dir}/public/linked.txt`);
  await Deno.symlink(`${project.dir}/publicity`, `${project.dir}/public/shared`);
  await Deno.symlink(project.dir, `${project.dir}/public/folder`);
  await Deno.symlink("../..", `${project.dir}/public/sub/up`);
  const { rules } = await loadProjectFiles({ root: project.dir, appDir: "app" }, NO_CONFIG);
  const app = await createRulesApp({ "a/route.ts": { GET: says("a") } }, { ...init, publicFile: rules.publicFile });
  const server = serveApp(app);
  return {
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
      await outside[Symbol.asyncDispose]();
    },
  };
}

Deno.test("S43 no file outside public/ is served, however its path is written", async () => {
  await using server = await serveProjectFiles();
  for (const path of ESCAPES) {
    const { status, body } = await sendRequest(server.port, { path });
    assert([308, 400, 404].includes(status) && !body.includes("secret"), `${path} ${status} ${body}`);
  }
});

Deno.test("S43 no rewrite leads to a file outside public/", async () => {
  const rewrites =
    () => [{ source: "/go/:path*", destination: "/:path*" }, { source: "/in/:path*", destination: "/sub/:path*" }];
  await using server = await serveProjectFiles({ config: { rewrites } });
  for (const path of ESCAPES.flatMap((path) => [`/go${path}`, `/in${path}`])) {
    const { status, body } = await sendRequest(server.port, { path });
    assert([308, 400, 404].includes(status) && !body.includes("secret"), `${path} ${status} ${body}`);
  }
  assertEquals((await sendRequest(server.port, { path: "/go/open.txt" })).body, "public/open.txt");
});

Deno.test("S43 a file of public/ is served only at its canonical path", async () => {
  await using server = await serveProjectFiles();
  for (const [path, text] of REACHED) {
    const { status, body } = await sendRequest(server.port, { path });
    if (text === null) assert([308, 404].includes(status), `${path} ${status}`);
    else assertEquals([path, status, body], [path, 200, text]);
  }
});

Deno.test("S43 a proxy that guards a file of public/ runs for every spelling that reaches it", async () => {
  await using server = await serveProjectFiles({ matcher: "/sub/:path*", proxy: () => new Response("refused") });
  for (const path of ["/sub/a.txt", "/%73ub/a.txt", "/sub/%61.txt", "/x/../sub/a.txt", "/sub/./a.txt"]) {
    assertEquals([path, (await sendRequest(server.port, { path })).body], [path, "refused"]);
  }
});

const WHOLE = {
  "app/a/route.ts": `import { cookies } from "next/headers";
export const GET = async () => new Response(String((await cookies()).getAll().length));`,
  "proxy.ts": `import { NextResponse } from "next/server";
export const proxy = () => NextResponse.next({ headers: { "x-proxy": "1" } });`,
  "next.config.ts": `export default { rewrites: () => [{ source: "/b", destination: "/a" }] };`,
  "instrumentation.ts": "export function register() {}",
  "public/open.txt": "open",
};
const LIST = "-E=PORT,HOSTNAME,DRAFT_SECRET";
const WORKSPACE = /\/(?:deno\.jsonc?|node_modules\/next\/package\.json)$/;

for (const wanted of [["-N", "-R", "-E"], ["-N", "-R=.", LIST], ["-N", "-R", LIST], ["-N", "-R"]]) {
  Deno.test(`S44 routes start runs a whole project with ${wanted.join(" ")}, and needs nothing else`, async () => {
    await using project = await temporaryFiles({ ...WHOLE, ".env": "T_S44=1" });
    await using log = await temporaryFiles({});
    const audit = `${log.dir}/audit.jsonl`;
    const permissions = wanted.map((flag) => flag === "-R=." ? `-R=${project.dir}` : flag);
    const env = { DENO_AUDIT_PERMISSIONS: audit };
    await using server = await startCli(["start", project.dir], { permissions, env, cwd: project.dir });
    for (const [path, text] of [["/a", "0"], ["/b", "0"], ["/open.txt", "open"]]) {
      const response = await fetch(server.origin + path);
      assertEquals([await response.text(), response.headers.get("x-proxy")], [text, "1"]);
    }
    assertEquals((await server.stop()).code, 0);
    const asked = (await Deno.readTextFile(audit)).trim().split("\n").map((line) => JSON.parse(line));
    const kinds = new Set(asked.map(({ permission }: { permission: string }) => permission));
    assert(kinds.has("read"));
    // Deno writes "write" beside "read" for what is opened to be read alone; the flag is not there, so it was not used.
    assertEquals([...kinds].filter((kind) => !["read", "write", "env", "net"].includes(kind)), []);
    const paths = asked.filter(({ permission }) => permission === "read").map(({ value }) => `${value}`);
    const source = new URL("../../", import.meta.url).pathname;
    const outside = paths.map((path) => path.replace("file://", ""))
      .filter((path) => !path.startsWith(project.dir) && !path.startsWith(source))
      // Where all may be read, the configuration and the packages of a workspace are looked for above, as Deno does.
      .filter((path) => !(wanted.includes("-R") && WORKSPACE.test(path)));
    assertEquals(outside, []);
  });
}

Deno.test("S69 a symbolic link in public/ leads only to files of the project that are not hidden", async () => {
  await using server = await serveProjectFiles();
  const answers: unknown[] = [];
  for (const path of ["/linked.txt", "/shared/x.txt", "/link.txt", "/outside/secret.txt", "/env.txt"]) {
    const { status, body } = await sendRequest(server.port, { path });
    answers.push([status, body]);
  }
  const missing = [404, "Not Found"];
  assertEquals(answers, [[200, "public/open.txt"], [200, "secret"], missing, missing, missing]);
});
