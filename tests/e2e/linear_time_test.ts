// Client input never takes more than linear time: each parser gets its worst input, in two sizes.
import { assertEquals } from "@std/assert";
import { readForwardedUrl } from "../../src/handler/rules/forwarded.ts";
import { createPathPattern } from "../../src/handler/rules/path_pattern.ts";
import { readTarget } from "../../src/handler/request_target.ts";
import { parseCookie, parseSetCookie } from "../../src/http/cookie_codec.ts";
import { RequestCookies } from "../../src/http/cookies.ts";
import { parseForm } from "../../src/http/multipart.ts";
import { NextURL } from "../../src/http/next_url.ts";
import { userAgentFromString } from "../../src/http/user_agent.ts";
import { escapeControls, formatError } from "../../src/log/error_text.ts";
import { canonicalPath } from "../../src/routing/canonical_path.ts";
import { createRouter } from "../../src/routing/router.ts";
import { createManifest } from "../../mod.ts";
import type { NextRequest } from "../../src/server.ts";
import { createApp, serveApp } from "../helpers/app.ts";
import { assertLinear } from "../helpers/growth.ts";
import { sendRequest } from "../helpers/wire.ts";

/** A parser, and the start, middle and end of its worst input. */
interface Reader {
  readonly name: string;
  readonly read: (text: string) => unknown;
  readonly texts: readonly (readonly [begin: string, more: string, end: string])[];
}

const target = (raw: string, host: string | null = "a") =>
  readTarget(raw, host, { basePath: "", trailingSlash: "never" });
const bytes = (text: string) => new TextEncoder().encode(text);
const form = (type: string) => (text: string) => parseForm(bytes(text), type, Infinity).catch(() => {});
const URLENCODED = "application/x-www-form-urlencoded", MULTIPART = "multipart/form-data; boundary=b";
const router = createRouter(
  createManifest(["[a]/[b]/[c]/route.ts", "x/[...rest]/route.ts", "[[...all]]/route.ts"]).routes.map((route) => route),
);
const PATTERNS = [
  "/cal/:y-:m-:d",
  "/a/:x.:y",
  "/:a-:b-:c-:d",
  "/:path*/x",
  "/:a*/x/:b*/y",
  "/((?!api|_next).*)",
  "/:a{-:b}*",
  "/:a(\\d+)-:b",
];

const READERS: readonly Reader[] = [
  {
    name: "User-Agent",
    read: userAgentFromString,
    texts: [["lg", "droid ", ""], ["", " ", ""], ["Mozilla/5.0 (", ";", ")"], ["", "android 1 build/", ""], [
      "",
      "/",
      "x",
    ]],
  },
  {
    name: "Cookie",
    read: (text) => [...parseCookie(text), new RequestCookies(new Headers({ cookie: text })).getAll()],
    texts: [["", ";", ""], ["", " ", "="], ["", "a=b; ", ""], ["", "a=%E0%A4%A;", ""], ["a=", "%", ""], ["", "=", ""]],
  },
  { name: "Set-Cookie", read: parseSetCookie, texts: [["a=b", "; ", ""], ["a=b;", " ", "x"], ["", "a=b;", ""]] },
  {
    name: "the path",
    read: (text) => [target(`http://a/${text}`), canonicalPath(`/${text}`)],
    texts: [["", "/", "x"], ["", "../", "x"], ["", "a/../", ""], ["", "%2e%2E/", ""], ["", "%C3%A9", "%"], [
      "",
      "\\",
      "",
    ]],
  },
  {
    name: "the Host",
    read: (text) => [target(`http://${text}/`, text), target("http://a/", text)],
    texts: [["", ".", "!"], ["", "a.", ":"], ["[", ":", "]"], ["a:", "0", "x"], ["", "a@", ""]],
  },
  {
    name: "the query",
    read: (text) => [target(`http://a/?${text}`), new NextURL(`http://a/?${text}`).searchParams.get("q")],
    texts: [["", "a=b&", ""], ["", "&", ""], ["", "%", ""], ["", "?", "#"], ["", "q=%C3%A9+", ""]],
  },
  {
    name: "Forwarded headers",
    read: (text) =>
      readForwardedUrl(new Request("http://a/", { headers: { "x-forwarded-host": text, "x-forwarded-proto": text } })),
    texts: [["", ",", ""], ["", " ", "x"], ["a", ", ", "b"], ["", "http,", ""]],
  },
  {
    name: "Content-Type",
    read: (text) => form(`multipart/form-data${text}`)("--b--"),
    texts: [["", ";", ""], ["; ", " ", "x"], ["", "; boundary", ""], ['; boundary="', "a", ""], [
      "",
      ";boundary= ",
      "",
    ]],
  },
  {
    name: "a urlencoded form",
    read: form(URLENCODED),
    texts: [["", "a=b&", ""], ["", "&", ""], ["a=", "%", ""], ["", "=", ""], ["", "+", ""]],
  },
  {
    name: "a multipart form",
    read: form(MULTIPART),
    texts: [
      ["", '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n', "--b--\r\n"],
      ["", "--b\r\n", "--b--"],
      ["--b\r\n", "\r\n", "--b--"],
      ['--b\r\nContent-Disposition: form-data; name="', "a; filename ", '"\r\n\r\n\r\n--b--'],
      ["--b\r\n", "content-type:\n", "\r\n\r\n--b--"],
      ["", "--", "b--"],
    ],
  },
  {
    name: "the log",
    read: (text) => [escapeControls(text), formatError(new Error(text)), formatError(text)],
    texts: [["", "\n", ""], ["", "\x1b[", ""], ["", "\n    at ", ""], ["", "%s", ""], ["x", " ", "\n"]],
  },
  {
    name: "the router",
    read: (text) => [router.match(`/${text}`), router.match(`/x/${text}`)],
    texts: [["", "a/", "b"], ["", "%C3%A9/", ""], ["", "/", ""]],
  },
];

for (const source of PATTERNS) {
  const pattern = createPathPattern(source, true);
  const folder = /^\/[a-z]+\//.exec(source)?.[0] ?? "/";
  const texts = ["-", "a-", "a", ".", "a.", "1-", "1", "/", "x/", "-1"].map((more) => [folder, more, "/!"] as const);
  const name = `the pattern ${source}`;
  // A path is not longer than 16 KiB.
  Deno.test(`S52 ${name} takes linear time`, async () => {
    for (const text of texts) await assertReadsInLinearTime((text) => pattern.exec(text), text, 16_000);
  });
}

for (const { name, read, texts } of READERS) {
  Deno.test(`S51 ${name} of 60 kB is read in linear time`, async () => {
    for (const text of texts) await assertReadsInLinearTime(read, text, 60_000);
  });
}

/** Runs a parser on 60 kB of a text, and on an eighth of it. */
async function assertReadsInLinearTime(
  read: (text: string) => unknown,
  [begin, more, end]: readonly [string, string, string],
  length: number,
): Promise<void> {
  const textOf = (length: number) => begin + more.repeat(Math.ceil(length / more.length)) + end;
  await assertLinear((size) => read(textOf(size)), length / 8).catch((cause) => {
    throw new Error(`${JSON.stringify(more)} is not read in linear time: ${cause.message}`, { cause });
  });
}

Deno.test("S51 the measurement detects quadratic time", async () => {
  const quadratic = (text: string) => text.split(/\s*,\s*/);
  let failure = "";
  await assertReadsInLinearTime(quadratic, ['"a"', " ", '"b"'], 20_000).catch(({ message }) => failure = message);
  assertEquals(failure.startsWith('" " is not read in linear time'), true, failure);
});

for (
  const [sent, same] of [["REAL.test", "real.test"], ["real.test:80", "real.test"], ["real.test.", "real.test."], [
    "[0::1]",
    "[::1]",
  ]] as const
) {
  Deno.test(`S50 Host ${sent} is ${same} everywhere`, async () => {
    const GET = ({ nextUrl, url, headers }: NextRequest) =>
      Response.json([nextUrl.host, new URL(url).host, headers.get("host")]);
    await using server = serveApp(await createApp({ "route.ts": { GET } }));
    const { body } = await sendRequest(server.port, { path: "/", headers: [["host", sent]] });
    assertEquals(JSON.parse(body), [same, same, same]);
  });
}

for (const host of ["0x7f.1", "127.1", "017700000001", "0x7f000001", "1.2.3", "2130706433"]) {
  Deno.test(`S50 Host ${host}, which a URL reads as another host, is answered with 400`, async () => {
    await using server = serveApp(await createApp({ "route.ts": { GET: () => new Response("secret") } }));
    assertEquals((await sendRequest(server.port, { path: "/", headers: [["host", host]] })).status, 400);
  });
}
