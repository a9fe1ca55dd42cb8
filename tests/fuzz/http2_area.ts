/**
 * Requests of HTTP/2 without TLS: pseudo-headers that say something else than the headers, or nothing that holds.
 *
 * @module
 */

import type { AppName, FuzzArea } from "./area.ts";
import { exchangeStreams } from "./http2.ts";
import { chance, integer, pick, pieces, type Random } from "./random.ts";
import { makeAuthority, makeHeaders, makeHost, makePath, makeTarget } from "./targets.ts";
import { problemOf } from "./views.ts";

type Stream = {
  readonly method: string;
  readonly path: string;
  readonly scheme: string | null;
  readonly authority: string | null;
  readonly host: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
};

type Http2Input = { readonly app: AppName; readonly streams: readonly Stream[] };

const SCHEMES = [
  "http",
  "https",
  "HTTP",
  "ws",
  "wss",
  "file",
  "ftp",
  "a",
  "",
  "h2c",
  "javascript",
  "data",
  "http://evil.test/",
];
/** HTTP/2 has no place for them (RFC 9113 §8.2.2), and the client sends none. */
const CONNECTION = ["connection", "upgrade", "transfer-encoding", "keep-alive", "expect"];

/** Requests of HTTP/2. */
export const http2Area: FuzzArea<Http2Input> = {
  name: "http2",
  kept: ["app"],
  make(random) {
    const app = pick<AppName>(random, ["echo", "echo", "matcher", "based"]);
    const length = chance(random, 0.2) ? 1 + integer(random, 4) : 1;
    return { app, streams: Array.from({ length }, () => makeStream(random, app)) };
  },
  async check({ app, streams }, { ports }) {
    const requests = streams.map((stream) => ({ headers: headersOf(stream), body: stream.body }));
    for (const answer of await exchangeStreams(ports[app], requests)) {
      const problem = answer && problemOf(answer, app !== "matcher");
      if (problem !== null) return problem;
    }
    return null;
  },
};

function makeStream(random: Random, app: AppName): Stream {
  const authority = chance(random, 0.85) ? makeHost(random) : null;
  const host = authority !== null && chance(random, 0.7) ? authority : makeHost(random);
  return {
    method: chance(random, 0.9)
      ? pick(random, ["GET", "POST", "HEAD", "OPTIONS"])
      : pick(random, ["TRACE", "get", "CONNECT"]),
    path: chance(random, 0.9) ? makePath(random, app) : makeTarget(random, host, app),
    scheme: chance(random, 0.7) ? null : pick(random, SCHEMES),
    authority: authority !== null && chance(random, 0.1) ? makeAuthority(random, authority) : authority,
    host: chance(random, 0.4) ? host : null,
    headers: makeHeaders(random),
    body: chance(random, 0.2) ? pieces(random, 3, ["a", "\0", "hello", "\u00ff"]) : "",
  };
}

function headersOf({ method, path, scheme, authority, host, headers }: Stream): Record<string, string> {
  const all: Record<string, string> = { ":method": method, ":path": path };
  if (scheme !== null) all[":scheme"] = scheme;
  if (authority !== null) all[":authority"] = authority;
  if (host !== null) all.host = host;
  for (const [name, value] of headers) if (!CONNECTION.includes(name)) all[name] = value;
  return all;
}
