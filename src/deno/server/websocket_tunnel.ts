/**
 * Tunnels WebSockets through a rewrite to another server.
 *
 * @module
 */

import { isHeaderName } from "../../http/header_text.ts";
import { watchOpening } from "../../http/websocket.ts";

/** The largest amount of unsent data for one side; the connection of a side that reads too slowly is closed. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Options of {@linkcode openTunnel}. */
export interface TunnelOptions {
  /** The URL of the other server. */
  readonly url: string;
  /** The headers for the other server, without hop-by-hop headers. */
  readonly headers: Headers;
  /** Ends the attempt to reach the other server. */
  readonly signal: AbortSignal;
  /** Settles when the response has been sent, or the client has left. */
  readonly sent: Promise<void>;
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
  if (!await isOpened(remote, options.signal)) return null;
  const { socket: client, response } = upgrade(request, remote);
  client.binaryType = "arraybuffer";
  const closed = options.onOpen(() => close(client));
  watchOpening(client, options.sent, () => {
    closed();
    close(remote);
  });
  client.onopen = () => {
    for (const data of early.splice(0)) client.send(data);
    pipe(remote, client);
    if (remote.readyState !== WebSocket.OPEN) close(client);
  };
  pipe(client, remote);
  client.addEventListener("close", closed);
  return response;
}

/** Waits until a socket opens or fails; one that does not open in time is closed. */
async function isOpened(socket: WebSocket, signal: AbortSignal): Promise<boolean> {
  const end = () => close(socket);
  signal.addEventListener("abort", end);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = (event) => {
      event.preventDefault();
      resolve(false);
    };
    if (signal.aborted) end();
  });
  signal.removeEventListener("abort", end);
  return isOpen;
}

function upgrade(request: Request, remote: WebSocket): Deno.WebSocketUpgrade {
  try {
    return Deno.upgradeWebSocket(request, { protocol: remote.protocol });
  } catch (error) {
    close(remote);
    throw error;
  }
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
 * Names that `WebSocket` would refuse, repeated and invalid ones, are left out.
 */
function splitProtocols(all: Headers): { protocols: string[]; headers: [string, string][] } {
  const protocols = (all.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  return {
    protocols: [...new Set(protocols)].filter(isHeaderName),
    headers: [...all].filter(([name]) => !name.startsWith("sec-websocket-")),
  };
}
