/**
 * Servers behind nginx: a rolling stop that loses no request because health checks announce it, and a Unix socket. For as
 * many requests as a release is tested with: `ROLLING_REQUESTS=20000 deno test -A tests/e2e/nginx_test.ts`.
 */
import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import http from "node:http";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliServer, startCli } from "../helpers/cli.ts";
import { freePort } from "../helpers/free_port.ts";
import { IGNORE_NGINX, type Nginx, startNginx } from "../helpers/nginx.ts";
import { until } from "../helpers/until.ts";

const REQUESTS = Number(Deno.env.get("ROLLING_REQUESTS") ?? 2000);
/** The interval of the checks, and how long servers keep listening: a few checks, and a reload of nginx. */
const CHECK_MS = 100, LINGER_MS = 1000;

const FILES = {
  "app/pid/route.ts": `export const GET = () => Response.json(Deno.pid);
export const POST = async (request: Request) => Response.json((await request.bytes()).length);`,
  "app/seen/route.ts": "export const GET = (request: Request) => new Response(request.url);",
};

/** Sends a request on a connection of its own; returns the body. */
function send(origin: string, method: "GET" | "POST"): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = http.request(`${origin}/pid`, { method, agent: false }, (response) => {
    let text = "";
    response.on("data", (chunk) => text += chunk).on("error", reject).on("end", () => {
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`status ${response.statusCode}`));
    });
  });
  sent.on("error", reject);
  sent.end(method === "POST" ? "x".repeat(1000) : undefined);
  return promise;
}

async function isHealthy(port: number): Promise<boolean> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  try {
    const response = await fetch(`http://127.0.0.1:${port}/_health`, { client });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Checks servers until it is stopped, and balances requests among those that are healthy. */
function startChecks(nginx: Nginx, ports: readonly number[]): () => Promise<void> {
  const stop = new AbortController();
  let balanced = ports.join();
  async function check(): Promise<void> {
    while (!stop.signal.aborted) {
      const states = await Promise.all(ports.map(isHealthy));
      const healthy = ports.filter((_, index) => states[index]);
      if (healthy.length > 0 && healthy.join() !== balanced) {
        balanced = healthy.join();
        await nginx.balance(healthy.map((port) => `127.0.0.1:${port}`));
      }
      await delay(CHECK_MS);
    }
  }
  const checks = check();
  return () => {
    stop.abort();
    return checks;
  };
}

Deno.test({
  name: `of ${REQUESTS} requests through nginx none fails while its servers are replaced one after the other`,
  ignore: IGNORE_NGINX,
  async fn() {
    await using app = await temporaryFiles(FILES);
    const ports = Array.from({ length: 3 }, () => freePort());
    const start = (port: number) =>
      startCli([
        "start",
        app.dir,
        "--hostname",
        "127.0.0.1",
        "--port",
        `${port}`,
        "--cache",
        "memory",
        "--health",
        "--linger",
        `${LINGER_MS}ms`,
      ]);
    const servers: CliServer[] = await Promise.all(ports.map(start));
    await using nginx = await startNginx(ports.map((port) => `127.0.0.1:${port}`));
    const stopChecks = startChecks(nginx, ports);
    const failures: string[] = [], pids = new Set<string>();
    let sent = 0, replaced = 0, isRolling = true;
    const clients = Promise.all(Array.from({ length: 16 }, async () => {
      while (sent < REQUESTS || isRolling) {
        const method = sent++ % 2 === 0 ? "GET" : "POST";
        const body = await send(nginx.origin, method).catch((error) => void failures.push(`${method} ${error}`));
        if (method === "GET" && body !== undefined) pids.add(body);
        else if (body !== undefined) assertEquals(body, "1000");
        await delay(5);
      }
    }));
    try {
      for (let index = 0; sent < REQUESTS || index < ports.length; index++) {
        const slot = index % ports.length;
        const { code, stderr } = await servers[slot]!.stop("SIGTERM");
        assertEquals([code, stderr], [0, ""]);
        const { pid } = (servers[slot] = await start(ports[slot]!)).child;
        replaced++;
        await until("the new server gets requests", () => pids.has(`${pid}`));
      }
      isRolling = false;
      await clients;
      assertEquals(failures, []);
      assertEquals(pids.size, ports.length + replaced);
      console.log(`${sent} requests, ${replaced} servers replaced, ${failures.length} failed`);
    } finally {
      isRolling = false;
      sent = REQUESTS;
      await clients.catch(() => {});
      await stopChecks();
      for (const server of servers) await server[Symbol.asyncDispose]();
    }
  },
});

Deno.test({
  name: "a server on a Unix socket behind nginx knows the URL and the address of the client",
  ignore: IGNORE_NGINX,
  async fn() {
    await using app = await temporaryFiles(FILES);
    const path = `${app.dir}/app.sock`;
    await using server = await startCli(["start", app.dir, "--unix", path, "--trust-proxy", "--log", "json"]);
    await using nginx = await startNginx(
      [`unix:${path}`],
      `
      proxy_set_header host $http_host;
      proxy_set_header x-forwarded-proto https;
      proxy_set_header x-forwarded-for $proxy_add_x_forwarded_for;`,
    );
    const response = await fetch(`${nginx.origin}/seen?q=1`, { headers: { "x-forwarded-for": "192.0.2.1" } });
    assertEquals(await response.text(), `${nginx.origin.replace("http:", "https:")}/seen?q=1`);
    const { ip, path: logged } = JSON.parse((await server.stop()).stdout);
    assertEquals([ip, logged], ["127.0.0.1", "/seen?q=1"]);
  },
});
