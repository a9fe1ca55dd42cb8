/**
 * WebSockets.
 *
 * @module
 */

import { createProblem, problemResponse } from "../contract/problem.ts";
import { asksForWebSocket, watchOpening, WEBSOCKET_VERSION } from "../http/websocket.ts";
import { writeLog } from "../log/log.ts";
import { getScope } from "../scope/current_scope.ts";

/** The event handlers of a WebSocket. Each may be asynchronous. */
export interface WebSocketHandlers {
  /** Called when the socket can send. */
  open?(socket: WebSocket): unknown;
  /** Called with each message, text or bytes, in order. A call does not wait for the previous one. */
  message?(socket: WebSocket, data: string | ArrayBuffer): unknown;
  /** Called when the socket is closed, by either side. */
  close?(
    socket: WebSocket,
    event: { readonly code: number; readonly reason: string; readonly wasClean: boolean },
  ): unknown;
  /**
   * Called when the connection or another of these functions fails. Default: the error is reported like one of a
   * handler.
   */
  error?(socket: WebSocket, error: unknown): unknown;
}

/** Options of {@linkcode upgrade}. */
export interface UpgradeOptions {
  /**
   * The origins whose pages may connect: `"*"` for all, or one or more such as `"https://app.example.com"`. Clients
   * that are not browsers send no origin, and may connect. Default: the host of the request.
   */
  origin?: string | readonly string[];
  /**
   * The subprotocols, in order of preference; `socket.protocol` is the first that the client supports. Default: none.
   */
  protocols?: readonly string[];
  /** The time in which a client has to respond to a ping, in seconds; 0 for no pings. Default: 30. */
  idleTimeout?: number;
}

/** The part of Deno that is used; other servers do not have it. */
interface Host {
  upgradeWebSocket?(
    request: Request,
    options: { protocol?: string; idleTimeout?: number },
  ): { socket: WebSocket; response: Response };
}

/**
 * Upgrades a request to a WebSocket. The response to any other request is 426, and to a page of another origin 403,
 * because browsers send cookies with it, and no preflight.
 *
 * Sockets are closed when the server stops. It requires Deno: Next.js and `deno test` without a server cannot upgrade.
 *
 * @param request The request, with the method GET.
 * @param handlers The event handlers of the socket.
 * @param options Origins, subprotocols and pings.
 * @throws {TypeError} If the server cannot upgrade requests.
 * @see https://www.rfc-editor.org/rfc/rfc6455
 *
 * @example
 * ```ts
 * import { upgrade } from "@x/routes/response";
 *
 * export const GET = (request: Request) =>
 *   upgrade(request, {
 *     message: (socket, data) => socket.send(data),
 *   });
 * ```
 */
export function upgrade(request: Request, handlers: WebSocketHandlers, options: UpgradeOptions = {}): Response {
  const { protocols = [], idleTimeout } = options;
  const { headers } = request;
  if (!asksForWebSocket((name) => headers.get(name))) {
    const required = { upgrade: "websocket", connection: "upgrade", "sec-websocket-version": WEBSOCKET_VERSION };
    return problemResponse(createProblem(426, { detail: "Connect by WebSocket" }), required);
  }
  if (!isAllowedOrigin(request, options.origin)) {
    return problemResponse(createProblem(403, { detail: "Pages of this origin may not connect" }));
  }
  const host = (globalThis as { Deno?: Host }).Deno;
  if (host?.upgradeWebSocket === undefined) {
    throw new TypeError(
      "Cannot upgrade to a WebSocket: this server does not support it, serve the route with @x/routes on Deno",
    );
  }
  const offered = headers.get("sec-websocket-protocol")?.split(",").map((name) => name.trim()) ?? [];
  const protocol = protocols.find((name) => offered.includes(name));
  const { socket, response } = host.upgradeWebSocket(request, {
    ...(protocol === undefined ? {} : { protocol }),
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
  });
  // Deno leaves it empty on the server.
  Object.defineProperty(socket, "protocol", { value: protocol ?? "" });
  listen(socket, handlers);
  return response;
}

function listen(socket: WebSocket, handlers: WebSocketHandlers): void {
  const scope = getScope();
  const streams = scope?.application.streams;
  const cut = () => socket.close();
  streams?.add(cut);
  if (scope !== undefined) watchOpening(socket, scope.done(), () => streams?.delete(cut));

  const report = (error: unknown) => {
    if (scope === undefined) writeLog("error", "A WebSocket failed:", { error });
    else scope.application.report(error, scope, "the WebSocket");
  };
  const fail = (error: unknown) =>
    handlers.error === undefined ? report(error) : run(() => handlers.error!(socket, error), report);

  socket.binaryType = "arraybuffer";
  socket.onopen = () => run(() => handlers.open?.(socket), fail);
  socket.onmessage = ({ data }) => run(() => handlers.message?.(socket, data), fail);
  socket.onclose = ({ code, reason, wasClean }) => {
    streams?.delete(cut);
    run(() => handlers.close?.(socket, { code, reason, wasClean }), fail);
  };
  socket.onerror = (event) => {
    event.preventDefault();
    const { error, message } = event as ErrorEvent;
    fail(error ?? new Error(message || "The connection failed"));
  };
}

/** Calls an event handler, which may be asynchronous. */
async function run(call: () => unknown, fail: (error: unknown) => void): Promise<void> {
  try {
    await call();
  } catch (error) {
    fail(error);
  }
}

function isAllowedOrigin(request: Request, allowed: UpgradeOptions["origin"]): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || allowed === "*") return true;
  if (allowed !== undefined) return [allowed].flat().includes(origin);
  // By host: TLS may end at a proxy, and the server then sees http.
  return URL.canParse(origin) && new URL(origin).host === new URL(request.url).host;
}
