/**
 * What proxy, router and handler saw of a request, held against each other.
 *
 * @module
 */

import type { HandlerView, View } from "../fixtures/fuzz/view.ts";
import type { Problem } from "./area.ts";
import type { Answer } from "./http1.ts";

/** A view as the test applications send it in a header; `null` if there is none. */
export function viewIn<Kind extends View>(answer: Answer, name: string): Kind | null {
  const value = answer.headers.get(name)?.at(-1);
  return value === undefined ? null : JSON.parse(decodeURIComponent(value));
}

/**
 * Finds what no answer may show, whatever the request was.
 *
 * @param answer The answer.
 * @param isProxied Whether the proxy of the application sees each request.
 */
export function problemOf(answer: Answer, isProxied: boolean): Problem | null {
  const { status, headers, body } = answer;
  if (!(status >= 100 && status < 500)) return { kind: `status ${status}`, detail: `the server answered ${status}` };
  if (body.includes("SECRET")) {
    return { kind: "a guarded path was reached", detail: "the answer is that of /admin, which the proxy denies" };
  }
  const [location = "/"] = headers.get("location") ?? [];
  if (!/^\/(?![/\\])/.test(location)) {
    return { kind: "a redirect leaves the site", detail: `location: ${location}` };
  }
  const handler = viewIn<HandlerView>(answer, "x-handler-saw");
  const proxy = viewIn<View>(answer, "x-proxy-saw");
  if (isProxied && handler !== null && proxy === null) {
    return { kind: "the proxy was not asked", detail: `the handler answered ${handler.pathname}` };
  }
  return (proxy && problemIn(proxy, "proxy")) ??
    (handler && (problemIn(handler, "handler") ?? routerProblem(handler))) ??
    (proxy && handler && disagreement(proxy, handler));
}

/** Whether one who looks at the path, the URL or the host is told of the same request. */
function problemIn(view: View, who: string): Problem | null {
  const { pathname, host, url, hostHeader, forwardedHost } = view;
  const state = `the ${who} saw ${JSON.stringify(view)}`;
  if (!/^https?:\/\//.test(url)) return { kind: "a URL of another scheme", detail: state };
  const parsed = new URL(url);
  // Below a base path `request.url` is whole, and `nextUrl.pathname` is not.
  if (parsed.pathname !== pathname && parsed.pathname !== `/base${pathname}`) {
    return { kind: "request.url and nextUrl have two paths", detail: state };
  }
  if (parsed.host !== host) return { kind: "request.url and nextUrl have two hosts", detail: state };
  if (parsed.username !== "" || parsed.password !== "") return { kind: "a URL with credentials", detail: state };
  if (/\/\/|\\/.test(pathname)) return { kind: "a path that is not canonical", detail: state };
  // The application that trusts its proxy is at the host that this one tells.
  if (forwardedHost !== null && parseHost(parsed.protocol, forwardedHost.split(",")[0]!.trim()) === host) return null;
  if (hostHeader === null || parseHost(parsed.protocol, hostHeader) !== host) {
    return { kind: "nextUrl and the header have two hosts", detail: state };
  }
  // Case and the many ways to write an IPv6 address aside, no reader may be told of another name than the next.
  const name = hostHeader.toLowerCase().replace(/:\d*$/, "");
  return name === parsed.hostname || name.startsWith("[") ? null : { kind: "a host in two spellings", detail: state };
}

function parseHost(protocol: string, host: string): string | null {
  const url = `${protocol}//${host}/`;
  return URL.canParse(url) ? new URL(url).host : null;
}

/** The router chose by the path that the handler sees; a rewrite alone leads to another one. */
function routerProblem(view: HandlerView): Problem | null {
  const { route, params, pathname, hostHeader, ambientHost } = view;
  const state = `the handler saw ${JSON.stringify(view)}`;
  if (ambientHost !== hostHeader) return { kind: "headers() and the request have two hosts", detail: state };
  if (route !== "path") return null;
  const segments = pathname.split("/").filter((segment) => segment !== "").map(decodeURIComponent);
  const matched = [params?.path ?? []].flat();
  const isSame = segments.length === matched.length && segments.every((segment, index) => segment === matched[index]);
  return isSame ? null : { kind: "the router and the handler have two paths", detail: state };
}

function disagreement(proxy: View, handler: HandlerView): Problem | null {
  for (const name of ["method", "pathname", "search", "host", "url", "hostHeader"] as const) {
    if (proxy[name] === handler[name]) continue;
    // As in Next.js, the proxy sees the base path in `request.url`, and the handler does not.
    if (name === "url" && proxy.url.replace(/^(\w+:\/\/[^/]+)\/base(?=\/)/, "$1") === handler.url) continue;
    return {
      kind: `the proxy and the handler differ in ${name}`,
      detail: `the proxy saw ${JSON.stringify(proxy[name])}, the handler ${JSON.stringify(handler[name])}`,
    };
  }
  return null;
}
