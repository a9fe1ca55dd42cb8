/**
 * Requests of HTTP/1.1 by the byte: targets, hosts, headers and bodies of all kinds, cut, doubled and garbled.
 *
 * @module
 */

import type { HandlerView } from "../fixtures/fuzz/view.ts";
import type { AppName, FuzzArea, Problem } from "./area.ts";
import { type Exchange, exchange } from "./http1.ts";
import { chance, integer, longText, pick, pieces, type Random, several } from "./random.ts";
import { makeHeaders, makeHost, makeTarget } from "./targets.ts";
import { problemOf, viewIn } from "./views.ts";

type RawRequest = {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body in chunks; `null` for one of `content-length`. */
  readonly chunks: readonly string[] | null;
  readonly body: string;
};

type Http1Input = {
  readonly app: AppName;
  readonly requests: readonly RawRequest[];
  /** What happens to the bytes, one after the other. */
  readonly changes: readonly { readonly at: number; readonly remove: number; readonly insert: string }[];
};

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const ODD_METHODS = [
  "HEAD",
  "HEAD",
  "TRACE",
  "CONNECT",
  "get",
  "PRI",
  "GET\t",
  "",
  "G\u00e9T",
  "__proto__",
  "M".repeat(2000),
];
const VERSIONS = ["HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "http/1.1", "", "HTTP/1.1 "];
const FRAMING: readonly (readonly [name: string, value: string])[] = [
  ["content-length", "0"],
  ["content-length", "5"],
  ["content-length", "-1"],
  ["content-length", "1, 1"],
  ["content-length", "99999999999999999999"],
  ["content-length", "0x5"],
  ["transfer-encoding", "chunked"],
  ["transfer-encoding", "xchunked"],
  ["transfer-encoding", "gzip, chunked"],
  ["transfer-encoding", "chunked, identity"],
  ["transfer-encoding ", "chunked"],
  ["te", "trailers"],
  ["trailer", "host"],
];
const PIECES = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  ":",
  "\r\n\r\n",
  "\r\n host: b",
  "\r\nhost: evil.test",
  "\r\ntransfer-encoding: chunked",
  "0\r\n\r\n",
  "GET /admin HTTP/1.1\r\nhost: a\r\n\r\n",
  "HTTP/1.1 200 OK\r\n\r\n",
  "\u00ff",
  "\x7f",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "/",
  "?",
  "#",
  "@",
  "%",
];
const AGENT = [
  " ",
  ";",
  "(",
  ")",
  "/",
  "Mozilla/5.0",
  "Android",
  "Chrome/1",
  "a",
  "1.",
  "Windows",
  "-",
  "_",
  "tablet",
  "\t",
];
const BODY = ["", "a", "hello", "\0", "\u00ff", "\r\n", "0\r\n\r\n", "{}", "GET /admin HTTP/1.1\r\n\r\n"];

/** Raw requests of HTTP/1.1. */
export const http1Area: FuzzArea<Http1Input> = {
  name: "http1",
  kept: ["app"],
  make(random) {
    if (chance(random, 0.003)) return { app: "echo", requests: [makeAgentRequest(random)], changes: [] };
    const isTidy = chance(random, 0.15);
    const app = pick<AppName>(random, ["echo", "echo", "matcher", "based"]);
    const requests = Array.from(
      { length: chance(random, 0.2) ? 1 + integer(random, 4) : 1 },
      () => isTidy ? makeTidyRequest(random) : makeRequest(random, app),
    );
    const changes = isTidy || chance(random, 0.7) ? [] : several(random, 3, makeChange);
    return { app, requests, changes };
  },
  async check(input, { ports }) {
    const { app, requests, changes } = input;
    const isWhole = changes.length === 0 && requests.length > 0 && requests.every(isTidy);
    const exchanged = await exchange(ports[app], textOf(input), isWhole);
    for (const answer of exchanged.answers) {
      const problem = problemOf(answer, app !== "matcher");
      if (problem !== null) return problem;
    }
    return isWhole && app === "echo" ? missing(requests, exchanged) : null;
  },
};

function makeRequest(random: Random, app: AppName): RawRequest {
  const host = makeHost(random);
  const headers: [string, string][] = [["host", host], ...makeHeaders(random)];
  if (chance(random, 0.1)) headers.push(["host", makeHost(random)]);
  if (chance(random, 0.05)) headers.shift();
  if (chance(random, 0.15)) headers.push([...pick(random, FRAMING)]);
  return {
    method: chance(random, 0.85) ? pick(random, METHODS) : pick(random, ODD_METHODS),
    target: makeTarget(random, host, app),
    version: chance(random, 0.95) ? "HTTP/1.1" : pick(random, VERSIONS),
    headers,
    chunks: chance(random, 0.15) ? several(random, 4, (random) => pieces(random, 4, BODY)) : null,
    body: chance(random, 0.2) ? pieces(random, 4, BODY) : "",
  };
}

/** A request with nothing odd, which must be answered with what it has. */
function makeTidyRequest(random: Random): RawRequest {
  const path = `/${several(random, 3, (random) => pick(random, ["twice", "a", "b", "c1"])).join("/")}`;
  const isChunked = chance(random, 0.5);
  return {
    method: pick(random, METHODS),
    target: path,
    version: "HTTP/1.1",
    headers: [["host", "localhost"], ...several(random, 2, (): [string, string] => ["x-a", "1"])],
    chunks: isChunked ? several(random, 5, (random) => pieces(random, 3, BODY) || "a") : null,
    body: isChunked ? "" : pieces(random, 5, BODY),
  };
}

function makeAgentRequest(random: Random): RawRequest {
  const headers = [["host", "localhost"], ["user-agent", longText(random, 50_000, AGENT)]] as const;
  return { method: "GET", target: "/agent", version: "HTTP/1.1", headers, chunks: null, body: "" };
}

function makeChange(random: Random): Http1Input["changes"][number] {
  const isCut = chance(random, 0.3);
  return {
    at: random(),
    remove: isCut ? 1_000_000 : chance(random, 0.5) ? integer(random, 20) : 0,
    insert: isCut ? "" : pieces(random, 3, PIECES),
  };
}

function isTidy({ method, target, version, headers, body, chunks }: RawRequest): boolean {
  const [host, ...more] = headers;
  return METHODS.includes(method) && /^\/(?:[a-z0-9]+(?:\/[a-z0-9]+)*)?$/.test(target) && version === "HTTP/1.1" &&
    host?.[0] === "host" && host[1] === "localhost" && more.every(([name]) => name === "x-a") &&
    (chunks === null || (body === "" && chunks.every((chunk) => chunk !== "")));
}

/** The bytes, a character each. */
function textOf({ requests, changes }: Http1Input): string {
  let text = requests.map((request, index) => requestText(request, index === requests.length - 1)).join("");
  for (const { at, remove, insert } of changes) {
    const start = Math.floor(Math.abs(at) * text.length);
    text = text.slice(0, start) + insert + text.slice(start + remove);
  }
  return text;
}

function requestText({ method, target, version, headers, chunks, body }: RawRequest, isLast: boolean): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (isLast) lines.push("connection: close");
  if (chunks !== null) lines.push("transfer-encoding: chunked");
  else if (body !== "") lines.push(`content-length: ${body.length}`);
  const sent = chunks === null
    ? body
    : `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("")}0\r\n\r\n`;
  return `${method} ${target} ${version}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n${sent}`;
}

/** Each request has its answer, in order. */
function missing(requests: readonly RawRequest[], { answers, rest }: Exchange): Problem | null {
  if (answers.length !== requests.length || rest !== "") {
    return {
      kind: "a request has no answer",
      detail: `${requests.length} requests have ${answers.length} answers, and ${JSON.stringify(rest.slice(0, 200))}`,
    };
  }
  for (const [index, { method, target, body, chunks }] of requests.entries()) {
    const answer = answers[index]!;
    const handler = viewIn<HandlerView>(answer, "x-handler-saw");
    // What a tidy request may ask for besides: the guarded path, a redirect, a file.
    if (handler === null) continue;
    if (handler.method !== method || handler.pathname !== target) {
      return {
        kind: "the handler saw another request",
        detail: `${method} ${target} was seen as ${handler.method} ${handler.pathname}`,
      };
    }
    // The body of GET cannot be read (Fetch standard, § Request class).
    if (method !== "GET" && answer.body !== (chunks?.join("") ?? body)) {
      return { kind: "the handler read another body", detail: JSON.stringify(answer.body) };
    }
  }
  return null;
}
