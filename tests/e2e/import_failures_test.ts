// Errors of background work that a module starts on import stop neither `start` nor `check` nor `list`.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { runCli, startCli } from "../helpers/cli.ts";

const FILES = {
  "app/bad/route.ts": `Promise.reject(new Error("rejected at import"));
setTimeout(() => { throw new Error("thrown by a timer"); });
export const GET = () => new Response("bad still answers");`,
  "app/text/route.ts": `import "../../lib/text.ts";
export const GET = () => new Response("text still answers");`,
  "lib/text.ts": `Promise.reject("only a text");`,
  "app/ok/route.ts": 'export const GET = () => new Response("ok");',
};

Deno.test("S68 rejections and errors of imported modules are logged with their file, and the server starts", async () => {
  await using app = await temporaryFiles(FILES);
  await using server = await startCli(["start", app.dir]);
  const answers = await Promise.all(
    ["ok", "bad", "text"].map(async (path) => await (await fetch(`${server.origin}/${path}`)).text()),
  );
  assertEquals(answers, ["ok", "bad still answers", "text still answers"]);
  const { code, stderr } = await server.stop();
  assertEquals(code, 0);
  for (
    const part of [
      "Unhandled promise rejection (the server keeps running): Error: rejected at import\n    at file://",
      "Uncaught error (the server keeps running): Error: thrown by a timer\n    at ",
      "app/bad/route.ts:1:16",
      "Unhandled promise rejection (the server keeps running): only a text",
    ]
  ) assertStringIncludes(stderr, part);
});

for (const command of ["check", "list"]) {
  Deno.test(`S68 routes ${command} continues, too`, async () => {
    await using app = await temporaryFiles(FILES);
    const { code, stdout, stderr } = await runCli([command, app.dir]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, command === "list" ? "/ok" : "3 run, 0 fail");
    assertStringIncludes(stderr, "rejected at import");
  });
}

Deno.test("routes list lists what it can import, names what fails, and reads .env and next.config", async () => {
  await using app = await temporaryFiles({
    ".env": "FROM_ENV=1",
    "next.config.mjs": 'export default { env: { FROM_CONFIG: "1" } };',
    "app/env/route.ts": `if (!process.env.FROM_ENV || !process.env.FROM_CONFIG) throw new Error("no environment");
export const GET = () => new Response();`,
    "app/broken/route.ts": 'import "./gone.ts"; export const GET = () => new Response();',
  });
  const { code, stdout, stderr } = await runCli(["list", app.dir, "--json"]);
  assertEquals(code, 1);
  assertEquals(
    JSON.parse(stdout).map(({ id, methods }: { id: string; methods: string[] }) => [id, methods.includes("GET")]),
    [
      ["/broken", false],
      ["/env", true],
    ],
  );
  assertStringIncludes(stderr, 'Cannot load route "app/broken/route.ts"');
});

Deno.test("routes check and start report the syntax error of an imported file, with its line, as that of a route file", async () => {
  const bad = "export const ok = 1;\nexport const x: number = = 2;\n";
  await using app = await temporaryFiles({
    "package.json": "{}",
    "lib/bad.ts": bad,
    "lib/between.ts": `export * from "./bad";`,
    "app/direct/route.ts": `import { x } from "../../lib/bad"; export const GET = () => new Response(x);`,
    "app/far/route.ts": `import { x } from "../../lib/between"; export const GET = () => new Response(x);`,
    "app/own/route.ts": bad,
  });
  for (const command of ["check", "start"]) {
    const { code, stdout, stderr } = await runCli([command, app.dir]);
    assertEquals(code, 1);
    const messages = [
      ...(stdout + stderr).matchAll(/Cannot load route "(.*)": (SyntaxError: .*)[^]*?at file:.*\/(.*)/g),
    ];
    assertEquals(messages.map(([, ...parts]) => parts), [
      ["app/direct/route.ts", "SyntaxError: Expression expected", "bad.ts:2:26"],
      ["app/far/route.ts", "SyntaxError: Expression expected", "bad.ts:2:26"],
      ["app/own/route.ts", "SyntaxError: Expression expected", "route.ts:2:26"],
    ]);
  }
});
