import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { enableJsonLog, writeLog } from "../../src/log/log.ts";
import { captured, createApp, serveApp, temporaryFiles } from "../helpers/app.ts";
import { startCli } from "../helpers/cli.ts";
import { sendRequest } from "../helpers/wire.ts";

Deno.test("writeLog() writes plain text, or one JSON object", async () => {
  const write = () => writeLog("error", "It %s failed:\nsecond", { error: new Error("boom"), id: "id-1" });
  const [text = ""] = await captured("error", write);
  assertMatch(text, /^It %s failed:\nsecond Error: boom\n {4}at /);
  const end = enableJsonLog();
  const [line = "", ...more] = await captured("error", write);
  end();
  end();
  const { time, error, ...rest } = JSON.parse(line);
  assertEquals([rest, more], [{ level: "error", message: "It %s failed:\nsecond", id: "id-1" }, []]);
  assertEquals([new Date(time).toISOString(), error.split("\n")[0]], [time, "Error: boom"]);
  assertEquals((await captured("error", write)).length, 1);
  assertEquals((await captured("error", write))[0]?.startsWith("It"), true);
});

const QUERIES = ["%c3", "%s", "%d", "%o%O%i%f%j", "%%", "%c", "%", "%1B%5B2J", "%0a%0dGET%20/"];

for (const query of QUERIES) {
  Deno.test(`S58 a query of ${query} neither hides an error from the log nor forges one`, async () => {
    const GET = () => {
      throw new Error("the trace of it");
    };
    await using server = serveApp(await createApp({ "fail/route.ts": { GET } }));
    const lines = await captured("error", () => sendRequest(server.port, { path: `/fail?a=${query}` }));
    assertEquals(lines.length, 1);
    assertStringIncludes(
      lines[0]!,
      `GET /fail?a=${query}: the handler in fail/route.ts failed: Error: the trace of it\n`,
    );
  });
}

const FILES = {
  "app/fail/route.ts": `export const GET = (request: Request) => {
  throw new Error("the trace of it " + request.headers.get("x-text"));
};`,
  "app/body/route.ts": "export const POST = async (request: Request) => Response.json(await request.json());",
  "app/stray/route.ts": `export const GET = () => {
  Promise.reject(new Error("stray"));
  setTimeout(() => { throw new Error("thrown"); });
  return new Response("ok");
};`,
  "app/lower/route.ts": "export const get = () => new Response(); export const GET = get;",
};

Deno.test("S58 with --log json all output of the server is JSON, errors with the id of their request", async () => {
  await using app = await temporaryFiles(FILES);
  await using server = await startCli(["start", app.dir, "--log", "json"]);
  const port = Number(new URL(server.origin).port);
  const id = "7d0c1a52-aaaa-bbbb-cccc-000000000001";
  const headers: [string, string][] = [["x-request-id", id], ["x-text", "%c3\t%s"]];
  assertEquals((await sendRequest(port, { path: "/fail?a=%c3", headers })).status, 500);
  await sendRequest(port, { method: "POST", path: "/body", body: '\x1b[2J\n{"level":"info"}' });
  await sendRequest(port, { path: "/stray" });
  const { stdout, stderr } = await server.stop();
  const errors = stderr.trim().split("\n").map((line) => JSON.parse(line));
  const lines = (server.banner + stdout).trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ level, message, path, status }) => [level, message ?? `${path} ${status}`]), [
    ["info", "Listening"],
    ["error", "/fail?a=%c3 500"],
    ["error", "/body 500"],
    ["info", "/stray 200"],
  ]);
  const about = errors.map(({ level, message, id }) => `${level} ${message} ${typeof id}`);
  assertEquals(about.filter((line) => /GET \/|POST|keeps running/.test(line)).sort(), [
    "error GET /fail?a=%c3: the handler in app/fail/route.ts failed: string",
    "error POST /body: the handler in app/body/route.ts failed: string",
    "error Uncaught error (the server keeps running): undefined",
    "error Unhandled promise rejection (the server keeps running): undefined",
  ]);
  const failed = errors.find(({ message }) => message.startsWith("GET /fail"));
  assertEquals([failed.id, failed.error.split("\n")[0]], [id, "Error: the trace of it %c3\t%s"]);
  assertEquals(lines[1].id, id);
});

Deno.test("S58 with --log json workers and their replacements write JSON too", async () => {
  await using app = await temporaryFiles({ "app/pid/route.ts": "export const GET = () => Response.json(Deno.pid);" });
  await using server = await startCli(["start", app.dir, "--log", "json", "--workers", "2"]);
  Deno.kill(await (await fetch(`${server.origin}/pid`)).json(), "SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { stderr } = await server.stop();
  const lines = stderr.trim().split("\n").map((line) => JSON.parse(line));
  assertMatch(lines[0].message, /^Worker \d exited with code 0, starting a replacement$/);
});
