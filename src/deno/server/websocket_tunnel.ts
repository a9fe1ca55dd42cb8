/**
 * WebSockets through a rewrite to another server.
 *
 * @module
 */

/** How much may wait to be sent to one side, in bytes; a side that reads more slowly loses the connection. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** What a tunnel is opened with. */
export interface TunnelOptions {
  /** The URL of the other server. */
  readonly url: string;
  /** The headers for the other server, without those of one hop. */
  readonly headers: Headers;
  /** Called with the function that closes the tunnel, while it is open; returns the function to call when it is closed. */
  readonly onOpen: (close: () => void) => () => void;
}

/**
 * Opens a WebSocket to another server, and then upgrades the request.
 *
 * @param request The request, as the server gave it.
 * @param options Where the tunnel leads to.
 * @returns The response of the upgrade; `null` if the other server does not accept a WebSocket.
 */
export async function openTunnel(request: Request, options: TunnelOptions): Promise<Response | null> {
  const remote = new WebSocket(options.url.replace(/^http/, "ws"), splitProtocols(options.headers));
  remote.binaryType = "arraybuffer";
  // Messages may come before the client can get any.
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

/** Sends what comes from one side to the other one. */
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

/** Closes a side. Of the codes only those of applications may be given (RFC 6455 §7.4.2). */
function close(socket: WebSocket, code = 1000, reason = ""): void {
  if (code === 1000 || (code >= 3000 && code < 5000)) socket.close(code, reason);
  else socket.close();
}

/** `sec-websocket-*` is between this server and the other one; of the client's only the protocols are handed on. */
function splitProtocols(all: Headers): { protocols: string[]; headers: [string, string][] } {
  const protocols = (all.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  return {
    protocols: protocols.filter((name) => name !== ""),
    headers: [...all].filter(([name]) => !name.startsWith("sec-websocket-")),
  };
}
