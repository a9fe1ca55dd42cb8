/**
 * `Set-Cookie` lines: what is written is what was meant, for who reads them by RFC 6265 and for the module itself.
 *
 * @module
 */

import { parseCookie, parseSetCookie, type ResponseCookie } from "../../src/http/cookie_codec.ts";
import { ResponseCookies } from "../../src/http/cookies.ts";
import type { Problem } from "./area.ts";

/** A cookie as a program sets it. */
export type SetCookieInput = {
  readonly name: string;
  readonly value: string;
  readonly attributes: {
    readonly path?: string;
    readonly domain?: string;
    readonly maxAge?: number;
    readonly expires?: number;
    readonly httpOnly?: boolean;
    readonly secure?: boolean;
    readonly partitioned?: boolean;
    readonly sameSite?: string;
    readonly priority?: string;
  };
};

/** The attribute names of RFC 6265 and its successors, by those of the module. */
const NAMES: Readonly<Record<keyof SetCookieInput["attributes"], string>> = {
  path: "path",
  domain: "domain",
  maxAge: "max-age",
  expires: "expires",
  httpOnly: "httponly",
  secure: "secure",
  partitioned: "partitioned",
  sameSite: "samesite",
  priority: "priority",
};

/** What no cookie name and no attribute may be refused for: the characters of a token, `/` and `.`. */
const SAFE = /^[\w./-]+$/;

/**
 * Sets a cookie and reads its line.
 *
 * @param input The cookie.
 * @param write What writes its line; default: the module's own.
 */
export function checkSetCookie(
  input: SetCookieInput,
  write: (cookie: ResponseCookie) => string = writeLine,
): Problem | null {
  const { name, value, attributes } = input;
  let line: string;
  try {
    line = write({ name, value, ...attributes } as ResponseCookie);
  } catch (error) {
    const texts = [name, attributes.path, attributes.domain, attributes.sameSite, attributes.priority];
    const isSafe = texts.every((text) => text === undefined || SAFE.test(text)) && value.isWellFormed();
    const isExpected = error instanceof TypeError || error instanceof URIError;
    if (isExpected && !isSafe) return null;
    return { kind: isExpected ? "a cookie is refused" : "a cookie throws", detail: `${error}` };
  }
  return problemInLine(line, input) ?? problemInRoundTrip(line, input);
}

function writeLine(cookie: ResponseCookie): string {
  const [[, line] = ["", ""], ...more] = new ResponseCookies().set(cookie).lines();
  if (more.length > 0) throw new Error("one cookie gave several lines");
  return line;
}

/** As a client reads it: up to the first `;` name and value, behind it attributes. */
function problemInLine(line: string, { name, attributes }: SetCookieInput): Problem | null {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return { kind: "a cookie line has a control character", detail: line };
  try {
    new Headers().append("set-cookie", line);
  } catch (error) {
    return { kind: "a cookie line is not a valid header", detail: `${error}: ${line}` };
  }
  const [pair = "", ...rest] = line.split(";");
  if (pair.slice(0, pair.indexOf("=")) !== name) return { kind: "a cookie has another name", detail: line };
  const allowed = new Set(Object.keys(attributes).map((key) => NAMES[key as keyof typeof NAMES]));
  // Written also where they are not set.
  for (const always of ["path", "expires"]) allowed.add(always);
  const seen = new Set<string>();
  for (const each of rest) {
    const key = each.split("=")[0]!.trim().toLowerCase();
    if (!allowed.has(key) || seen.has(key)) return { kind: "a cookie has an attribute that was not set", detail: line };
    seen.add(key);
  }
  return null;
}

function problemInRoundTrip(line: string, { name, value, attributes }: SetCookieInput): Problem | null {
  // A line without a name is kept as it is, and read as none.
  if (name === "") return null;
  const read = parseSetCookie(line);
  const detail = `${line} is read as ${JSON.stringify(read)}`;
  if (read?.name !== name || read.value !== value) return { kind: "a cookie is not what was set", detail };
  for (const key of ["path", "domain", "maxAge", "httpOnly", "secure", "partitioned"] as const) {
    const set = attributes[key] || undefined;
    if (set !== undefined && read[key] !== set) return { kind: `a cookie has another ${key}`, detail };
  }
  const again = [...new ResponseCookies([line]).lines()];
  if (again.length !== 1 || again[0]![1] !== line) return { kind: "a cookie line changes when it is read", detail };
  // What the client sends back, where the name has nothing that a `Cookie` header means otherwise.
  const back = parseCookie(line.split(";")[0]!).get(name);
  return back === value
    ? null
    : { kind: "a cookie comes back as another one", detail: `${line} comes back as ${back}` };
}
