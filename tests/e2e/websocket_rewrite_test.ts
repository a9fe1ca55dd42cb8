/**
 * WebSockets through a rewrite to another server, over real sockets.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { startCli } from "../helpers/cli.ts";
import { temporaryFiles } from "../helpers/app.ts";

/** A server whose WebSockets send back their request and their messages; the path `/refuse` accepts none. */
function startEcho(): { readonly origin: string } & AsyncDisposable {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/refuse") return new Response("no WebSocket here", { status: 403 });
    const names = ["cookie", "authorization", "x-own", "sec-websocket-protocol"];
    const seen = names.map((name) => request.headers.get(name));
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "second" });
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify([pathname + search, ...seen]));
    socket.onmessage = ({ data }) => data === "bye" ? socket.close(3001, "as asked") : socket.send(data);
    return response;
  });
  return { origin: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Opens a project with rewrites to a server. */
async function startRewriting(origin: string) {
  const project = await temporaryFiles({
    "app/route.ts": "export const GET = () => new Response();",
    "next.config.ts": `export default { rewrites: () => [{ source: "/ws/:p*", destination: "${origin}/:p*" }] };`,
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
  const headers = [
    "GET /ws/refuse HTTP/1.1",
    `host: ${new URL(routes.origin).host}`,
    "connection: Upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(routes.origin).port) });
  await connection.write(new TextEncoder().encode(`${headers.join("\r\n")}\r\n\r\n`));
  const part = new Uint8Array(4096);
  const length = await connection.read(part);
  assertEquals(new TextDecoder().decode(part.subarray(0, length ?? 0)).split("\r\n", 1), ["HTTP/1.1 403 Forbidden"]);
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
