/**
 * The URL of a request that came over a Unix socket.
 *
 * @module
 */

/** The scheme that Deno uses for a Unix socket, which is not one of HTTP. */
const SOCKET_SCHEME = "http+unix://";

/** The part of a connection that identifies a Unix socket. */
export interface SocketInfo {
  /** The address of the client. */
  readonly remoteAddr?: { readonly transport?: string };
}

/** Whether a URL is one that Deno creates for a request over a Unix socket; a client may write the scheme too. */
export function isSocketUrl(url: string): boolean {
  return url.startsWith(SOCKET_SCHEME);
}

/**
 * Gives a request over a Unix socket the URL that it has over TCP: the scheme `http`, and the host of its header. A
 * request without the header is one of `localhost`, instead of one of the socket's path.
 *
 * @param request The request, whose property `url` is replaced.
 * @param info The connection that it came by.
 * @returns Whether it had the URL of a socket.
 */
export function replaceSocketUrl(request: Request, info: SocketInfo | undefined): boolean {
  const { url } = request;
  if (!isSocketUrl(url) || info?.remoteAddr?.transport !== "unix") return false;
  const [, authority = "", rest = ""] = /^[^:]*:\/\/([^/]*)(.*)$/s.exec(url) ?? [];
  // Only a path has an encoded slash.
  const host = authority.includes("%2F") ? "localhost" : authority;
  Object.defineProperty(request, "url", { value: `http://${host}${rest}`, configurable: true });
  return true;
}
