// A graceful stop loses neither uploads in flight nor the next request on a keep-alive connection.
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import http from "node:http";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliServer, startCli } from "../helpers/cli.ts";
import { until } from "../helpers/until.ts";

const FILES = {
  "app/pid/route.ts": "export const GET = () => Response.json(Deno.pid);",
  "app/sum/route.ts": `export const POST = async (request: Request) => {
  const body = await request.arrayBuffer();
  return new Response(String(body.byteLength));
};`,
};

/** Sends a request through a pool that keeps its connections and does not retry. */
function request(agent: http.Agent, url: string): Promise<{ closes: boolean }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ closes: boolean }>();
  const sent = http.request(url, { agent }, (response) => {
    response.resume();
    response.on("error", reject);
    response.on("end", () => {
      if (response.statusCode === 200) resolve({ closes: response.headers.connection === "close" });
      else reject(new Error(`status ${response.statusCode}`));
    });
  });
  sent.on("error", reject);
  sent.end();
  return promise;
}

/** Waits until a number of processes have answered new connections. */
async function notePids({ origin }: CliServer, pids: Set<number>, count: number): Promise<void> {
  await until(`${count} workers have answered`, async () => {
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    // Deno closes a connection that arrives at the moment of the stop and has not sent a request yet.
    const pid = await fetch(`${origin}/pid`, { client }).then((response) => response.json(), () => undefined);
    return (pid === undefined ? pids : pids.add(pid)).size >= count;
  });
}

Deno.test("S57 none of 10,000 requests of keep-alive clients fails while workers stop one after the other", async () => {
  await using app = await temporaryFiles(FILES);
  await using server = await startCli(["start", app.dir, "--workers", "3"]);
  const pids = new Set<number>();
  await notePids(server, pids, 3);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const failures: string[] = [];
  let sent = 0, asked = 0, isRolling = true;
  const client = async () => {
    while (sent < 10_000 || isRolling) {
      sent++;
      try {
        if ((await request(agent, `${server.origin}/pid`)).closes) asked++;
      } catch (error) {
        failures.push(`${error}`);
      }
      // A closed connection affects only clients that pause between requests.
      await delay(5);
    }
  };
  const clients = Promise.all(Array.from({ length: 32 }, client));
  for (const [index, pid] of [...pids].entries()) {
    Deno.kill(pid, "SIGTERM");
    // A replacement is started.
    await notePids(server, pids, 4 + index);
  }
  isRolling = false;
  await clients;
  agent.destroy();
  assertEquals(failures, []);
  assert(asked > 0);
});

Deno.test("S57 uploads in flight at SIGTERM are read to their end and answered, and the process exits with 0", async () => {
  await using app = await temporaryFiles(FILES);
  await using server = await startCli(["start", app.dir, "--grace", "10s"]);
  const sizes = await Promise.all(Array.from({ length: 8 }, async (_, index) => {
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new Uint8Array(1000));
        await delay(1000 + index * 100);
        controller.enqueue(new Uint8Array(1000));
        controller.close();
      },
    });
    if (index === 0) delay(300).then(() => Deno.kill(server.child.pid, "SIGTERM"));
    return await (await fetch(`${server.origin}/sum`, { method: "POST", body })).text();
  }));
  assertEquals(sizes, Array(8).fill("2000"));
  assertEquals((await server.child.status).code, 0);
});
