/**
 * Formats the destinations of links.
 *
 * @module
 */

interface UrlParts {
  readonly protocol?: string | null;
  readonly host?: string | null;
  readonly hostname?: string | null;
  readonly port?: string | number | null;
  readonly pathname?: string | null;
  readonly search?: string | null;
  readonly hash?: string | null;
  readonly query?: unknown;
}

/**
 * Formats a destination.
 *
 * @param href A string, a `URL`, or an object with the parts of a URL, like that of `node:url`.
 */
export function formatHref(href: unknown): string {
  if (typeof href !== "object" || href === null) return String(href ?? "");
  if (href instanceof URL) return href.href;
  const { protocol, host, hostname, port, pathname, search, hash, query } = href as UrlParts;
  const authority = host ?? (hostname ? `${hostname}${port ? `:${port}` : ""}` : "");
  const origin = authority === "" ? "" : `${protocol ? `${protocol.replace(/:?$/, ":")}` : ""}//${authority}`;
  return origin + (pathname ?? "") + addPrefix("?", search ?? formatQuery(query)) + addPrefix("#", hash ?? "");
}

function addPrefix(prefix: string, text: string): string {
  return text === "" || text.startsWith(prefix) ? text : prefix + text;
}

function formatQuery(query: unknown): string {
  if (typeof query !== "object" || query === null) return String(query ?? "");
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each ?? ""));
  }
  return params.toString();
}
