// By construction: whatever a client writes as target and host, all parts of the module read the same path and host.
import { assertEquals } from "@std/assert";
import http2 from "node:http2";
import { readTarget } from "../../src/handler/request_target.ts";
import type { NextRequest } from "../../src/server.ts";
import { serveApp } from "../helpers/app.ts";
import { createRulesApp } from "../helpers/rules.ts";
import { seeded } from "../helpers/random.ts";
import { sendRequest } from "../helpers/wire.ts";

const SCHEMES = [
  "http://",
  "https://",
  "HTTP://",
  "ws://",
  "wss://",
  "a://",
  "file://",
  "http:/",
  "//",
  "",
  "http:\\\\",
];
const HOSTS = ["real.test", "REAL.test", "real.test:80", "real.test:443", "real.test.", "0x7f.1", "127.1", "1.2.3.4"];
const MORE_HOSTS = [
  "[::1]",
  "[0::1]:80",
  "h?real.test",
  "h#real.test",
  "h?1real.test",
  "evilreal.test",
  "u@real.test",
  "a_b",
];
const PIECES = [
  "/",
  "/admin",
  "/%61dmin",
  "/ADMIN",
  "//",
  "/.",
  "/..",
  "/%2e%2E",
  "\\",
  "%2F",
  "%5c",
  "%00",
  "%",
  "%C3%A9",
];
const MORE_PIECES = [
  "?",
  "#",
  "?q=\"<>'`{}|^",
  "#/admin",
  ";x",
  ":80",
  "@",
  "[",
  "]",
  "^",
  "|",
  "`",
  "{",
  "}",
  "~",
  "x",
  "*",
];

const ALL_HOSTS = [...HOSTS, ...MORE_HOSTS], ALL_PIECES = [...PIECES, ...MORE_PIECES];

function* generateTargets(count: number): Generator<{ raw: string; path: string; host: string | null }> {
  const random = seeded(49);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  for (let i = 0; i < count; i++) {
    const path = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(ALL_PIECES)).join("");
    const named = pick(ALL_HOSTS);
    const host = random() < 0.7 ? named : random() < 0.5 ? pick(ALL_HOSTS) : null;
    yield { raw: `${random() < 0.8 ? "http://" : pick(SCHEMES)}${named}${path}`, path, host };
  }
}

for (const [basePath, trailingSlash] of [["", "never"], ["", "either"], ["", "always"], ["/admin", "never"]] as const) {
  Deno.test(`S49 the URL of a target has its path and host, base path "${basePath}", slash ${trailingSlash}`, () => {
    let targets = 0;
    for (const { raw, host } of generateTargets(20_000)) {
      const target = readTarget(raw, host, { basePath, trailingSlash });
      if (target === null || target instanceof Response) continue;
      targets++;
      const url = new URL(target.url ?? raw);
      assertEquals(url.pathname.replace(/(?<=.)\/$/, ""), target.pathname, `path of ${raw}`);
      assertEquals((target.url ?? raw).replace(/\?.*/s, ""), url.origin + url.pathname, `one spelling of ${raw}`);
      assertEquals([url.protocol.replace("s", ""), url.username, url.hash], ["http:", "", ""], raw);
      // What a header is compared with is what the URL makes of it, never another host.
      if (host !== null) {
        assertEquals(new URL(`${url.protocol}//${host}`).host, url.host, `host of ${raw} with ${host}`);
      }
    }
    // A reader that refuses everything would agree with itself, too.
    assertEquals(targets > 100, true);
  });
}

/** What the proxy, the handler and the router see of one request. */
const views = ({ nextUrl, url, headers }: NextRequest) => [
  nextUrl.pathname,
  nextUrl.host,
  new URL(url).pathname,
  new URL(url).host,
  headers.get("host"),
];

/** Answers with all views; the catch-all param is what the router matched. */
function createViewingApp() {
  const seen: unknown[][] = [];
  return createRulesApp({
    "admin/route.ts": {
      GET: (request: NextRequest) => Response.json({ seen: seen.at(-1), here: views(request), secret: 1 }),
    },
    "[[...all]]/route.ts": {
      GET: async (request: NextRequest, { params }: { params: Promise<{ all?: string[] }> }) =>
        Response.json({ seen: seen.at(-1), here: views(request), routed: (await params).all ?? [] }),
    },
  }, {
    proxy(request) {
      seen.push(views(request));
      return request.nextUrl.pathname === "/admin" ? new Response("refused", { status: 401 }) : undefined;
    },
  });
}

function assertAgreement(status: number, body: string, what: string): void {
  assertEquals(status < 500, true, `${status} for ${what}`);
  if (status !== 200) return;
  const { seen, here, routed, secret } = JSON.parse(body);
  assertEquals(secret, undefined, `the guard was passed by ${what}`);
  assertEquals(here, seen, what);
  assertEquals([here[2], here[3]], [here[0], here[1]], what);
  assertEquals(new URL(`http://${here[4]}`).host, here[1], what);
  // Params are decoded, once.
  const segments = here[0].split("/").slice(1).filter((part: string) => part !== "").map(decodeURIComponent);
  assertEquals(routed, segments, what);
}

Deno.test("S49 over a socket, proxy, handler and router see the same path and host", async () => {
  const app = await createViewingApp();
  await using server = serveApp(app);
  let answered = 0;
  for (const { raw, path, host } of generateTargets(1_200)) {
    for (const target of [raw, path.startsWith("/") ? path : `/${path}`]) {
      const headers: [string, string][] = host === null ? [] : [["host", host]];
      const { status, body } = await sendRequest(server.port, { path: target, headers });
      if (status === 200) answered++;
      assertAgreement(status, body, `${target} with Host ${host}`);
    }
  }
  assertEquals(answered > 50, true);
});

Deno.test("S49 over cleartext HTTP/2 they do too, with :scheme and :authority next to another host", async () => {
  const app = await createViewingApp();
  await using server = serveApp(app);
  const session = http2.connect(server.origin);
  session.on("error", () => {});
  const random = seeded(50);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let answered = 0;
  for (let i = 0; i < 600; i++) {
    const headers: Record<string, string> = {
      ":path": `/${pick(ALL_PIECES)}${pick(ALL_PIECES)}`,
      ":scheme": random() < 0.7 ? "http" : pick(["https", "ftp", "ws", "file", "a"]),
      ":authority": pick(HOSTS),
      ...(random() < 0.5 ? { host: pick(HOSTS) } : {}),
    };
    const { status, body } = await requestByHttp2(session, headers);
    if (status === 200) answered++;
    assertAgreement(status, body, JSON.stringify(headers));
  }
  await new Promise<void>((resolve) => session.close(() => resolve()));
  assertEquals(answered > 50, true);
});

/** A stream that the server resets counts as refused. */
function requestByHttp2(
  session: http2.ClientHttp2Session,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const { promise, resolve } = Promise.withResolvers<{ status: number; body: string }>();
  const stream = session.request(headers);
  let status = 400, body = "";
  stream.on("response", (head) => status = Number(head[":status"]));
  stream.on("data", (chunk) => body += chunk);
  stream.on("error", () => resolve({ status: 400, body: "" }));
  stream.on("end", () => resolve({ status, body }));
  stream.end();
  return promise;
}

Deno.test("cleartext HTTP/2 to localhost is answered", async () => {
  const app = await createViewingApp();
  await using server = serveApp(app);
  const session = http2.connect(`http://localhost:${server.port}`);
  const { status, body } = await requestByHttp2(session, { ":path": "/plain" });
  await new Promise<void>((resolve) => session.close(() => resolve()));
  assertEquals([status, JSON.parse(body).here[4]], [200, `localhost:${server.port}`]);
});
