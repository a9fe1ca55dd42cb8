import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { upgrade, type UpgradeOptions, type WebSocketHandlers } from "../../src/response/upgrade.ts";
import { captured, createApp, serveApp } from "../helpers/app.ts";
import { until } from "../helpers/until.ts";
import { sendRequest } from "../helpers/wire.ts";

async function serve(handlers: WebSocketHandlers, options?: UpgradeOptions) {
  const GET = (request: Request) => upgrade(request, handlers, options);
  return serveApp(await createApp({ "socket/route.ts": { GET } }));
}

/** Opens a socket, and closes it and waits for that at the end. */
async function connect(origin: string, protocols: string[] = []) {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/socket`, protocols);
  socket.binaryType = "arraybuffer";
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const seen: unknown[] = [];
  socket.onmessage = ({ data }) => seen.push(typeof data === "string" ? data : new Uint8Array(data));
  const dispose = async () => {
    socket.close();
    await closed;
  };
  return { socket, seen, closed, [Symbol.asyncDispose]: dispose };
}

Deno.test("upgrade() calls the handlers of a socket", async () => {
  const calls: unknown[] = [];
  await using server = await serve({
    open: (socket) => socket.send("welcome"),
    message(socket, data) {
      calls.push(typeof data === "string" ? data : new Uint8Array(data));
      socket.send(data);
    },
    close: (_socket, { code, reason }) => calls.push([code, reason]),
  });
  await using client = await connect(server.origin);
  await until("the welcome comes", () => client.seen.length === 1);
  client.socket.send("text");
  client.socket.send(new Uint8Array([1, 2]));
  await until("all is echoed", () => client.seen.length === 3);
  assertEquals(client.seen, ["welcome", "text", new Uint8Array([1, 2])]);
  client.socket.close(4000, "bye");
  await until("it is closed", () => calls.length === 3);
  assertEquals(calls, ["text", new Uint8Array([1, 2]), [4000, "bye"]]);
});

const PROTOCOLS: readonly [offered: string[], chosen: string][] = [
  [["b", "a"], "a"],
  [["b"], "b"],
  [[], ""],
];

for (const [offered, chosen] of PROTOCOLS) {
  Deno.test(`upgrade() chooses "${chosen}" of the subprotocols "${offered}"`, async () => {
    await using server = await serve({ open: (socket) => socket.send(socket.protocol) }, { protocols: ["a", "b"] });
    await using client = await connect(server.origin, offered);
    await until("the choice comes", () => client.seen.length === 1);
    assertEquals([client.socket.protocol, client.seen], [chosen, [chosen]]);
  });
}

Deno.test("an error of a handler goes to error(), or is reported", async () => {
  for (
    const message of [
      () => {
        throw new Error("at once");
      },
      () => Promise.reject(new Error("later")),
    ]
  ) {
    const errors: unknown[] = [];
    await using server = await serve({ message, error: (_socket, error) => errors.push(error) });
    await using client = await connect(server.origin);
    client.socket.send("x");
    await until("the error comes", () => errors.length === 1);
    assert(errors[0] instanceof Error);
  }
  const lines = await captured("error", async () => {
    let isCalled = false;
    await using server = await serve({
      message() {
        isCalled = true;
        throw new Error("broken");
      },
    });
    await using client = await connect(server.origin);
    client.socket.send("x");
    await until("the handler is called", () => isCalled);
  });
  assert(
    lines.length === 1 && lines[0]!.includes("the WebSocket in socket/route.ts failed: Error: broken"),
    lines.join(),
  );
});

const KEY = ["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="] as const;
const HANDSHAKE = [["upgrade", "websocket"], ["connection", "upgrade"], KEY, ["sec-websocket-version", "13"]] as const;

const ORIGINS: readonly [origin: string | undefined, UpgradeOptions, status: number][] = [
  [undefined, {}, 101],
  ["http://app.test:8000", {}, 101],
  ["https://app.test:8000", {}, 101],
  ["https://evil.test", {}, 403],
  ["https://app.test", {}, 403],
  ["null", {}, 403],
  ["https://evil.test", { origin: "*" }, 101],
  ["https://a.test", { origin: ["https://a.test", "https://b.test"] }, 101],
  ["https://b.test", { origin: "https://b.test" }, 101],
  ["https://b.test.evil.test", { origin: "https://b.test" }, 403],
  ["http://app.test:8000", { origin: [] }, 403],
];

for (const [origin, options, status] of ORIGINS) {
  Deno.test(`S73 upgrade() responds with ${status} to a page of ${origin}, with ${JSON.stringify(options)}`, async () => {
    await using server = await serve({ open: (socket) => socket.close() }, options);
    const headers = [["host", "app.test:8000"], ...HANDSHAKE, ...(origin === undefined ? [] : [["origin", origin]])];
    const response = await sendHandshake(server.port, headers as [string, string][]);
    assertStrictEquals(response, status);
  });
}

/** Returns the status of a handshake; the connection then ends. */
async function sendHandshake(port: number, headers: readonly (readonly [string, string])[]): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await connection.write(new TextEncoder().encode(`GET /socket HTTP/1.1\r\n${lines}\r\n`));
  const buffer = new Uint8Array(4096);
  const length = await connection.read(buffer) ?? 0;
  return Number(new TextDecoder().decode(buffer.subarray(0, length)).split(" ")[1]);
}

const REQUESTS: readonly [title: string, headers: readonly (readonly [string, string])[]][] = [
  ["a plain request", []],
  ["another protocol", [["upgrade", "h2c"], ["connection", "upgrade"], KEY]],
  ["an earlier version", [["upgrade", "websocket"], ["connection", "upgrade"], KEY, ["sec-websocket-version", "8"]]],
  ["a request without a key", [["upgrade", "websocket"], ["connection", "upgrade"], ["sec-websocket-version", "13"]]],
];

for (const [title, headers] of REQUESTS) {
  Deno.test(`upgrade() responds with 426 to ${title}`, () => {
    const request = new Request("http://localhost/", { headers: headers as [string, string][] });
    const response = upgrade(request, {});
    assertEquals(
      [response.status, response.headers.get("upgrade"), response.headers.get("sec-websocket-version")],
      [426, "websocket", "13"],
    );
  });
}

Deno.test("upgrade() responds with 426 over a socket", async () => {
  await using server = await serve({});
  const response = await sendRequest(server.port, { path: "/socket" });
  assertEquals([response.status, response.headers["upgrade"]], [426, ["websocket"]]);
});

Deno.test("upgrade() throws on a server that cannot upgrade", () => {
  const host = Object.getOwnPropertyDescriptor(Deno, "upgradeWebSocket")!;
  const request = new Request("http://localhost/", { headers: HANDSHAKE.map(([name, value]) => [name, value]) });
  Object.defineProperty(Deno, "upgradeWebSocket", { configurable: true, value: undefined });
  try {
    assertThrows(() => upgrade(request, {}), TypeError, "serve the route with @x/routes on Deno");
  } finally {
    Object.defineProperty(Deno, "upgradeWebSocket", host);
  }
});
