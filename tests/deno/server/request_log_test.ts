import { assertEquals, assertMatch } from "@std/assert";
import { format } from "node:util";
import { createRequestLogger, toDevLine, toJsonLine, toPrettyLine } from "../../../src/deno/server/request_log.ts";
import { type RequestRecord, watchRequests } from "../../../src/deno/server/request_watch.ts";
import type { Route } from "../../../src/handler/served_route.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";
import { runCli, startCli } from "../../helpers/cli.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RECORD: RequestRecord = {
  id: "id-1",
  time: 0,
  method: "GET",
  path: "/api/hello?x=1",
  route: "/api/hello",
  status: 200,
  duration: 8.4,
  bytes: 5,
  bytesIn: 0,
  cache: null,
  ip: "192.0.2.1",
  userAgent: "test",
};

type Row = readonly [what: string, part: Partial<RequestRecord>, line: string];

const DEV: readonly Row[] = [
  ["a path and a query", {}, "GET /api/hello?x=1 200 in 8ms"],
  ["less than two seconds in milliseconds", { duration: 1999.4 }, "GET /api/hello?x=1 200 in 1999ms"],
  ["two seconds in seconds", { duration: 2000 }, "GET /api/hello?x=1 200 in 2.0s"],
  ["more than two seconds in seconds", { duration: 2944 }, "GET /api/hello?x=1 200 in 2.9s"],
  ["controls escaped", { path: "/\x1b[m\r\n\t\x7f" }, "GET /\\u{1b}[m\\u{d}\\u{a}\\u{9}\\u{7f} 200 in 8ms"],
  ["what is not ASCII escaped", { path: "/\x9bä😀\ud800" }, "GET /\\u{9b}\\u{e4}\\u{1f600}\\u{d800} 200 in 8ms"],
  ["formats of console.log as they are", { path: "/%41%c%s%d%%%o" }, "GET /%41%c%s%d%%%o 200 in 8ms"],
  ["formats in a method as they are", { method: "A%cB%s" }, "A%cB%s /api/hello?x=1 200 in 8ms"],
];
const PRETTY: readonly Row[] = [
  ["the route, the size and the id", {}, "GET /api/hello?x=1 200 in 8ms /api/hello 5 B - id-1"],
  ["what the cache did", { cache: "STALE" }, "GET /api/hello?x=1 200 in 8ms /api/hello 5 B STALE id-1"],
  ["no route, no size", { route: null, bytes: null }, "GET /api/hello?x=1 200 in 8ms - - - id-1"],
  ["a route like formats", { path: "/", route: "/%c3%a9/%d0%9f" }, "GET / 200 in 8ms /%c3%a9/%d0%9f 5 B - id-1"],
];

for (const [print, rows] of [[toDevLine, DEV], [toPrettyLine, PRETTY]] as const) {
  for (const [what, part, line] of rows) {
    Deno.test(`${print.name}() shows ${what}`, () => assertEquals(format(...print({ ...RECORD, ...part })), line));
  }
}

Deno.test("toDevLine() colors the status", () => {
  const colors = [200, 302, 404, 503].map((status) => toDevLine({ ...RECORD, status })[1]);
  assertEquals(colors, ["color: green", "color: green", "color: yellow", "color: red"]);
});

Deno.test("toJsonLine() has all properties of a record, the time as text, and microseconds", () => {
  const line = toJsonLine({ ...RECORD, path: '/"\n\x1b%c', duration: 1.23456 });
  assertEquals(/^[^\p{Cc}]+$/u.test(line), true);
  const { time: _, bytesIn, userAgent, ...rest } = RECORD;
  assertEquals(JSON.parse(line), {
    ...rest,
    bytes_in: bytesIn,
    user_agent: userAgent,
    level: "info",
    time: "1970-01-01T00:00:00.000Z",
    path: '/"\n\x1b%c',
    duration: 1.235,
  });
});

for (const [status, level] of [[200, "info"], [404, "info"], [499, "info"], [500, "error"], [503, "error"]] as const) {
  Deno.test(`toJsonLine() of ${status} has the level ${level}`, () => {
    assertEquals(JSON.parse(toJsonLine({ ...RECORD, status })).level, level);
  });
}

Deno.test("createRequestLogger() prints a part of the requests, and all with a status of 500 and more", async () => {
  for (
    const [sample, status, draw, lines] of [
      [0.1, 200, 0.09, 1],
      [0.1, 200, 0.1, 0],
      [0.1, 499, 0.5, 0],
      [0.1, 500, 0.99, 1],
      [0, 200, 0, 0],
      [0, 503, 0, 1],
      [1, 200, 0.999, 1],
    ] as const
  ) {
    const printed = await captured(
      "log",
      () => createRequestLogger("json", sample, () => draw)!({ ...RECORD, status }),
    );
    assertEquals({ sample, status, draw, lines: printed.length }, { sample, status, draw, lines });
  }
});

type Answer = () => Response | Promise<Response>;

/** What is told of one request, and what was sent. */
async function watched(answer: Answer, init: RequestInit = {}, route?: string, ends = Promise.resolve()) {
  const records: RequestRecord[] = [];
  const { matched, watch } = watchRequests((record) => records.push(record));
  const handler = watch((request) => {
    if (route !== undefined) matched({ id: route } as Route, request);
    return answer();
  });
  const sent = Promise.withResolvers<void>();
  const response = await handler(new Request("http://localhost/a?x=%41", init), { completed: sent.promise });
  const text = init.method === "HEAD" ? "" : await response.text();
  assertEquals(records, [], "recorded before the response was sent");
  sent.resolve(ends);
  await sent.promise.catch(() => {});
  assertEquals(records.length, 1);
  return { record: records[0]!, response, text };
}

const hello = () => new Response("hello");

const TAKEN = ["abc", "A.b:c/d+e=f@g-h_9", "x".repeat(128)];
const HOSTILE = ["", "a b", "x".repeat(129), "x".repeat(200), '"', "<b>", "a,b", "%c", "a;b", "\xe9", "\t", "a\\n"];

Deno.test("watchRequests() uses a well-formed id of the client, replaces any other, and sends back the logged id", async () => {
  for (const given of [...TAKEN, ...HOSTILE]) {
    const { record, response } = await watched(hello, { headers: { "x-request-id": given } });
    assertMatch(record.id, TAKEN.includes(given) ? new RegExp(`^${RegExp.escape(given)}$`) : UUID);
    assertEquals(response.headers.get("x-request-id"), record.id);
  }
});

Deno.test("watchRequests() gives each response its own id, even if a handler returns the same response again", async () => {
  const shared = new Response(null, { status: 204 });
  const first = await watched(() => shared, { headers: { "x-request-id": "first" } });
  const second = await watched(() => shared, { headers: { "x-request-id": "second" } });
  assertEquals([first, second].map(({ response }) => response.headers.get("x-request-id")), ["first", "second"]);
});

Deno.test("watchRequests() records the route that answered, or null", async () => {
  const { record } = await watched(hello, { method: "POST" }, "/users/[id]");
  const { method, path, route, status } = record;
  assertEquals([method, path, route, status], ["POST", "/a?x=%41", "/users/[id]", 200]);
  assertEquals((await watched(() => new Response("no", { status: 404 }))).record.route, null);
});

const BODIES: readonly (readonly [what: string, bytes: number, answer: Answer, init?: RequestInit])[] = [
  ["a string", 6, () => new Response("héllo")],
  ["a string and headers", 5, () => new Response("hello", { headers: { a: "b" } })],
  ["an empty string", 0, () => new Response("")],
  ["bytes", 7, () => new Response(new Uint8Array(7))],
  ["a blob", 3, () => new Response(new Blob(["abc"]))],
  ["JSON", 7, () => Response.json({ a: 1 })],
  ["URL parameters", 3, () => new Response(new URLSearchParams({ a: "b" }))],
  ["a stream", 7, () => new Response(ReadableStream.from([new Uint8Array(3), new Uint8Array(4)]))],
  ["no body", 0, () => new Response(null, { status: 204 })],
  ["a redirect, whose headers cannot be changed", 0, () => Response.redirect("http://localhost/b")],
  ["a response of fetch(), whose headers cannot be changed either", 2, () => fetch("data:,up")],
  ["a stream that HEAD does not send", 0, () => new Response(new ReadableStream()), { method: "HEAD" }],
  ["a string that HEAD does not send", 0, hello, { method: "HEAD" }],
];

for (const [what, bytes, answer, init] of BODIES) {
  Deno.test(`watchRequests() counts the bytes of ${what}: ${bytes}`, async () => {
    const original = await answer();
    const kept = { status: original.status, headers: Object.fromEntries(original.headers) };
    const { record, response, text } = await watched(() => original, init);
    assertEquals([record.bytes, record.status], [bytes, kept.status]);
    if (init === undefined) assertEquals(new TextEncoder().encode(text).length, bytes);
    const { "x-request-id": id, ...headers } = Object.fromEntries(response.headers);
    assertEquals([{ status: response.status, headers }, id], [kept, record.id]);
  });
}

type Sent = readonly [init: RequestInit, hostname: string | undefined, trustProxy: boolean, sender: object];

const from = (address: string): RequestInit => ({ headers: { "x-forwarded-for": address } });
const SENDERS: readonly (readonly [what: string, ...Sent])[] = [
  ["the other end of the connection", {}, "192.0.2.1", false, { ip: "192.0.2.1" }],
  ["an IPv4 address that is written as IPv6", {}, "::ffff:192.0.2.1", false, { ip: "192.0.2.1" }],
  ["no address that a client claims", from("10.0.0.1"), "192.0.2.1", false, { ip: "192.0.2.1" }],
  ["what a trusted proxy appended", from("10.0.0.1, 203.0.113.7"), "127.0.0.1", true, { ip: "203.0.113.7" }],
  ["what a trusted proxy appended, without the port", from("[2001:db8::1]:4711"), "::1", true, { ip: "2001:db8::1" }],
  ["the trusted proxy itself where it appends nothing", {}, "127.0.0.1", true, { ip: "127.0.0.1" }],
  ["the trusted proxy itself where it appends no address", from("unknown"), "127.0.0.1", true, { ip: "127.0.0.1" }],
  ["no address over a Unix socket", from("10.0.0.1"), undefined, false, { ip: null }],
  ["what a trusted proxy appended over a Unix socket", from("203.0.113.7"), undefined, true, { ip: "203.0.113.7" }],
  ["the user agent", { headers: { "user-agent": "test/1" } }, undefined, false, { userAgent: "test/1" }],
  ["no user agent", {}, undefined, false, { userAgent: null }],
  ["no body", {}, undefined, false, { bytesIn: 0 }],
  ["a POST without a body", { method: "POST" }, undefined, false, { bytesIn: 0 }],
  ["a declared size", { method: "POST", body: "abc", headers: { "content-length": "3" } }, undefined, false, {
    bytesIn: 3,
  }],
  [
    "a body of no declared size",
    { method: "POST", body: ReadableStream.from(["a"]).pipeThrough(new TextEncoderStream()) },
    undefined,
    false,
    {
      bytesIn: null,
    },
  ],
];

for (const [what, init, hostname, trustProxy, sender] of SENDERS) {
  Deno.test(`watchRequests() records ${what}`, async () => {
    const records: RequestRecord[] = [];
    const handler = watchRequests((record) => records.push(record), { trustProxy }).watch(hello);
    const remoteAddr = hostname === undefined ? { transport: "unix" } : { transport: "tcp", hostname };
    await handler(new Request("http://localhost/", init), { completed: Promise.resolve(), remoteAddr });
    await Promise.resolve();
    const [record] = records;
    assertEquals({ ...record, ...sender }, record);
  });
}

Deno.test("watchRequests() records the cache state from the header of the response", async () => {
  for (const cache of ["HIT", "STALE", "MISS"]) {
    const cached = new Response("a", { headers: { "x-nextjs-cache": cache } });
    assertEquals((await watched(() => cached)).record.cache, cache);
  }
});

Deno.test("watchRequests() records a request whose client left before the end of the response", async () => {
  const gone = Promise.reject(new Error("gone"));
  assertEquals((await watched(hello, {}, "/a", gone)).record.route, "/a");
});

Deno.test("watchRequests() passes on an upgrade unchanged", async () => {
  const upgrade = new Response(null, { status: 101 });
  const { record, response } = await watched(() => upgrade);
  assertEquals([response === upgrade, response.headers.has("x-request-id"), record.status], [true, false, 101]);
});

const APP = {
  "next.config.ts": "export default { images: {} };",
  "app/users/[id]/route.ts": `export const GET = () => new Response("user");`,
  "app/news/route.ts": `export const dynamic = "force-static"; export const GET = () => new Response("news");`,
  "app/stream/route.ts": `export const GET = () => new Response(new ReadableStream({
  async pull(controller) { await new Promise((done) => setTimeout(done, 10)); controller.enqueue("12345"); },
}));`,
  "app/socket/route.ts": `export function GET(request) {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = ({ data }) => socket.send("echo " + data);
  return response;
}`,
};

/** What the command line prints while a function asks it; colours only where the environment has them. */
async function printed(
  flags: readonly string[],
  use: (origin: string) => Promise<unknown>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  await using project = await temporaryFiles(APP);
  await using server = await startCli(["start", project.dir, "--cache", "memory", ...flags], { env });
  await use(server.origin);
  const { code, stdout, stderr } = await server.stop();
  // What --verbose says may go there, where stdout is for the log.
  assertEquals([code, stderr.replace(/^Keys of .*\n/, "")], [0, ""]);
  return server.banner + stdout;
}

const get = async (url: string) => {
  const response = await fetch(url, { headers: { "x-request-id": "mine" } });
  await response.body?.cancel();
  return response.headers.get("x-request-id");
};

const linesOf = (text: string) => text.trimEnd().split("\n").map((line) => JSON.parse(line));

const PATHS = ["/users/7?x=%41", "/news", "/news", "/nope"];
const LOGGED = [
  "mine /users/7?x=%41 /users/[id] 200 null",
  "mine /news /news 200 MISS",
  "mine /news /news 200 HIT",
  "mine /nope null 404 null",
];

for (const more of [[], ["--verbose"]]) {
  Deno.test(["routes start --log json", ...more, "prints only JSON"].join(" "), async () => {
    const text = await printed(["--log", "json", ...more], async (origin) => {
      for (const path of PATHS) assertEquals(await get(origin + path), "mine");
    });
    const lines = linesOf(text).filter(({ message = "Listening" }) => message === "Listening");
    const shown = lines.map(({ message, id, path, route, status, cache }) =>
      message ?? `${id} ${path} ${route} ${status} ${cache}`
    );
    assertEquals(shown, ["Listening", ...LOGGED]);
  });
}

Deno.test("routes start --log json logs a client that left during a stream, and an upgrade", async () => {
  const text = await printed(["--log", "json"], async (origin) => {
    await get(`${origin}/stream`);
    const socket = new WebSocket(`${origin.replace("http", "ws")}/socket`);
    const { promise, resolve } = Promise.withResolvers<string>();
    const closed = new Promise((done) => socket.onclose = done);
    socket.onopen = () => socket.send("hi");
    socket.onmessage = ({ data }) => resolve(data);
    assertEquals(await promise, "echo hi");
    socket.close();
    await closed;
  });
  const [, ...records] = linesOf(text);
  const seen = records.map(({ route, status, bytes }) => [route, status, bytes % 5]).sort();
  assertEquals(seen, [["/socket", 101, 0], ["/stream", 200, 0]]);
});

const COLORS: readonly (readonly [what: string, env: Readonly<Record<string, string>>, status: string])[] = [
  ["without colours where NO_COLOR is set", {}, "404"],
  ["without colors if stdout is not a terminal", { NO_COLOR: "" }, "404"],
  ["with colours where FORCE_COLOR is set", { NO_COLOR: "", FORCE_COLOR: "1" }, "\x1b[33m404\x1b[39m"],
];

for (const [what, env, status] of COLORS) {
  Deno.test(`routes start --log pretty prints one line per request, ${what}`, async () => {
    const text = await printed(["--log", "pretty"], (origin) => get(`${origin}/a?x=%41%c`), env);
    const line = text.split("\n").find((line) => line.startsWith("GET /a"))!;
    assertEquals(line.includes(`GET /a?x=%41%c ${status} in `), true, line);
    // deno-lint-ignore no-control-regex -- the colours
    assertMatch(line.replace(/\x1b\[[\d;]*m/g, ""), /^GET \/a\?x=%41%c 404 in \d+ms - 9 B - mine$/);
  });
}

for (const flags of [[], ["--log", "off"]]) {
  Deno.test(`routes start ${flags.join(" ") || "without --log"} logs no request, and sends no id`, async () => {
    const text = await printed(flags, async (origin) => assertEquals(await get(`${origin}/users/7`), null));
    assertEquals(/GET \/users\/7/.test(text), false, text);
  });
}

Deno.test("routes start --log accepts three values, and lists them for any other", async () => {
  for (const word of ["xml", "JSON", ""]) {
    const stderr = `Cannot log as "${word}" (--log): expected pretty, json or off\n`;
    assertEquals(await runCli(["start", "--log", word]), { code: 2, stdout: "", stderr });
  }
});
