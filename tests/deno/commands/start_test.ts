import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli, startCli } from "../../helpers/cli.ts";

const HELLO = `export const GET = () => new Response("hello");`;
const project = () => temporaryFiles({ "app/hello/route.ts": HELLO, "app/users/[id]/route.ts": HELLO });

Deno.test("routes start keeps running after an unhandled rejection and an error in a timer, and logs both", async () => {
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
  assertStringIncludes(stderr, "Unhandled promise rejection (the server keeps running): Error: floating");
  assertStringIncludes(stderr, "Uncaught error (the server keeps running): Error: in a timer");
});

Deno.test("routes start uses PORT and HOSTNAME, and flags override them", async () => {
  await using files = await project();
  await using server = await startCli(["start", files.dir], { env: { PORT: "1", HOSTNAME: "127.0.0.1" } });
  assertMatch(server.banner, /^Listening on http:\/\/127\.0\.0\.1:\d{4,5}\//);
  const { code, stderr } = await runCli(["start", files.dir], { env: { PORT: "many" } });
  assertEquals([code, stderr], [2, 'Cannot listen on port "many" (PORT): expected a whole number from 0 to 65535\n']);
});

Deno.test("routes start shows where a file cannot be parsed", async () => {
  await using files = await temporaryFiles({ "app/route.ts": "export const GET = ;" });
  const { code, stderr } = await runCli(["start", files.dir]);
  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot load route "app\/route\.ts": SyntaxError: Expression expected\n.*export const GET = ;/s);
});

Deno.test("routes start prints that the port is in use", async () => {
  await using files = await project();
  using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = taken.addr as Deno.NetAddr;
  const result = await runCli(["start", files.dir, "-p", `${port}`, "-H", "127.0.0.1"]);
  const stderr = `Cannot listen on port ${port}: it is in use, choose another port (--port)\n`;
  assertEquals(result, { code: 1, stdout: "", stderr });
});

Deno.test("routes start cancels an endless stream when it stops, runs its after() tasks, and exits with 0", async () => {
  await using files = await temporaryFiles({
    "app/route.ts": `import { after } from "next/server";
export function GET() {
  after(() => console.log("after"));
  return new Response(new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.enqueue("data: x\\n\\n");
    },
  }));
}`,
  });
  await using server = await startCli(["start", files.dir]);
  const response = await fetch(server.origin);
  const { code, stdout } = await server.stop();
  await response.text().catch(() => {});
  assertEquals([code, stdout], [0, "after\n"]);
});

Deno.test("routes start does not wait for a handler that never returns", async () => {
  await using files = await temporaryFiles({ "app/route.ts": "export const GET = () => new Promise(() => {});" });
  await using server = await startCli(["start", files.dir]);
  const answer = fetch(server.origin).then((response) => response.text()).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
  await answer;
});

const BROKEN = {
  "app/ok/route.ts": 'export const GET = () => new Response("ok");',
  "app/gone/route.ts": 'import "./gone.ts"; export const GET = () => new Response();',
  "app/throws/route.ts": 'throw new Error("no database"); export const GET = () => new Response();',
};

Deno.test("routes start names every file that cannot be imported, and the flag that serves the others", async () => {
  await using app = await temporaryFiles(BROKEN);
  const { code, stdout, stderr } = await runCli(["start", app.dir]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, 'Cannot load route "app/gone/route.ts"');
  assertStringIncludes(stderr, 'Cannot load route "app/throws/route.ts": Error: no database');
  assertStringIncludes(stderr, "add --lazy to import each file on its first request");
});

Deno.test("routes start --lazy serves the routes that can be imported, and answers 500 and reports the error for the others", async () => {
  await using app = await temporaryFiles(BROKEN);
  await using server = await startCli(["start", app.dir, "--lazy"]);
  const answers: unknown[] = [];
  for (const path of ["/ok", "/gone", "/throws", "/ok"]) {
    const response = await fetch(`${server.origin}${path}`);
    answers.push([response.status, await response.text()]);
  }
  assertEquals(answers, [[200, "ok"], [500, ""], [500, ""], [200, "ok"]]);
  const { stderr } = await server.stop();
  assertStringIncludes(stderr, 'Cannot load route "app/throws/route.ts": Error: no database');
});

Deno.test("process.cwd() is the project, whatever folder the command was started in", async () => {
  await using app = await temporaryFiles({
    "app/cwd/route.ts":
      "export const GET = () => Response.json([process.cwd(), Deno.cwd(), Deno.readTextFileSync('data.txt')]);",
    "data.txt": "data",
  });
  for (const dir of [app.dir, `${app.dir}/app`]) {
    await using server = await startCli(["start", dir], { cwd: "/" });
    assertEquals(await (await fetch(`${server.origin}/cwd`)).json(), [app.dir, app.dir, "data"]);
  }
});
