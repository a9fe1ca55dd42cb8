import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { NextResponse } from "../../../src/server.ts";
import { serveApp } from "../../helpers/app.ts";
import { startIdleTimer } from "../../../src/handler/rules/idle_timer.ts";
import { createRulesApp, type Elsewhere, type RulesApp, type RulesInit, startElsewhere } from "../../helpers/rules.ts";
import { sendRequest } from "../../helpers/wire.ts";
import { freePort } from "../../helpers/free_port.ts";

/** An application that leads everything below `/out` to another server. */
function leading({ origin }: { origin: string }, more: RulesInit = {}): Promise<RulesApp> {
  const rewrites = () => [{ source: "/out/:path*", destination: `${origin}/in/:path*` }];
  return createRulesApp({}, { ...more, config: { ...more.config as object, rewrites } });
}

/** The other ways to the same server. */
const WAYS: Readonly<Record<string, (elsewhere: Elsewhere) => Promise<RulesApp>>> = {
  "a rule": (elsewhere) => leading(elsewhere),
  "a rule, public/ looked at": (elsewhere) => leading(elsewhere, { publicFile: () => Promise.resolve(null) }),
  "a rule, behind a proxy": (elsewhere) => leading(elsewhere, { proxy: () => NextResponse.next() }),
  "a rule, behind a proxy that reads": (elsewhere) =>
    leading(elsewhere, { proxy: async (request) => void await request.text() }),
  "a proxy": ({ origin }) => createRulesApp({}, { proxy: () => NextResponse.rewrite(`${origin}/in/x?q=1`) }),
  "a proxy that reads": ({ origin }) =>
    createRulesApp({}, {
      async proxy(request) {
        await request.text();
        return NextResponse.rewrite(`${origin}/in/x?q=1`);
      },
    }),
};

for (const [way, open] of Object.entries(WAYS)) {
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    Deno.test(`an external rewrite by ${way} forwards ${method}, headers and body, and returns the response`, async () => {
      await using elsewhere = startElsewhere(async (request) =>
        new Response(`got ${await request.text()}`, { status: 201, statusText: "Made", headers: { "x-b": "2" } })
      );
      const app = await open(elsewhere);
      await using server = serveApp(app);
      const body = method === "GET" ? null : "the body";
      const response = await fetch(`${server.origin}/out/x?q=1`, { method, body, headers: { "x-a": "1" } });
      const text = await response.text();
      assertEquals(app.errors.map(({ error }) => `${error}`), []);
      assertEquals([response.status, text, response.headers.get("x-b")], [201, `got ${body ?? ""}`, "2"]);
      const { asked: [asked] } = elsewhere;
      assertEquals([asked!.method, asked!.path, asked!.headers.get("x-a")], [method, "/in/x?q=1", "1"]);
    });
  }
}

Deno.test("an external rewrite answers HEAD with the headers of the other server", async () => {
  await using elsewhere = startElsewhere(() => new Response("four", { headers: { "x-b": "2" } }));
  await using server = serveApp(await leading(elsewhere));
  const { status, headers, body } = await sendRequest(server.port, { method: "HEAD", path: "/out/x" });
  assertEquals([status, headers["x-b"], headers["content-length"], body], [200, ["2"], ["4"], ""]);
  assertEquals(elsewhere.asked.map(({ method }) => method), ["HEAD"]);
});

const QUERIES: readonly [destination: string, path: string, asked: string][] = [
  ["/in/:path*", "/out/a/b", "/in/a/b"],
  ["/in/:path*", "/out/a?x=1", "/in/a?x=1"],
  ["/in?p=:path*", "/out/a?x=1&y=a%20b", "/in?p=a&x=1&y=a%20b"],
  ["/in?p=1", "/out/a", "/in?p=1"],
  ["", "/out/a?x=1", "/?x=1"],
];

for (const [destination, path, asked] of QUERIES) {
  Deno.test(`an external rewrite to ORIGIN${destination} of ${path} requests ${asked}`, async () => {
    await using elsewhere = startElsewhere();
    const rewrites = () => [{ source: "/out/:path*", destination: elsewhere.origin + destination }];
    const app = await createRulesApp({}, { config: { rewrites } });
    await (await app.get(path)).text();
    assertEquals(elsewhere.asked.map(({ path }) => path), [asked]);
  });
}

Deno.test("an external rewrite streams the bodies of the request and of the response", async () => {
  const encoder = new TextEncoder();
  await using elsewhere = startElsewhere((request) =>
    new Response(request.body!.pipeThrough(
      new TransformStream({
        transform: (chunk, controller) => controller.enqueue(encoder.encode(`<${new TextDecoder().decode(chunk)}>`)),
      }),
    ))
  );
  await using server = serveApp(await leading(elsewhere));
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const answering = fetch(`${server.origin}/out/x`, { method: "POST", body: readable });
  await writer.write(encoder.encode("one"));
  const reader = (await answering).body!.pipeThrough(new TextDecoderStream()).getReader();
  // Each part is asked for only when the one before has made the whole way and back.
  assertEquals((await reader.read()).value, "<one>");
  await writer.write(encoder.encode("two"));
  assertEquals((await reader.read()).value, "<two>");
  await writer.close();
  assertEquals((await reader.read()).done, true);
});

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`an external rewrite passes on a redirect of ${status}, and does not follow it`, async () => {
    await using elsewhere = startElsewhere(() => new Response(null, { status, headers: { location: "/next" } }));
    const app = await leading(elsewhere);
    const response = await app.get("/out/x");
    await response.body?.cancel();
    assertEquals([response.status, response.headers.get("location"), elsewhere.asked.length], [status, "/next", 1]);
  });
}

for (const status of [204, 205, 304, 400, 404, 500, 503]) {
  Deno.test(`an external rewrite passes on the status ${status}`, async () => {
    await using elsewhere = startElsewhere(() => new Response(null, { status, headers: { "x-b": "2" } }));
    const app = await leading(elsewhere);
    await using server = serveApp(app);
    const answer = await sendRequest(server.port, { path: "/out/x" });
    assertEquals([answer.status, answer.headers["x-b"], app.errors.length], [status, ["2"], 0]);
  });
}

Deno.test("an external rewrite passes on all cookies of the other server", async () => {
  const headers: HeadersInit = [["set-cookie", "a=1, x"], ["set-cookie", "b=2"]];
  await using elsewhere = startElsewhere(() => new Response("x", { headers }));
  const response = await (await leading(elsewhere)).get("/out/x");
  await response.text();
  assertEquals(response.headers.getSetCookie(), ["a=1, x", "b=2"]);
});

Deno.test("an external rewrite gets the headers of the proxy, but not those of headers()", async () => {
  await using elsewhere = startElsewhere();
  const headers = () => [{ source: "/(.*)", headers: [{ key: "x-config", value: "1" }] }];
  const proxy = () => NextResponse.next({ headers: { "x-proxy": "1" } });
  const response = await (await leading(elsewhere, { config: { headers }, proxy })).get("/out/x");
  await response.text();
  assertEquals([response.headers.get("x-config"), response.headers.get("x-proxy")], [null, "1"]);
});

for (const method of ["GET", "POST"]) {
  Deno.test(`an external rewrite of ${method} to a server that is down answers 502, and reports it once`, async () => {
    const app = await leading({ origin: `http://127.0.0.1:${freePort()}` });
    await using server = serveApp(app);
    const body = method === "GET" ? null : "the body";
    const response = await fetch(`${server.origin}/out/x`, { method, body });
    assertEquals([response.status, await response.text(), app.errors.length], [502, "", 1]);
  });
}

Deno.test("a server that does not respond within proxyTimeout is a 504, and reported once", async () => {
  const left = Promise.withResolvers<void>();
  await using elsewhere = startElsewhere((request) => {
    request.signal.addEventListener("abort", () => left.resolve());
    return left.promise.then(() => new Response("late"));
  });
  const app = await leading(elsewhere, { config: { experimental: { proxyTimeout: 100 } } });
  await using server = serveApp(app);
  const response = await fetch(`${server.origin}/out/x`);
  await left.promise;
  const names = app.errors.map(({ error }) => (error as Error).name);
  assertEquals([response.status, await response.text(), names], [504, "", ["TimeoutError"]]);
});

Deno.test("proxyTimeout does not abort a slow upload, or a response that pauses", async () => {
  await using elsewhere = startElsewhere(async (request) => {
    const text = await request.text();
    return new Response(ReadableStream.from(pauses([...`${text}!`])));
  });
  const app = await leading(elsewhere, { config: { experimental: { proxyTimeout: 200 } } });
  await using server = serveApp(app);
  const body = ReadableStream.from(pauses(["s", "l", "o", "w"]));
  const response = await fetch(`${server.origin}/out/x`, { method: "POST", body });
  assertEquals([response.status, await response.text(), app.errors], [200, "slow!", []]);
});

/** The parts of a body, with pauses that are shorter than a timeout only one by one. */
async function* pauses(parts: readonly string[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    await delay(100);
    yield new TextEncoder().encode(part);
  }
}

Deno.test("an external rewrite is aborted when the client leaves before the response", async () => {
  const arrived = Promise.withResolvers<void>(), left = Promise.withResolvers<void>();
  await using elsewhere = startElsewhere((request) => {
    request.signal.addEventListener("abort", () => left.resolve());
    arrived.resolve();
    return left.promise.then(() => new Response("late"));
  });
  const app = await leading(elsewhere);
  await using server = serveApp(app);
  const controller = new AbortController();
  const answering = fetch(`${server.origin}/out/x`, { signal: controller.signal }).catch(() => "aborted");
  await arrived.promise;
  controller.abort();
  assertEquals(await answering, "aborted");
  await left.promise;
  assertEquals(app.errors, []);
});

Deno.test("an external rewrite is aborted when the client leaves during the response", async () => {
  const left = Promise.withResolvers<void>();
  await using elsewhere = startElsewhere(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65536)),
        cancel: () => left.resolve(),
      }),
    )
  );
  const app = await leading(elsewhere);
  await using server = serveApp(app);
  const reader = (await fetch(`${server.origin}/out/x`)).body!.getReader();
  await reader.read();
  await reader.cancel();
  await left.promise;
  assertEquals(app.errors, []);
});

const packed = (text: string, format: CompressionFormat) =>
  new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(format))).bytes();

const CODINGS: readonly [coding: string, format: CompressionFormat | null][] = [
  ["gzip", "gzip"],
  ["deflate", "deflate"],
  ["x-own", null],
];

for (const [coding, format] of CODINGS) {
  for (const accept of [coding, "identity"]) {
    Deno.test(`an external rewrite returns a body in ${coding} that matches its headers (client: ${accept})`, async () => {
      const plain = "text ".repeat(1000);
      const bytes = format === null ? new TextEncoder().encode(plain) : await packed(plain, format);
      const headers = { "content-encoding": coding, "content-type": "text/plain", "content-length": `${bytes.length}` };
      await using elsewhere = startElsewhere(() => new Response(bytes, { headers }));
      const response = await (await leading(elsewhere)).get("/out/x", { "accept-encoding": accept });
      const received = await response.bytes();
      const said = response.headers.get("content-encoding"), length = response.headers.get("content-length");
      if (length !== null) assertEquals(Number(length), received.length);
      assertEquals(said === null || said === coding, true);
      // Either decoded and not called encoded, or as it came and called so.
      const wanted = said === null ? new TextEncoder().encode(plain) : bytes;
      assert(
        received.length === wanted.length && received.every((byte, at) => byte === wanted[at]),
        `${said}: ${received.length}`,
      );
    });
  }
}

Deno.test("startIdleTimer() aborts nothing when it is restarted after its end", async () => {
  const timer = startIdleTimer(5, "late");
  timer.stop();
  timer.restart();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(timer.signal.aborted, false);
});
