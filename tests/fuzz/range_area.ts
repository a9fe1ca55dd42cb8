/**
 * Ranges and conditions on files of `public/` and on cached routes (RFC 9110 §13, §14).
 *
 * @module
 */

import type { FuzzArea, Problem } from "./area.ts";
import { type Answer, exchange } from "./http1.ts";
import { chance, integer, longText, pick, pieces, type Random, several } from "./random.ts";
import { problemOf } from "./views.ts";

type RangeInput = {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
};

/** What the server has at a path. */
interface Representation {
  readonly body: string;
  readonly etag: string;
  /** In milliseconds since 1970; `null` if nobody knows. */
  readonly lastModified: number | null;
}

/** A condition on a representation: met, not met, or not one that can be read. */
type Held = boolean | "unreadable";

const FILES: Readonly<Record<string, string>> = {
  "/file.txt": await readPublicFile("file.txt"),
  "/empty.txt": await readPublicFile("empty.txt"),
};
const IDS = ["a", "b", "a/b", "a%2Fb", "%C3%A9", "A", "__proto__", "%3F", "%23", "a;b", "0"];
/** Stand for the tag and the date that the server gave. */
const ETAG = "{etag}", LAST_MODIFIED = "{date}";
/** Where the server may refuse headers for their size, in characters. */
const LONG_HEADERS = 40_000;
const RANGE = [
  "bytes=",
  "bytes",
  "=",
  "-",
  "0",
  "1",
  "999",
  "1000",
  "99999999999999999999",
  ",",
  " ",
  "x",
  "items=0-1",
  "\t",
];
const TAGS = [ETAG, ETAG, `W/${ETAG}`, '"a"', 'W/"a"', '""', '"a, b"'];
const TAG_PIECES = ['"', "W/", "a", ",", " ", "*", "\\", "\u00ff", ETAG];
const DATES = [LAST_MODIFIED, "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "yesterday", "0", ""];

/** Ranges and conditions. */
export const rangeArea: FuzzArea<RangeInput> = {
  name: "ranges",
  kept: ["path"],
  make: (random) => ({
    method: chance(random, 0.85) ? "GET" : pick(random, ["HEAD", "HEAD", "POST", "OPTIONS"]),
    path: chance(random, 0.6) ? pick(random, Object.keys(FILES)) : `/cached/${pick(random, IDS)}`,
    headers: several(random, 4, makeCondition),
  }),
  async check({ method, path, headers: all }, { ports: { echo } }) {
    const headers = [...new Map(all)];
    const plain = await send(echo, "GET", path, []);
    const body = FILES[path] ?? `cached ${JSON.stringify(path.split("/").slice(2).map(decodeURIComponent))}`;
    const etag = plain?.headers.get("etag")?.[0];
    if (plain?.status !== 200 || fromUtf8(plain.body) !== body || etag === undefined) {
      return { kind: "a path has another answer", detail: `expected ${body}, got ${Deno.inspect(plain)}` };
    }
    const [date] = plain.headers.get("last-modified") ?? [];
    const filled = headers.map(([name, value]) =>
      [name, value.replaceAll(ETAG, etag).replaceAll(LAST_MODIFIED, date ?? "yesterday")] as const
    );
    const answer = await send(echo, method, path, filled);
    if (answer === undefined) return { kind: "a condition has no answer", detail: path };
    const size = filled.reduce((size, [, value]) => size + value.length, 0);
    if (answer.status === 400 && size > LONG_HEADERS) return null;
    const representation = { body: plain.body, etag, lastModified: date === undefined ? null : Date.parse(date) };
    return problemOf(answer, true) ?? wrongAnswer(method, new Headers(filled.map(trimmed)), answer, representation);
  },
};

async function readPublicFile(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../fixtures/fuzz/echo/public/${name}`, import.meta.url));
}

function makeCondition(random: Random): [name: string, value: string] {
  const name = pick(random, [
    "range",
    "range",
    "if-none-match",
    "if-match",
    "if-range",
    "if-modified-since",
    "if-unmodified-since",
  ]);
  if (name === "range") return [name, makeRange(random)];
  if (name.endsWith("since") || (name === "if-range" && chance(random, 0.4))) return [name, pick(random, DATES)];
  if (chance(random, 0.01)) return [name, longText(random, 50_000, TAG_PIECES)];
  if (chance(random, 0.3)) return [name, pieces(random, 8, TAG_PIECES)];
  return [name, chance(random, 0.1) ? "*" : several(random, 3, (random) => pick(random, TAGS)).join(", ")];
}

function makeRange(random: Random): string {
  if (chance(random, 0.01)) return longText(random, 50_000, RANGE);
  if (chance(random, 0.3)) return pieces(random, 7, RANGE);
  const bound = () =>
    chance(random, 0.2) ? "" : String(chance(random, 0.8) ? integer(random, 1002) : pick(random, [0, 999, 2 ** 53]));
  const ranges = [`${bound()}-${bound()}`, ...chance(random, 0.15) ? [`${bound()}-${bound()}`] : []];
  return `bytes=${ranges.join(",")}`;
}

async function send(
  port: number,
  method: string,
  path: string,
  headers: readonly (readonly [string, string])[],
): Promise<Answer | undefined> {
  const lines = ["host: localhost", "connection: close", ...headers.map(([name, value]) => `${name}: ${value}`)];
  return (await exchange(port, `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, true)).answers[0];
}

function fromUtf8(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function trimmed([name, value]: readonly [string, string]): [string, string] {
  return [name, value.replace(/^[ \t]+|[ \t]+$/g, "")];
}

function wrongAnswer(method: string, headers: Headers, answer: Answer, representation: Representation): Problem | null {
  const { status, body } = answer;
  const fail = (kind: string): Problem => ({
    kind,
    detail: `${method} with ${JSON.stringify([...headers])} was answered with ${Deno.inspect(answer)}`,
  });
  if (method === "HEAD" && body !== "") return fail("HEAD has a body");
  if (method !== "GET" && method !== "HEAD") {
    return [204, 405].includes(status) ? null : fail("a method is treated as GET");
  }
  const known = isKnown(headers, representation);
  if (status === 304) {
    if (body !== "") return fail("304 has a body");
    return known === false ? fail("304 without the representation") : null;
  }
  if (status === 412) return isRefused(headers, representation) ? null : fail("412 for a condition that holds");
  if (known === true) return isRefused(headers, representation) ? null : fail("no 304 with the representation");
  if (status === 206 || status === 416) return wrongRange(method, headers, answer, representation, fail);
  if (status !== 200) return fail(`status ${status} for a condition`);
  const [length = String(representation.body.length)] = answer.headers.get("content-length") ?? [];
  const isWhole = (method === "HEAD" || body === representation.body) && Number(length) === representation.body.length;
  return isWhole ? null : fail("200 with a part of the body");
}

/** Whether the client has the representation (RFC 9110 §13.1.2, §13.1.3). */
function isKnown(headers: Headers, { etag, lastModified }: Representation): Held {
  const tags = headers.get("if-none-match");
  if (tags !== null) return namesTag(tags, etag);
  const since = headers.get("if-modified-since");
  if (since === null || lastModified === null) return false;
  return isDate(since) ? Date.parse(since) >= lastModified : "unreadable";
}

/** Whether a condition may refuse the request: one that is not met, or cannot be read (RFC 9110 §13.1.1, §13.1.4). */
function isRefused(headers: Headers, { etag, lastModified }: Representation): boolean {
  const tags = headers.get("if-match"), since = headers.get("if-unmodified-since");
  // The comparison is a strong one: no weak tag meets it.
  if (tags !== null) return etag.startsWith("W/") ? tags !== "*" : namesTag(tags, etag) !== true;
  return since !== null && (lastModified === null || !isDate(since) || Date.parse(since) < lastModified);
}

/** By weak comparison. */
function namesTag(tags: string, etag: string): Held {
  if (tags === "*") return true;
  const bare = etag.replace(/^W\//, "");
  if (!/^(?:(?:W\/)?"[\x21\x23-\x7e]*"(?: *, *|$))+$/.test(tags) || /, *$/.test(tags)) {
    return tags.includes(bare) ? "unreadable" : tags.includes("*") ? "unreadable" : false;
  }
  return tags.split(/ *, */).some((tag) => tag.replace(/^W\//, "") === bare);
}

function isDate(text: string): boolean {
  return /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text);
}

function wrongRange(
  method: string,
  headers: Headers,
  { status, headers: sent, body }: Answer,
  { body: whole, etag, lastModified }: Representation,
  fail: (kind: string) => Problem,
): Problem | null {
  const size = whole.length;
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (first === "" && last === "") return fail("a part that was not requested");
  const condition = headers.get("if-range");
  // Weak tags never hold (RFC 9110 §13.1.5); the file has no other.
  const holds = condition === null || (condition === etag && !etag.startsWith("W/")) ||
    (lastModified !== null && Date.parse(condition) === lastModified);
  if (!holds) return fail("a part though If-Range does not hold");
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  const [range = ""] = sent.get("content-range") ?? [];
  if (status === 416) {
    const isOutside = size === 0 || start >= size || (first === "" && Number(last) === 0);
    return isOutside && range === `bytes */${size}` ? null : fail("416 for a range that is there");
  }
  if (start > end || range !== `bytes ${start}-${end}/${size}`) return fail("another range than asked for");
  const [length] = sent.get("content-length") ?? [];
  const isPart = (method === "HEAD" || body === whole.slice(start, end + 1)) && Number(length) === end + 1 - start;
  return isPart ? null : fail("206 with other bytes");
}
