/**
 * Security cases over raw sockets; each test is named by the id of its case: request targets, truncated bodies, huge
 * forms, clients that leave.
 */
import { assert, assertEquals } from "@std/assert";
import { parseForm } from "../../src/http/multipart.ts";
import { headers } from "../../src/headers.ts";
import { after, type NextRequest } from "../../src/server.ts";
import { captured, createApp, serveApp } from "../helpers/app.ts";
import { createCachedApp } from "../helpers/cached.ts";
import { createRulesApp } from "../helpers/rules.ts";
import { assertLinear } from "../helpers/growth.ts";
import { sendRaw, sendRequest } from "../helpers/wire.ts";

const TARGETS: readonly [target: string, host: string, status: number][] = [
  ["http://a.test/x", "a.test", 200],
  ["http://a.test:8000/x", "a.test:8000", 200],
  ["http://evil.test/x", "a.test", 400],
  ["https://evil.test/x", "a.test", 400],
  ["http://a.test:8001/x", "a.test:8000", 400],
  ["http://a.test@evil.test/x", "a.test", 400],
  ["http://evil.test\\@a.test/x", "a.test", 400],
  ["http://a.test.evil.test/x", "a.test", 400],
  ["http://evil.test#a.test/x", "a.test", 400],
  ["http://evil.test?a.test/x", "a.test", 400],
  ["http:///evil.test/x", "a.test", 308],
  ["http://[::1]/x", "[::1]", 200],
  ["http://[::1]/x", "[::2]", 400],
];

for (const [target, host, status] of TARGETS) {
  Deno.test(`S9 the target ${target} with Host ${host} is answered with ${status}, and all code sees the same host and path`, async () => {
    const GET = async (request: NextRequest) =>
      Response.json([request.nextUrl.host, new URL(request.url).host, (await headers()).get("host")]);
    await using server = serveApp(await createApp({ "x/route.ts": { GET } }));
    const { status: answered, body } = await sendRequest(server.port, { path: target, headers: [["host", host]] });
    assertEquals([answered, body === "" ? [] : JSON.parse(body)], [status, status === 200 ? [host, host, host] : []]);
  });
}

const READERS: Readonly<Record<string, (request: NextRequest) => Promise<unknown>>> = {
  "text()": (request) => request.text(),
  "json()": (request) => request.json(),
  "bytes()": (request) => request.bytes(),
  "arrayBuffer()": (request) => request.arrayBuffer(),
  "blob()": (request) => request.blob(),
  "formData()": (request) => request.formData(),
  "a loop over body": (request) => Array.fromAsync(request.body!),
  "a copy": (request) => request.clone().text(),
};
const CUT: Readonly<Record<string, string>> = {
  "its length": 'Content-Length: 100\r\n\r\n{"a":1}',
  "its last chunk": 'Transfer-Encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n',
  "all of a chunk": 'Transfer-Encoding: chunked\r\n\r\n64\r\n{"a":1}',
};

for (const [reader, read] of Object.entries(READERS)) {
  for (const behind of [false, true]) {
    const where = behind ? ", behind a proxy that reads it" : "";
    Deno.test(`S31 a truncated body is an error for ${reader}, and never a success${where}`, async () => {
      const outcomes: string[] = [];
      const POST = async (request: NextRequest) => {
        await read(request).then(() => outcomes.push("read"), () => outcomes.push("failed"));
        return new Response("done");
      };
      const proxy = behind ? async (request: NextRequest) => void await request.text().catch(() => {}) : undefined;
      await using server = serveApp(await createRulesApp({ "a/route.ts": { POST } }, { ...proxy && { proxy } }));
      const type = reader === "formData()" ? "application/x-www-form-urlencoded" : "application/json";
      for (const rest of Object.values(CUT)) await sendHalf(server.port, type, rest);
      assertEquals(outcomes, Object.keys(CUT).map(() => "failed"));
    });
  }
}

/** Sends the beginning of a request, leaves, and waits until the server has closed its side. */
async function sendHalf(port: number, type: string, rest: string): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const text = `POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Type: ${type}\r\n${rest}`;
  await connection.write(new TextEncoder().encode(text));
  await connection.closeWrite();
  const buffer = new Uint8Array(1024);
  while (await connection.read(buffer).catch(() => null) !== null);
}

const PARTS: readonly [what: string, head: string, count: number][] = [
  ["fields", 'Content-Disposition: form-data; name="a"', 100_000],
  ["files without a type", 'Content-Disposition: form-data; name="a"; filename="f"', 20_000],
  ["nested names", 'Content-Disposition: form-data; name="__proto__[a][b][c]"', 20_000],
  ["parts without a name", "X-None: 1", 100_000],
];
const FORM = "multipart/form-data; boundary=X";
const parts = (count: number, head: string) =>
  new TextEncoder().encode(`${`--X\r\n${head}\r\n\r\nv\r\n`.repeat(count)}--X--\r\n`);

for (const [what, head, count] of PARTS) {
  Deno.test(`S32 a form of ${count} ${what} is read in linear time, and pollutes nothing`, async () => {
    await assertLinear((count) => parseForm(parts(count, head), FORM), 500);
    const form = await parseForm(parts(count, head), FORM).catch(() => new FormData());
    assert([...form.keys()].every((name) => name === "a" || name === "__proto__[a][b][c]"));
    assertEquals(({} as Record<string, unknown>).a, undefined);
  });
}

for (const end of ["\r\n\r\nv\r\n--X--\r\n", "--X--"]) {
  Deno.test(`S32 a part with headers of a megabyte is refused, ${end.length > 5 ? "closed" : "open"}`, async () => {
    const GET = () => new Response("alive");
    const POST = async (request: NextRequest) => Response.json([...(await request.formData()).keys()]);
    const app = await createApp({ "route.ts": { GET, POST } }, { onError() {} });
    const body = `--X\r\nContent-Disposition: form-data; name="a"\r\nX-A: ${"a".repeat(2 ** 20)}${end}`;
    const response = await app.request("/", { method: "POST", body, headers: { "content-type": FORM } });
    assert(response.status >= 400 || await response.text() === "[]");
    assertEquals(await (await app.get("/")).text(), "alive");
  });
}

Deno.test("S33 a stalled revalidation holds no connection: all requests get the stale entry immediately", async () => {
  const stalled = Promise.withResolvers<void>();
  let runs = 0;
  const GET = async () => {
    if (++runs > 1) await stalled.promise;
    return new Response(`${runs}`);
  };
  const app = await createCachedApp({ "a/route.ts": { revalidate: 1, dynamic: "force-static", GET } });
  assertEquals(await app.askAndSettle("/a"), ["MISS", "1"]);
  app.pass(2);
  const answers = await Promise.all(Array.from({ length: 200 }, () => app.ask("/a")));
  assertEquals([new Set(answers.map(String)), runs], [new Set(["STALE,1"]), 2]);
  stalled.resolve();
  await app.drain();
  assertEquals(await app.ask("/a"), ["HIT", "2"]);
});

Deno.test("S33 a stalled stream ends when its client leaves", async () => {
  const cancelled: number[] = [];
  const all = Promise.withResolvers<void>();
  const GET = (request: NextRequest) => {
    const id = Number(request.nextUrl.searchParams.get("id"));
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(": open\n\n")),
      cancel() {
        if (cancelled.push(id) === 20) all.resolve();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  await using server = serveApp(await createApp({ "events/route.ts": { GET } }));
  const clients = await Promise.all(Array.from({ length: 20 }, (_, id) => open(server.port, `/events?id=${id}`)));
  for (const client of clients) client.close();
  await all.promise;
  assertEquals(cancelled.toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, id) => id));
});

/** Sends GET and waits for the first bytes of the answer. */
async function open(port: number, path: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`));
  await connection.read(new Uint8Array(1024));
  return connection;
}

const TOO_LARGE: readonly [what: string, head: string][] = [
  ["a URL of 70 kB", `GET /${"a".repeat(70_000)} HTTP/1.1\r\nHost: a.test`],
  ["a query of 70 kB", `GET /a?${"a".repeat(70_000)} HTTP/1.1\r\nHost: a.test`],
  ["a header of 70 kB", `GET /a HTTP/1.1\r\nHost: a.test\r\nX-A: ${"a".repeat(70_000)}`],
  [
    "150 headers",
    `GET /a HTTP/1.1\r\nHost: a.test\r\n${Array.from({ length: 150 }, (_, i) => `X-${i}: 1`).join("\r\n")}`,
  ],
];

for (const [what, head] of TOO_LARGE) {
  Deno.test(`S34 ${what} is a 4xx, and reaches no handler`, async () => {
    let runs = 0;
    const GET = () => new Response(`${++runs}`);
    await using server = serveApp(await createApp({ "[[...all]]/route.ts": { GET } }));
    const { status } = await sendRaw(server.port, `${head}\r\nConnection: close\r\n\r\n`);
    assertEquals([Math.floor(status / 100), runs], [4, 0], `${status}`);
  });
}

/** The number of clients, the number of concurrent ones, and the memory of each open stream in bytes. */
const LEAVING = 10_000, AT_A_TIME = 50, KEPT_BYTES = 65_536;

Deno.test("S35 10,000 clients that leave in the middle of a stream leave nothing behind", async () => {
  let cancels = 0, tasks = 0;
  const GET = () => {
    const chunk = new Uint8Array(KEPT_BYTES);
    after(() => void tasks++);
    return new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(chunk.subarray()),
        cancel: () => void cancels++,
      }),
    );
  };
  const app = await createApp({ "a/route.ts": { GET } });
  let grown = 0;
  const errors = await captured("error", async () => {
    await using server = serveApp(app);
    let before = 0;
    for (let left = 0; left < LEAVING; left += AT_A_TIME) {
      if (left === LEAVING / 5) before = Deno.memoryUsage().rss;
      await Promise.all(Array.from({ length: AT_A_TIME }, async () => (await open(server.port, "/a")).close()));
    }
    grown = Deno.memoryUsage().rss - before;
  });
  assertEquals([cancels, tasks, errors], [LEAVING, LEAVING, []]);
  // The memory of 8,000 streams would be 500 MiB.
  assert(grown < (LEAVING * 4 / 5) * KEPT_BYTES / 3, `memory has grown by ${grown} bytes`);
});
