/**
 * Requests that ask for a WebSocket, and clients that leave before it opens.
 *
 * @module
 */

/** The version of the protocol (RFC 6455 §4.1). */
export const WEBSOCKET_VERSION = "13";

/**
 * Whether a request has what a server needs to upgrade it to a WebSocket (RFC 6455 §4.2.1).
 *
 * @param getHeader Returns a header of the request.
 */
export function asksForWebSocket(getHeader: (name: string) => string | null): boolean {
  return getHeader("upgrade")?.toLowerCase() === "websocket" && getHeader("sec-websocket-key") !== null &&
    getHeader("sec-websocket-version") === WEBSOCKET_VERSION;
}

/** How long a client may take to open its WebSocket after the response, in milliseconds. */
const OPENING_MS = 2000;

/**
 * Calls a function if a client leaves between the response and the opening of its WebSocket: Deno dispatches no event then,
 * so that what belongs to the socket would stay for ever.
 *
 * @param socket The server's side.
 * @param sent Settles when the response has been sent, or the client has left.
 * @param onGone Called at most once, and only if the socket has not opened.
 */
export function watchOpening(socket: WebSocket, sent: Promise<void>, onGone: () => void): void {
  sent.then(() => {
    if (socket.readyState !== WebSocket.CONNECTING) return;
    const timer = setTimeout(onGone, OPENING_MS);
    const stop = () => clearTimeout(timer);
    socket.addEventListener("open", stop);
    socket.addEventListener("close", stop);
  }, onGone);
}
