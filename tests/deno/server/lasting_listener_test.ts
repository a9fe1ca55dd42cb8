import { assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import { listen } from "../../../src/deno/server/lasting_listener.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { startCli } from "../../helpers/cli.ts";
import { until } from "../../helpers/until.ts";

const FILES = {
  "app/plain/route.ts": 'export const GET = () => new Response("plain");',
  "app/slow/route.ts": `export const GET = async () => {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return new Response("slow");
};`,
};

Deno.test("S55 a server that runs out of file descriptors finishes requests in flight, warns once, and accepts connections again", async () => {
  await using app = await temporaryFiles(FILES);
  await using server = await startCli(["start", app.dir], { openFiles: 200, env: { NODE_EXTRA_CA_CERTS: "" } });
  const { hostname, port } = new URL(server.origin);
  const slow = fetch(`${server.origin}/slow`).then((response) => response.text());
  await delay(200);
  const held: Deno.Conn[] = [];
  for (let i = 0; i < 300; i++) {
    const connection = await Deno.connect({ hostname, port: Number(port) }).catch(() => null);
    if (connection !== null) held.push(connection);
  }
  await delay(500);
  for (const connection of held) connection.close();
  assertEquals(await slow, "slow");
  const answers = () => fetch(`${server.origin}/plain`).then((response) => response.text(), () => "");
  await until("it answers again", async () => await answers() === "plain");
  // Until a while has passed, nobody knows that it lasts.
  await delay(1200);
  const { code, stderr } = await server.stop();
  assertEquals(code, 0);
  const [refused = "", again = "", ...more] = stderr.trim().split("\n");
  assertMatch(
    refused,
    /^Cannot accept connections: Too many open files .*; they are accepted again when that is over$/,
  );
  assertEquals([again, more], ["Connections are accepted again", []]);
});

Deno.test("listen() can be closed while it waits to listen again", async () => {
  const lines: string[] = [];
  const listener = listen(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("x"),
    (line) => lines.push(line),
  );
  assertEquals(await (await fetch(`http://127.0.0.1:${listener.addr.port}/`)).text(), "x");
  await listener.close();
  await listener.finished;
  assertEquals(lines, []);
});
