// The limits of request bodies: size and time.
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { type NextRequest, NextResponse } from "../../src/server.ts";
import { type App, createApp, serveApp } from "../helpers/app.ts";
import { createRulesApp } from "../helpers/rules.ts";
import { sendRaw, sendRequest } from "../helpers/wire.ts";

const KB = 1024;

/** Methods that read a whole body. */
const READERS: Readonly<Record<string, (request: NextRequest) => Promise<unknown>>> = {
  arrayBuffer: async (request) => (await request.arrayBuffer()).byteLength,
  blob: async (request) => (await request.blob()).size,
  bytes: async (request) => (await request.bytes()).byteLength,
  formData: async (request) => [...await request.formData()].length,
  json: async (request) => (await request.json()).length,
  text: async (request) => (await request.text()).length,
};

/** Reads a body as a stream. */
async function readByHand(request: NextRequest): Promise<number> {
  let size = 0;
  for await (const chunk of request.body!) size += chunk.byteLength;
  return size;
}

const answersWith = (read: (request: NextRequest) => Promise<unknown>) => async (request: NextRequest) =>
  Response.json(await read(request));

/** Sends a body with its size or in chunks, and ignores the response. */
async function send(app: App, path: string, body: string, isChunked: boolean, type = "text/plain") {
  await using server = serveApp(app);
  const headers: [string, string][] = [["content-type", type]];
  if (!isChunked) return await sendRequest(server.port, { method: "POST", path, body, headers });
  headers.push(["transfer-encoding", "chunked"]);
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  return await sendRequest(server.port, { method: "POST", path, body: chunked, headers });
}

for (const [name, read] of Object.entries(READERS)) {
  for (const isChunked of [false, true]) {
    Deno.test(`S30 ${name}() of a body over the limit, ${isChunked ? "in chunks" : "of known size"}: 413`, async () => {
      const fields = name === "formData" ? `a=${"x".repeat(2 * KB - 2)}` : JSON.stringify("x".repeat(2 * KB - 2));
      const type = name === "formData" ? "application/x-www-form-urlencoded" : "application/json";
      const app = await createApp({ "route.ts": { POST: answersWith(read) } }, { bodyLimit: "1kb" });
      const { status, body, headers } = await send(app, "/", fields, isChunked, type);
      assertEquals([status, body, headers.connection?.[0]], [413, "", "close"]);
      const open = await createApp({ "route.ts": { POST: answersWith(read) } }, { bodyLimit: "2kb" });
      assertEquals((await send(open, "/", fields, isChunked, type)).status, 200);
    });
  }
}

Deno.test("S30 a handler that swallows the error cannot answer 200, but its own 4xx is kept", async () => {
  const swallow = (status: number) => async (request: NextRequest) => {
    await request.text().catch(() => {});
    return new Response("whatever", { status });
  };
  const app = await createApp({
    "ok/route.ts": { POST: swallow(200) },
    "moved/route.ts": { POST: swallow(303) },
    "own/route.ts": { POST: swallow(422) },
  }, { bodyLimit: 10 });
  const statuses: unknown[] = [];
  for (const path of ["/ok", "/moved", "/own"]) {
    const { status, body } = await send(app, path, "x".repeat(11), true);
    statuses.push([status, body]);
  }
  assertEquals(statuses, [[413, ""], [413, ""], [422, "whatever"]]);
});

Deno.test("S30 a known size over the limit of the route is refused before the handler runs", async () => {
  let runs = 0;
  const POST = () => new Response(`${++runs}`);
  const app = await createApp({
    "small/route.ts": { POST, config: { bodyLimit: "1kb" } },
    "large/route.ts": { POST: answersWith(READERS.text!), config: { bodyLimit: "1mb" } },
    "any/route.ts": { POST: answersWith(READERS.text!), config: { bodyLimit: false } },
  }, { bodyLimit: "10kb" });
  const { status, headers } = await send(app, "/small", "x".repeat(KB + 1), false);
  assertEquals([status, headers.connection?.[0], runs], [413, "close", 0]);
  assertEquals((await send(app, "/small", "x".repeat(KB), false)).body, "1");
  assertEquals((await send(app, "/large", "x".repeat(20 * KB), false)).body, `${20 * KB}`);
  assertEquals((await send(app, "/large", "x".repeat(1024 * KB + 1), true)).status, 413);
  assertEquals((await send(app, "/any", "x".repeat(2048 * KB), true)).body, `${2048 * KB}`);
});

Deno.test("S30 a stream that is read by hand is unlimited unless a limit is set", async () => {
  const modules = { "route.ts": { POST: answersWith(readByHand) } };
  const size = 101 * 1024 * KB;
  assertEquals((await send(await createApp(modules), "/", "x".repeat(size), false)).body, `${size}`);
  assertEquals((await send(await createApp(modules, { bodyLimit: "1kb" }), "/", "x".repeat(KB), true)).body, `${KB}`);
  assertEquals((await send(await createApp(modules, { bodyLimit: "1kb" }), "/", "x".repeat(KB + 1), true)).status, 413);
});

Deno.test("S30 by default at most 100 MiB are read into memory", async () => {
  const app = await createApp({ "route.ts": { POST: answersWith(READERS.bytes!) } });
  const limit = 100 * 1024 * KB;
  assertEquals((await send(app, "/", "x".repeat(limit), false)).body, `${limit}`);
  assertEquals((await send(app, "/", "x".repeat(limit + 1), false)).status, 413);
});

Deno.test("S30 a request with both a length and chunks is refused", async () => {
  await using server = serveApp(await createApp({ "route.ts": { POST: answersWith(READERS.text!) } }));
  const head =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  assertEquals((await sendRaw(server.port, `${head}0\r\n\r\n`)).status, 400);
});

Deno.test("S31 for a body that ends before its length the handler gets an error, not a part of it", async () => {
  const seen: unknown[] = [];
  const POST = async (request: NextRequest) => {
    await request.text().then((text) => seen.push(text), (error) => seen.push(error instanceof Error));
    return new Response("ok");
  };
  await using server = serveApp(await createApp({ "route.ts": { POST } }));
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await connection.write(new TextEncoder().encode("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"));
  await delay(50);
  connection.close();
  while (seen.length === 0) await delay(10);
  assertEquals(seen, [true]);
});

const FORM = "application/x-www-form-urlencoded", BOUNDARY = "b";
const part = (name: string) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`;
const multipart = (head: string, count: number) => `${head.repeat(count)}--${BOUNDARY}--\r\n`;

const BOMBS: Readonly<Record<string, { type: string; body: string; status: number }>> = {
  "S53 10,000 urlencoded fields": { type: FORM, body: "a=b&".repeat(9_999) + "a=b", status: 200 },
  "S53 10,001 urlencoded fields": { type: FORM, body: "a=b&".repeat(10_000) + "a=b", status: 413 },
  "S53 a urlencoded form of 12 MB": { type: FORM, body: "a=b&".repeat(3_000_000), status: 413 },
  "S53 12 MB of ampersands": { type: FORM, body: "&".repeat(12_000_000), status: 413 },
  "S32 10,000 parts": { type: "multipart/form-data; boundary=b", body: multipart(part("a"), 10_000), status: 200 },
  "S32 10,001 parts": { type: "multipart/form-data; boundary=b", body: multipart(part("a"), 10_001), status: 413 },
  "S53 50,000 parts": { type: "multipart/form-data; boundary=b", body: multipart(part("a"), 50_000), status: 413 },
  "S32 a part with a head of 1 MB": {
    type: "multipart/form-data; boundary=b",
    body: multipart(part("a".repeat(1_000_000)), 1),
    status: 413,
  },
  "S32 names in names": {
    type: "multipart/form-data; boundary=b",
    body: multipart(part("a[b][".repeat(2_000)), 1),
    status: 200,
  },
};

for (const [name, { type, body, status }] of Object.entries(BOMBS)) {
  Deno.test(`${name}: ${status}`, async () => {
    const app = await createApp({ "route.ts": { POST: answersWith(READERS.formData!) } });
    assertEquals((await app.request("/", { method: "POST", body, headers: { "content-type": type } })).status, status);
  });
}

Deno.test("S53 formFields limits the number of fields of a form", async () => {
  const app = await createApp({ "route.ts": { POST: answersWith(READERS.formData!) } }, { formFields: 2 });
  const post = (body: string) => app.request("/", { method: "POST", body, headers: { "content-type": FORM } });
  assertEquals([(await post("a=1&b=2")).status, (await post("a=1&b=2&c=3")).status], [200, 413]);
});

Deno.test("S54 a body that a proxy clones is buffered once, and not beyond the limit", async () => {
  const limit = 1024 * KB, sizes: number[] = [];
  let sent = 0;
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= 100 * limit) return controller.close();
        sent += 64 * KB;
        controller.enqueue(new Uint8Array(64 * KB));
      },
    });
  const proxy = async (request: NextRequest) => void sizes.push((await request.clone().bytes()).byteLength);
  const app = await createRulesApp(
    { "route.ts": { POST: answersWith(READERS.bytes!) } },
    { proxy, config: { experimental: { proxyClientMaxBodySize: limit } } },
  );
  assertEquals((await app.request("/", { method: "POST", body: body() })).status, 413);
  // The amount read ahead of the slowest reader is limited, so the client was stopped long before the end.
  assert(sent < 2 * limit, `${sent} bytes were taken`);
  assertEquals(sizes, []);
  const small = await app.request("/", { method: "POST", body: new Uint8Array(limit) });
  assertEquals([await small.json(), sizes], [limit, [limit]]);
});

Deno.test("S54 the handler does not see changes of a proxy to its copy of a body", async () => {
  const proxy = async (request: NextRequest) => {
    const bytes = await request.clone().bytes();
    bytes.fill(0);
    structuredClone(bytes, { transfer: [bytes.buffer] });
  };
  const app = await createRulesApp({ "route.ts": { POST: answersWith(READERS.text!) } }, { proxy });
  assertEquals(await (await app.request("/", { method: "POST", body: "whole" })).json(), 5);
});

Deno.test("experimental.proxyClientMaxBodySize refuses a larger body, even if the proxy does not read it", async () => {
  const config = { experimental: { proxyClientMaxBodySize: "1kb" } };
  const modules = { "route.ts": { POST: answersWith(READERS.text!) } };
  const app = await createRulesApp(modules, { proxy: () => NextResponse.next(), config });
  assertEquals((await send(app, "/", "x".repeat(KB), false)).body, `${KB}`);
  for (const isChunked of [false, true]) {
    assertEquals((await send(app, "/", "x".repeat(KB + 1), isChunked)).status, 413);
  }
  const without = await createRulesApp(modules, { config });
  assertEquals((await send(without, "/", "x".repeat(KB + 1), false)).body, `${KB + 1}`);
});

const READS = { ...READERS, "a reader by hand": readByHand };

for (const [name, read] of Object.entries(READS)) {
  Deno.test(`S56 a body that stalls while ${name} waits for it: 408`, async () => {
    const app = await createApp({ "route.ts": { POST: answersWith(read) } }, { bodyTimeout: 20 });
    await using server = serveApp(app);
    const type = name === "formData" ? FORM : "text/plain";
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 10\r\n\r\n`;
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await connection.write(new TextEncoder().encode(`${head}half`));
    const buffer = new Uint8Array(1000);
    const size = await connection.read(buffer);
    const answer = new TextDecoder().decode(buffer.subarray(0, size ?? 0));
    assertEquals([answer.split("\r\n", 1)[0], /connection: close/i.test(answer)], [
      "HTTP/1.1 408 Request Timeout",
      true,
    ]);
  });
}

Deno.test("S56 a slow body that does not stall is read to its end", async () => {
  const app = await createApp({ "route.ts": { POST: answersWith(READERS.text!) } }, { bodyTimeout: 1500 });
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (const _ of [1, 2, 3, 4]) {
        await delay(600);
        controller.enqueue(new Uint8Array([120]));
      }
      controller.close();
    },
  });
  assertEquals(await (await app.request("/", { method: "POST", body })).json(), 4);
});

Deno.test("a bodyLimit that is not a size is refused, and the message shows a valid one", async () => {
  const errors: string[] = [];
  for (const bodyLimit of ["a lot", "-1", "10tb", -1, NaN]) {
    await createApp({ "route.ts": {} }, { bodyLimit }).catch((error) => errors.push(error.message));
  }
  assertEquals(errors.length, 5);
  assertEquals(
    errors[0],
    'Cannot limit request bodies to "a lot": expected a number of bytes, a size such as "64kb", or false',
  );
});
