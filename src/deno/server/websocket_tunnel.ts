/**
 * Tunnels WebSockets through a rewrite to another server.
 *
 * @module
 */

/** The largest amount of unsent data for one side; the connection of a side that reads too slowly is closed. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Options of {@linkcode openTunnel}. */
export interface TunnelOptions {
  /** The URL of the other server. */
  readonly url: string;
  /** The headers for the other server, without hop-by-hop headers. */
  readonly headers: Headers;
  /** Called when the tunnel opens, with a function that closes it; returns a function to call when it has closed. */
  readonly onOpen: (close: () => void) => () => void;
}

/**
 * Opens a WebSocket to another server, then upgrades the request.
 *
 * @param request The request as received from the server.
 * @param options The other end of the tunnel.
 * @returns The response of the upgrade; `null` if the other server does not accept a WebSocket.
 */
export async function openTunnel(request: Request, options: TunnelOptions): Promise<Response | null> {
  const remote = new WebSocket(options.url.replace(/^http/, "ws"), splitProtocols(options.headers));
  remote.binaryType = "arraybuffer";
  // Messages that arrive before the client's side is open.
  const early: (string | ArrayBuffer)[] = [];
  remote.onmessage = ({ data }) => early.push(data);
  if (!await isOpened(remote)) return null;
  const { socket: client, response } = Deno.upgradeWebSocket(request, { protocol: remote.protocol });
  client.binaryType = "arraybuffer";
  const closed = options.onOpen(() => close(client));
  client.onopen = () => {
    for (const data of early.splice(0)) client.send(data);
    pipe(remote, client);
    if (remote.readyState !== WebSocket.OPEN) close(client);
  };
  pipe(client, remote);
  client.addEventListener("close", closed);
  return response;
}

function isOpened(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = (event) => {
      event.preventDefault();
      resolve(false);
    };
  });
}

/** Forwards messages from one side to the other. */
function pipe(from: WebSocket, to: WebSocket): void {
  from.onmessage = ({ data }) => {
    if (to.readyState !== WebSocket.OPEN) return;
    to.send(data);
    if (to.bufferedAmount > MAX_BUFFERED_BYTES) close(to);
  };
  from.onclose = ({ code, reason }) => close(to, code, reason);
  from.onerror = (event) => {
    event.preventDefault();
    close(to);
  };
}

/** Closes a side. Only certain codes may be passed to `close()` (RFC 6455 §7.4.2). */
function close(socket: WebSocket, code = 1000, reason = ""): void {
  if (code === 1000 || (code >= 3000 && code < 5000)) socket.close(code, reason);
  else socket.close();
}

/**
 * Separates the protocols of the client from its other headers; the other `sec-websocket-*` headers are not forwarded.
 */
function splitProtocols(all: Headers): { protocols: string[]; headers: [string, string][] } {
  const protocols = (all.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  return {
    protocols: protocols.filter((name) => name !== ""),
    headers: [...all].filter(([name]) => !name.startsWith("sec-websocket-")),
  };
}
