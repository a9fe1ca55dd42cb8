/**
 * The texts of requests and responses on the page: links, `curl` commands and JSON. The functions run in the browser.
 *
 * @module
 */

import type { RequestForm } from "./state.ts";

/** Returns the fragment of a link that fills the form: `#GET%20/users/7`. */
export function toFragment(method: string, path: string): string {
  return `#${encodeURI(`${method} ${path}`.toWellFormed())}`;
}

/** Reads such a fragment, typed by hand or not: `#GET /users/[id]`. */
export function readFragment(fragment: string): { method: string; path: string } | null {
  try {
    // A browser escapes the space of a typed fragment, but no "%".
    const text = decodeURI(fragment.slice(1).replace(/%(?![\da-f]{2})/gi, "%25"));
    const [, method, path] = /^([A-Z]+) (\/.*)$/s.exec(text) ?? [];
    return method === undefined || path === undefined ? null : { method, path };
  } catch {
    return null;
  }
}

/**
 * Formats JSON. Its tokens stay as they are: parsing would round large numbers and drop repeated keys.
 *
 * @param text The JSON.
 * @returns The text itself if it is not JSON.
 */
export function formatJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let depth = 0;
  const lineBreak = () => `\n${"  ".repeat(depth)}`;
  return text.replace(/"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|\s+|[{}[\],:]/g, (token) => {
    if (/^\s/.test(token)) return "";
    if (token === "{" || token === "[") return ++depth, token + lineBreak();
    if (token === "}" || token === "]") return --depth, lineBreak() + token;
    if (token === ",") return token + lineBreak();
    if (token === ":") return ": ";
    return token.startsWith('"') ? token : token.replaceAll(/\s/g, "");
  });
}

/** Returns the `curl` command that sends a request of the form. */
export function toCurlCommand(origin: string, { method, path, headers, body }: RequestForm): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const words = ["curl", "--include"];
  if (method === "HEAD") words.push("--head");
  else if (method !== "GET") words.push("--request", method);
  // curl reads brackets and braces in a URL as patterns.
  if (/[[\]{}]/.test(path)) words.push("--globoff");
  words.push(quote(origin + path));
  const lines = headers.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const hasBody = body !== "" && method !== "GET" && method !== "HEAD";
  // It would name the type of a form, the page that of text.
  if (hasBody && !lines.some((line) => /^content-type\s*:/i.test(line))) {
    lines.push("content-type: text/plain;charset=UTF-8");
  }
  // It sends an empty header only if its name ends with a semicolon.
  for (const line of lines) words.push("--header", quote(line.replace(/^([^:]*):$/, "$1;")));
  if (hasBody) words.push("--data-raw", quote(body));
  return words.join(" ");
}
