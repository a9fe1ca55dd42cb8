/**
 * Hosts, paths and request targets, written in all the ways that servers and proxies have been fooled by.
 *
 * @module
 */

import type { AppName } from "./area.ts";
import { chance, integer, longText, pick, pieces, type Random, several } from "./random.ts";

const SEGMENTS = [
  "admin",
  "admin",
  "admin",
  "ADMIN",
  "plain",
  "base",
  "en",
  "de",
  "twice",
  "go",
  "leave",
  "rewritten",
  "headed",
  "target",
  "cached",
  "file.txt",
  "a",
  "caf\u00c3\u00a9",
  "%C3%A9",
  "__proto__",
  "constructor",
  "%",
  "%zz",
  "%00",
  "%0a",
  "%0d%0aset-cookie:a=b",
  "%FF",
  "%C0%AE",
  "%ED%A0%80",
  "%25",
  "%2561dmin",
  "%5B",
  "[id]",
  "[...rest]",
  ":name",
  "*",
  "~",
  "a;b=c",
  "a b",
  "\t",
  "\u00ff",
  "$&",
  "{x}",
  "|",
  '"',
  "<>",
  "^`",
  "@",
  "a:b",
  "\u00c4\u00b0",
];
const GOOD_SEGMENTS = [
  ...[
    "admin",
    "a",
    "b",
    "ADMIN",
    "en",
    "twice",
    "rewritten",
    "headed",
    "target",
    "cached",
    "%C3%A9",
    "%2F",
    "%5C",
    "%25",
  ],
  "%2e%2e",
  "..",
  ".",
  "%2561dmin",
  "a;b=c",
  "~",
  "[id]",
  ":name",
  "*",
  "|",
  "__proto__",
  "$&",
  "@",
];
const SEPARATORS = [
  "/",
  "/",
  "/",
  "/",
  "/",
  "/",
  "//",
  "\\",
  "/./",
  "/../",
  "/%2e/",
  "/%2E%2e/",
  "/.%2e/",
  "%2F",
  "%2f",
  "%5C",
  "/;/",
  "/x/../",
  "?/",
  "#/",
];
const GUARDED = ["/admin", "/admin", "/admin/a", "/en/admin", "/de/admin/a", "/base/admin", "/base/admin/"];
const QUERIES = [
  "",
  "",
  "",
  "?",
  "?a=1",
  "?/admin",
  "?a=%",
  "?a=%0d%0a",
  "?path=admin&lang=en",
  "?a=b#c",
  "#",
  "#/admin",
];
const HOSTS = ["localhost", "127.0.0.1", "a.test", "real.test", "[::1]", "xn--caf-dma.test"];
const ODD_HOSTS = [
  "",
  "LOCALHOST",
  "A.test",
  "localhost.",
  "a.test..",
  "127.1",
  "0x7f.1",
  "2130706433",
  "0177.0.0.1",
  "256.256.256.256",
  "[::ffff:127.0.0.1]",
  "[0:0:0:0:0:0:0:1]",
  "[::1",
  "[::1%25lo]",
  "a_b",
  "-a-",
  "a%2eb",
  "%61.test",
  "a b",
  "a,b",
  "a/b",
  "a?b",
  "a#b",
  "a\\b",
  "a@b",
  "user:pass@a.test",
  "@",
  "a\u00e9.test",
  "a;b",
  "a:b",
];
const PORTS = [
  "",
  "",
  "",
  "",
  ":80",
  ":443",
  ":8000",
  ":",
  ":0",
  ":00080",
  ":65535",
  ":65536",
  ":99999",
  ":x",
  ":-1",
  ":80:80",
];
const SCHEMES = [
  "http",
  "http",
  "https",
  "HTTP",
  "ws",
  "wss",
  "ftp",
  "file",
  "a",
  "data",
  "javascript",
  "blob",
  "about",
];
/** What ends a host, or is thought to. */
const JOINTS = ["?", "?", "#", "\\", "/", "@", ":@", "%2f", "%3f", "?@", "?real.test#"];
const LONG = ["/", "a", "%", "%61", "..", "/../", ";", ":", "-", ".", "?", "&", "="];

/** A host with or without a port: good ones, and such as are two hosts to two readers. */
export function makeHost(random: Random): string {
  if (chance(random, 0.7)) return pick(random, HOSTS) + (chance(random, 0.2) ? pick(random, PORTS) : "");
  return pick(random, ODD_HOSTS) + pick(random, PORTS);
}

/**
 * A path with its query, as a client may write it.
 *
 * @param random Random numbers.
 * @param app The application, whose paths it may be one of.
 */
export function makePath(random: Random, app: AppName): string {
  if (chance(random, 0.01)) return "/" + longText(random, 60_000, LONG);
  if (app !== "based" || chance(random, 0.2)) return makeBarePath(random) + pick(random, QUERIES);
  const path = `${respell(random, "/base")}${makeBarePath(random)}`;
  return path + (chance(random, 0.7) && !path.endsWith("/") ? "/" : "") + pick(random, QUERIES);
}

function makeBarePath(random: Random): string {
  const kind = random();
  if (kind < 0.2) return pick(random, GUARDED);
  if (kind < 0.5) return makeGoodPath(random);
  const depth = 1 + integer(random, 4);
  let path = "";
  for (let i = 0; i < depth; i++) path += pick(random, SEPARATORS) + respell(random, pick(random, SEGMENTS));
  if (chance(random, 0.2)) path += pick(random, SEPARATORS);
  return (chance(random, 0.97) && !path.startsWith("/") ? "/" : "") + path;
}

/** One that has an answer, however it is spelled. */
function makeGoodPath(random: Random): string {
  const depth = 1 + integer(random, 4);
  return Array.from({ length: depth }, () => `/${respell(random, pick(random, GOOD_SEGMENTS))}`).join("");
}

/** Some characters as escapes, which is another spelling of the same text. */
function respell(random: Random, text: string): string {
  if (chance(random, 0.5)) return text;
  return text.replace(/[A-Za-z0-9._~-]/g, (character) => {
    if (chance(random, 0.6)) return character;
    const hex = character.charCodeAt(0).toString(16);
    return `%${chance(random, 0.5) ? hex : hex.toUpperCase()}`;
  });
}

/**
 * The target of a request line, in every form of RFC 9112 §3.2 and in none.
 *
 * @param random Random numbers.
 * @param host The host that the `Host` header has.
 * @param app The application.
 */
export function makeTarget(random: Random, host: string, app: AppName): string {
  const path = makePath(random, app);
  const form = random();
  if (form < 0.55) return path;
  if (form < 0.8) {
    return `${pick(random, SCHEMES)}${pick(random, ["://", "://", "://", ":", ":/", ":///"])}${
      makeAuthority(random, host)
    }${path}`;
  }
  if (form < 0.93) return `${pick(random, SCHEMES)}://${makeAuthority(random, host)}${pick(random, GUARDED)}`;
  if (form < 0.95) return makeHost(random);
  if (form < 0.97) return "*";
  return pieces(random, 6, [...SEGMENTS, ...SEPARATORS, ...ODD_HOSTS, "://"]);
}

/** An authority that a careless reader takes for the host of the header. */
export function makeAuthority(random: Random, host: string): string {
  const before = chance(random, 0.3) ? "" : "h".repeat(integer(random, 5)) + pick(random, JOINTS);
  return before + (chance(random, 0.8) ? host : makeHost(random));
}

/** Headers by which clients have steered servers, and such as have odd values. */
export function makeHeaders(random: Random): [name: string, value: string][] {
  return several(random, 3, () => makeHeader(random));
}

const HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ["x-a", ["1", "", "a b"]],
  ["x-forwarded-host", ["evil.test", "evil.test, localhost", "a/b", "h?localhost", ""]],
  ["x-forwarded-proto", ["https", "http", "wss", "https, http", "javascript", "a://b"]],
  ["x-forwarded-port", ["1", "99999", "x"]],
  ["x-forwarded-for", ["127.0.0.1", "::ffff:127.0.0.1", "evil"]],
  ["forwarded", ["host=evil.test;proto=https", 'for="[::1]"', ";;;"]],
  ["x-original-url", ["/admin"]],
  ["x-rewrite-url", ["/admin"]],
  ["x-middleware-subrequest", ["proxy", "middleware:middleware:middleware:middleware:middleware", "src/proxy"]],
  ["x-middleware-next", ["1"]],
  ["x-middleware-rewrite", ["/admin", "http://evil.test/"]],
  ["x-middleware-override-headers", ["host,x-a", "host"]],
  ["x-middleware-request-host", ["evil.test"]],
  ["x-proxy-saw", ["%7B%7D"]],
  ["x-nextjs-data", ["1"]],
  ["x-matched-path", ["/admin"]],
  ["x-http-method-override", ["DELETE", "TRACE"]],
  ["upgrade", ["websocket", "h2c", "TLS/1.0"]],
  ["connection", ["upgrade", "close, host", "keep-alive"]],
  ["expect", ["100-continue", "200-ok"]],
  ["accept-encoding", ["gzip", "br;q=1, *;q=0", ";q=q"]],
  ["if-none-match", ["*", 'W/"a"', '"', ',,,"a']],
  ["cookie", ["a=1", "__proto__=1", "a=%"]],
  ["content-type", ["application/json", "multipart/form-data", "a/b; boundary="]],
  ["accept", ["*/*", "text/html;q=0.5, */*;q=x"]],
];

function makeHeader(random: Random): [name: string, value: string] {
  const [name, values] = pick(random, HEADERS);
  return [
    name,
    chance(random, 0.03) ? longText(random, 20_000, [...values, ",", ";", "=", '"', " "]) : pick(random, values),
  ];
}
