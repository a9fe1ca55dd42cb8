/**
 * Cookies: the header as the client sends it, through `cookies()` and `request.cookies`; and lines that are set.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { FuzzArea, Problem } from "./area.ts";
import { type Answer, bytesOf, exchange } from "./http1.ts";
import { chance, integer, longText, pick, pieces, type Random } from "./random.ts";
import type { SetCookieInput } from "./set_cookie_check.ts";
import { runCheck } from "./subject_process.ts";
import { problemOf } from "./views.ts";

type CookieInput = {
  /** A `Cookie` header, a character a byte. */
  readonly header: string;
  readonly set: SetCookieInput;
};

const HEADER = [
  "a",
  "b",
  "=",
  "=",
  ";",
  "; ",
  "; ",
  " ",
  '"',
  "%",
  "%41",
  "%C3%A9",
  "%FF",
  "%00",
  "%0d%0a",
  ",",
  "\t",
  "\u00e9",
];
const NAMES = ["__proto__", "constructor", "toString", "$Version", "__Host-a", "session"];
const TEXT = [
  "a",
  "B",
  "1",
  "-",
  ".",
  "/",
  " ",
  ";",
  ",",
  "=",
  '"',
  "\\",
  "\r\n",
  "\0",
  "\x7f",
  "%",
  "\u00e9",
  "\u0100",
  "\ud800",
  "\u{1f995}",
];
const SAFE = ["a", "B", "1", "-", ".", "_"];

/** Cookies of requests and responses. */
export const cookieArea: FuzzArea<CookieInput> = {
  name: "cookies",
  make: (random) => ({ header: makeHeader(random), set: makeCookie(random) }),
  async check({ header, set }, subject) {
    const { echo } = subject.ports;
    return await runCheck("set_cookie", set, subject) ?? checkRead(header, await get(echo, header)) ??
      checkSet(set, await post(echo, set));
  },
};

function makeHeader(random: Random): string {
  if (chance(random, 0.01)) return longText(random, 50_000, HEADER);
  return pieces(random, 20, chance(random, 0.3) ? [...HEADER, ...NAMES] : HEADER);
}

function makeCookie(random: Random): SetCookieInput {
  const text = () => chance(random, 0.4) ? pieces(random, 4, TEXT) : pieces(random, 4, SAFE);
  const attributes: Record<string, string | number | boolean> = {};
  if (chance(random, 0.3)) attributes.path = `/${text()}`;
  if (chance(random, 0.3)) attributes.domain = text();
  if (chance(random, 0.3)) attributes.maxAge = pick(random, [0, 1, -1, 60, 1.5, 31_536_000, 1e12]);
  if (chance(random, 0.3)) attributes.expires = pick(random, [0, 1, 1_700_000_000_000, integer(random, 2 ** 41)]);
  if (chance(random, 0.3)) attributes.sameSite = chance(random, 0.7) ? pick(random, ["lax", "strict", "none"]) : text();
  if (chance(random, 0.2)) attributes.priority = chance(random, 0.7) ? pick(random, ["low", "medium", "high"]) : text();
  for (const flag of ["httpOnly", "secure", "partitioned"]) if (chance(random, 0.3)) attributes[flag] = true;
  return { name: chance(random, 0.2) ? pick(random, NAMES) : `n${text()}`, value: text(), attributes };
}

async function get(port: number, header: string): Promise<Answer | undefined> {
  const lines = ["host: localhost", "connection: close", `cookie: ${header}`];
  const { answers } = await exchange(port, `GET /cookies HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, true);
  return answers[0];
}

async function post(port: number, cookie: SetCookieInput): Promise<Answer | undefined> {
  const body = new TextEncoder().encode(
    JSON.stringify({ name: cookie.name, value: cookie.value, ...cookie.attributes }),
  );
  const lines = ["host: localhost", "connection: close", `content-length: ${body.length}`];
  const sent = `POST /cookies HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${String.fromCharCode(...body)}`;
  return (await exchange(port, sent, true)).answers[0];
}

function checkRead(header: string, answer: Answer | undefined): Problem | null {
  if (answer === undefined) return { kind: "a cookie header has no answer", detail: header.slice(0, 200) };
  const problem = problemOf(answer, true);
  if (problem !== null || answer.status !== 200) return problem;
  const seen = JSON.parse(new TextDecoder().decode(bytesOf(answer.body)));
  const expected = referenceCookies(header.replace(/^[ \t]+|[ \t]+$/g, ""));
  try {
    assertEquals(seen, { ambient: expected, request: expected });
    return null;
  } catch {
    return {
      kind: "cookies are read otherwise",
      detail: `expected ${JSON.stringify(expected)}, got ${JSON.stringify(seen)}`,
    };
  }
}

/** The rules of Next.js, in the simplest words. */
function referenceCookies(header: string): [name: string, value: string][] {
  const cookies = new Map<string, string>();
  for (const pair of header.split(/; */)) {
    if (pair === "") continue;
    const [name = "", ...rest] = pair.split("=");
    try {
      cookies.set(name, rest.length === 0 ? "true" : decodeURIComponent(rest.join("=")));
    } catch {
      // A value that cannot be decoded is left out.
    }
  }
  return [...cookies];
}

/** One line is set, or the cookie is refused. */
function checkSet({ name }: SetCookieInput, answer: Answer | undefined): Problem | null {
  if (answer === undefined) return { kind: "a cookie that is set has no answer", detail: name };
  const problem = problemOf(answer, true);
  if (problem !== null) return problem;
  const lines = answer.headers.get("set-cookie") ?? [];
  const wanted = answer.status === 204 ? 1 : 0;
  if (lines.length !== wanted || lines.some((line) => !line.startsWith(`${name}=`))) {
    return {
      kind: "another number of cookies is set",
      detail: `status ${answer.status} with ${JSON.stringify(lines)}`,
    };
  }
  return null;
}
