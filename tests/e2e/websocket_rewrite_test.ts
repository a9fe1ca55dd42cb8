/**
 * WebSockets through a rewrite to another server, over real sockets.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { startCli } from "../helpers/cli.ts";
import { until } from "../helpers/until.ts";
import { temporaryFiles } from "../helpers/app.ts";

interface Echo extends AsyncDisposable {
  readonly origin: string;
  /** How many WebSockets are open. */
  readonly open: () => number;
  /** How many requests there were. */
  readonly requests: () => number;
}

/** A server whose WebSockets send back their request and their messages; the path `/refuse` accepts none. */
function startEcho(): Echo {
  let open = 0, requests = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    requests++;
    if (pathname === "/lie") return new Response(null, { status: 101 });
    if (pathname === "/refuse") return new Response("no WebSocket here", { status: 403 });
    const names = ["cookie", "authorization", "x-own", "sec-websocket-protocol"];
    const seen = names.map((name) => request.headers.get(name));
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "second" });
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      open++;
      socket.send(JSON.stringify([pathname + search, ...seen]));
    };
    socket.onclose = () => open--;
    socket.onerror = (event) => event.preventDefault();
    socket.onmessage = ({ data }) => data === "bye" ? socket.close(3001, "as asked") : socket.send(data);
    return response;
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    open: () => open,
    requests: () => requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Opens a project with rewrites to a server. */
async function startRewriting(origin: string) {
  const project = await temporaryFiles({
    "app/route.ts": "export const GET = () => new Response();",
    "next.config.ts": `export default {
  rewrites: () => [{ source: "/ws/:p*", destination: "${origin}/:p*" }],
  experimental: { proxyTimeout: 500 },
};`,
  });
  const server = await startCli(["start", project.dir]);
  return {
    url: server.origin.replace("http", "ws"),
    origin: server.origin,
    stop: () => server.stop(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
}

/** Opens a WebSocket and collects its messages. */
async function open(
  url: string,
): Promise<{ socket: WebSocket; next: () => Promise<unknown>; closed: Promise<CloseEvent> }> {
  const headers = { cookie: "a=1", authorization: "Bearer x", "x-own": "2" };
  const socket = new WebSocket(url, { protocols: ["first", "second"], headers });
  socket.binaryType = "arraybuffer";
  const messages: unknown[] = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    messages.push(data);
    wake();
  };
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = (event) => reject(new Error((event as ErrorEvent).message));
  });
  const next = async () => {
    while (messages.length === 0) await new Promise<void>((resolve) => wake = resolve);
    return messages.shift();
  };
  return { socket, next, closed };
}

Deno.test("a rewrite to another server tunnels a WebSocket: path, credentials, protocol, messages and close", async () => {
  await using echo = startEcho();
  await using routes = await startRewriting(echo.origin);
  const { socket, next, closed } = await open(`${routes.url}/ws/a/b?q=1`);
  assertEquals(socket.protocol, "second");
  assertEquals(JSON.parse(await next() as string), ["/a/b?q=1", "a=1", "Bearer x", "2", "first, second"]);
  socket.send("text");
  assertEquals(await next(), "text");
  socket.send(Uint8Array.of(0, 255, 1));
  assertEquals([...new Uint8Array(await next() as ArrayBuffer)], [0, 255, 1]);
  socket.send("bye");
  const { code, reason } = await closed;
  assertEquals({ code, reason }, { code: 3001, reason: "as asked" });
});

Deno.test("a rewrite to another server returns that server's response if it does not accept a WebSocket", async () => {
  await using echo = startEcho();
  await using routes = await startRewriting(echo.origin);
  assertEquals(await sendUpgrade(routes.origin, "/ws/refuse"), "HTTP/1.1 403 Forbidden");
});

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Sends an upgrade, and returns the status line. */
async function sendUpgrade(origin: string, path: string, headers: Record<string, string> = UPGRADE): Promise<string> {
  using connection = await connectAndSend(origin, path, headers);
  const part = new Uint8Array(4096);
  const length = await connection.read(part);
  return new TextDecoder().decode(part.subarray(0, length ?? 0)).split("\r\n", 1)[0]!;
}

async function connectAndSend(origin: string, path: string, headers: Record<string, string>): Promise<Deno.TcpConn> {
  const { host, port } = new URL(origin);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await connection.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`));
  return connection;
}

for (const missing of ["connection", "sec-websocket-key", "sec-websocket-version"]) {
  Deno.test(`S84 an upgrade without ${missing} is forwarded as a request, and leaves no WebSocket open`, async () => {
    await using echo = startEcho();
    await using routes = await startRewriting(echo.origin);
    const headers = Object.fromEntries(Object.entries(UPGRADE).filter(([name]) => name !== missing));
    assertEquals(await sendUpgrade(routes.origin, "/ws/refuse", headers), "HTTP/1.1 403 Forbidden");
    assertEquals([echo.open(), echo.requests()], [0, 1]);
  });
}

Deno.test("S84 clients that leave before their WebSocket is open leave none to the other server", async () => {
  await using echo = startEcho();
  await using routes = await startRewriting(echo.origin);
  const headers = { ...UPGRADE, "sec-websocket-protocol": "second" };
  for (let index = 0; index < 60; index++) {
    using _ = await connectAndSend(routes.origin, "/ws/x", headers);
    await delay(index % 4);
  }
  await until("the other server has seen clients, and none of their WebSockets is open", async () => {
    await delay(500);
    return echo.requests() > 0 && echo.open() === 0;
  });
  assertEquals(await sendUpgrade(routes.origin, "/ws/x", headers), "HTTP/1.1 101 Switching Protocols");
});

Deno.test("S84 a server that does not answer an upgrade is not waited for longer than for a request", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using routes = await startRewriting(`http://127.0.0.1:${silent.addr.port}`);
  assertEquals(await sendUpgrade(routes.origin, "/ws/x"), "HTTP/1.1 504 Gateway Timeout");
});

Deno.test("S84 names of protocols that are repeated or invalid do not fail an upgrade", async () => {
  await using echo = startEcho();
  await using routes = await startRewriting(echo.origin);
  const headers = { ...UPGRADE, "sec-websocket-protocol": "second, second, a b" };
  assertEquals(await sendUpgrade(routes.origin, "/ws/x", headers), "HTTP/1.1 101 Switching Protocols");
});

Deno.test("S85 a server that switches protocols for a plain request is answered for with 502", async () => {
  await using echo = startEcho();
  await using routes = await startRewriting(echo.origin);
  assertEquals(await sendUpgrade(routes.origin, "/ws/lie", {}), "HTTP/1.1 502 Bad Gateway");
});

Deno.test("a server that stops closes the WebSockets of its rewrites", async () => {
  await using echo = startEcho();
  await using routes = await startRewriting(echo.origin);
  const { next, closed } = await open(`${routes.url}/ws/x`);
  await next();
  const stopped = routes.stop();
  await closed;
  assertEquals((await stopped).code, 0);
});
