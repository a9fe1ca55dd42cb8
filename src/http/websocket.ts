/**
 * WebSockets whose clients leave before they open.
 *
 * @module
 */

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
