/**
 * A `nextUrl` that reports which of its parts are read.
 *
 * @module
 */

import type { NextURL } from "../http/next_url.ts";

/** The path is the same for all clients that get a cached response; host and query are not. */
const OBSERVED: ReadonlySet<unknown> = new Set([
  "search",
  "searchParams",
  "href",
  "origin",
  "host",
  "hostname",
  "port",
  "protocol",
  "toString",
  "toJSON",
  "clone",
]);

/**
 * Wraps a URL.
 *
 * @param url The URL.
 * @param onRead Called before a part other than the path is read, as in code: `nextUrl.search`.
 */
export function observeUrl(url: NextURL, onRead: (part: string) => void): NextURL {
  return new Proxy(url, {
    get(url, name) {
      if (OBSERVED.has(name)) onRead(`nextUrl.${String(name)}`);
      const value = Reflect.get(url, name, url);
      return typeof value === "function" ? value.bind(url) : value;
    },
    set: (url, name, value) => Reflect.set(url, name, value, url),
  });
}
