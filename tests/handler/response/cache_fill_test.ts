import { assert, assertEquals } from "@std/assert";
import { after, type NextRequest } from "../../../src/server.ts";
import { memoryStore } from "../../../src/cache/stores/memory.ts";
import { captured, serveApp } from "../../helpers/app.ts";
import { counting, createCachedApp } from "../../helpers/cached.ts";
import { sendRequest } from "../../helpers/wire.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("response cache: 50 concurrent requests for an uncached path run the handler once and are all a MISS", async () => {
  const gate = Promise.withResolvers<void>();
  const GET = counting(async (number) => {
    await gate.promise;
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "[id]/route.ts": { generateStaticParams: () => [], GET } });
  const answers = Promise.all(Array.from({ length: 50 }, () => app.ask("/a")));
  const other = app.ask("/b");
  gate.resolve();
  assertEquals([...new Set((await answers).map(String))], ["MISS,1"]);
  assertEquals([await other, GET.runs], [["MISS", "2"], 2]);
});

const UNKEPT: readonly [name: string, respond: (number: number) => Response][] = [
  ["Set-Cookie", (number) => new Response(`${number}`, { headers: { "set-cookie": `id=${number}` } })],
  ["cache-control: private", (number) => new Response(`${number}`, { headers: { "cache-control": "private" } })],
  ["500", (number) => new Response(`${number}`, { status: 500 })],
  ["an error", (number) => {
    throw new Error(`${number}`);
  }],
];

for (const [name, respond] of UNKEPT) {
  Deno.test(`response cache: a request that waited for a result of ${name} runs the handler itself`, async () => {
    const GET = counting(async (number) => {
      await Promise.resolve();
      return respond(number);
    });
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.ask("/")));
    assertEquals(answers.map(([state]) => state), Array(50).fill(null));
    assertEquals([GET.runs, new Set(answers.map(([, body]) => body)).size], [50, name === "an error" ? 1 : 50]);
    assertEquals(app.errors.length, name === "an error" ? 50 : 0);
  });
}

Deno.test("response cache: an error on a MISS is reported with revalidateReason, and the next request generates the entry", async () => {
  const GET = counting((number) => {
    if (number === 1) throw new Error("boom");
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } });
  assertEquals((await app.get("/a")).status, 500);
  const context = { routerKind: "App Router", routePath: "/a", routeType: "route", revalidateReason: "stale" } as const;
  assertEquals(app.errors, [{ message: "boom", context }]);
  assertEquals([await app.ask("/a"), await app.ask("/a")], [["MISS", "2"], ["HIT", "2"]]);
});

/** What a refill may end with, and what the entry is then. */
const REFILLS: readonly [name: string, respond: () => Response, status: number, body: string, errors: string[]][] = [
  [
    "an error",
    () => {
      throw new Error("boom");
    },
    200,
    "good",
    ["boom"],
  ],
  ["no response", () => undefined as unknown as Response, 200, "good", ["No response is returned"]],
  ["status 500", () => new Response("bad", { status: 500 }), 200, "good", []],
  ["status 503", () => new Response("bad", { status: 503 }), 200, "good", []],
  ["a stream that fails", () => new Response(failing()), 200, "good", ["torn"]],
  ["status 404", () => new Response("gone", { status: 404 }), 404, "gone", []],
  ["status 301", () => new Response("", { status: 301, headers: { location: "/x" } }), 301, "", []],
];

function failing(): ReadableStream<Uint8Array<ArrayBuffer>> {
  let chunks = 0;
  return new ReadableStream({
    pull(controller) {
      if (chunks++ > 0) throw new Error("torn");
      controller.enqueue(utf8("half"));
    },
  });
}

for (const [name, respond, status, body, errors] of REFILLS) {
  const verb = status === 200 ? "keeps" : "replaces";
  Deno.test(`response cache: a revalidation that ends with ${name} ${verb} the entry`, async () => {
    const GET = counting((number) => number === 1 ? new Response("good") : respond());
    const app = await createCachedApp({ "a/route.ts": { revalidate: 2, GET } });
    await app.ask("/a");
    app.pass(2);
    assertEquals(await app.askAndSettle("/a"), ["STALE", "good"]);
    const response = await app.get("/a");
    assertEquals([response.status, await response.text()], [status, body]);
    await app.drain();
    const [error] = app.errors;
    assertEquals(error?.message.slice(0, errors[0]?.length), errors[0]);
    assertEquals(error?.context.revalidateReason, error && "stale");
  });
}

Deno.test("response cache: after a failed revalidation, the next one is tried 3 s later and not with each request", async () => {
  let broken = false;
  const GET = counting((number) => {
    if (broken) throw new Error("boom");
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "route.ts": { revalidate: 2, GET } });
  await app.ask("/");
  broken = true;
  app.pass(2);
  for (let i = 0; i < 5; i++) assertEquals((await app.askAndSettle("/"))[1], "1");
  assertEquals([GET.runs, app.errors.length], [2, 1]);
  broken = false;
  app.pass(3);
  await app.askAndSettle("/");
  assertEquals(await app.askAndSettle("/"), ["HIT", "3"]);
});

Deno.test("response cache: a handler over its maxDuration is answered with 504, which is not stored", async () => {
  const GET = counting(async (number, request: NextRequest) => {
    if (number === 1) await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "route.ts": { revalidate: 60, maxDuration: 1, GET } });
  const response = await app.get("/");
  assertEquals([response.status, await response.text()], [504, ""]);
  assertEquals(app.errors.map(({ message }) => message), ["The handler took longer than its maxDuration of 1 s"]);
  assertEquals([await app.ask("/"), await app.ask("/")], [["MISS", "2"], ["HIT", "2"]]);
});

Deno.test("response cache: a client that leaves during a MISS does not stop the handler", async () => {
  const entered = Promise.withResolvers<AbortSignal>();
  const gate = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const GET = counting(async (number, request: NextRequest) => {
    entered.resolve(request.signal);
    await gate.promise;
    after(() => ended.resolve());
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
  await using server = serveApp(app);
  const leave = new AbortController();
  const left = fetch(server.origin, { signal: leave.signal }).catch((error) => error.name);
  const signal = await entered.promise;
  leave.abort();
  assertEquals(await left, "AbortError");
  // Another connection later: the server knows by then that the first one is gone.
  const second = fetch(server.origin).then((response) => response.text());
  gate.resolve();
  await ended.promise;
  assertEquals([await second, signal.aborted, GET.runs], ["1", false, 1]);
  assertEquals(await app.ask("/"), ["HIT", "1"]);
});

const HEADS: readonly [name: string, make: () => Response, length: number][] = [
  ["text", () => new Response("hello"), 5],
  ["text of wide characters", () => new Response("é日"), 5],
  ["a stream", () => new Response(ReadableStream.from([utf8("hel"), utf8("lo")])), 5],
  ["no body", () => new Response(null), 0],
  ["1 MiB", () => new Response(new Uint8Array(1 << 20)), 1 << 20],
];

for (const [name, make, length] of HEADS) {
  Deno.test(`response cache: HEAD of ${name} generates the entry of GET, and is answered from it`, async () => {
    const GET = counting(() => make());
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
    await using server = serveApp(app);
    const lines = [];
    for (const [method, state] of [["HEAD", "MISS"], ["GET", "HIT"], ["HEAD", "HIT"]] as const) {
      const { status, headers, body } = await sendRequest(server.port, { method, path: "/" });
      assertEquals([status, headers["x-nextjs-cache"], headers["content-length"]], [200, [state], [`${length}`]]);
      assertEquals(utf8(body).length, method === "HEAD" ? 0 : length);
      lines.push(headers["etag"], headers["cache-control"], headers["content-type"]);
    }
    assertEquals(lines.slice(0, 3), lines.slice(3, 6));
    assertEquals(lines.slice(3, 6), lines.slice(6, 9));
    const head = await app.request("/", { method: "HEAD" });
    assertEquals([head.status, head.headers.get("x-nextjs-cache"), head.body], [200, "HIT", null]);
    assertEquals(GET.runs, 1);
  });
}

Deno.test("response cache: 304 and a replay of 204 over a socket have no body and no content-type", async () => {
  const GET = () => new Response("hello");
  const none = () => new Response(null, { status: 204 });
  const app = await createCachedApp({
    "a/route.ts": { revalidate: 60, GET },
    "b/route.ts": { revalidate: 60, GET: none },
  });
  await using server = serveApp(app);
  for (const state of ["MISS", "HIT"]) {
    const empty = await sendRequest(server.port, { path: "/b" });
    assertEquals([empty.status, empty.body, empty.headers["x-nextjs-cache"]], [204, "", [state]]);
  }
  const first = await sendRequest(server.port, { path: "/a" });
  const headers = [["if-none-match", first.headers["etag"]![0]!]] as const;
  const { status, body, headers: answer } = await sendRequest(server.port, { path: "/a", headers });
  assertEquals([status, body, answer["content-type"]], [304, "", undefined]);
});

Deno.test("response cache: a HEAD export answers HEAD where the response of GET is not cached", async () => {
  const GET = (request: NextRequest) => new Response(request.headers.get("x-a"));
  const HEAD = () => new Response(null, { headers: { "x-by": "HEAD" } });
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET, HEAD } });
  await app.ask("/");
  assertEquals((await app.request("/", { method: "HEAD" })).headers.get("x-by"), "HEAD");
});

/** The largest body that is kept. */
const LIMIT = 32 * 1024 * 1024;

for (const [extra, kept] of [[0, true], [1, false]] as const) {
  Deno.test(`response cache: a body of 32 MiB${kept ? "" : " and a byte"} is complete, and ${kept ? "" : "not "}stored`, async () => {
    const GET = counting(() => {
      let left = LIMIT + extra;
      return new Response(
        new ReadableStream({
          pull(controller) {
            const chunk = new Uint8Array(Math.min(left, 4 * 1024 * 1024)).fill(left % 251);
            left -= chunk.length;
            if (chunk.length === 0) controller.close();
            else controller.enqueue(chunk);
          },
        }),
      );
    });
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
    for (const state of ["MISS", "HIT"]) {
      const response = await app.get("/");
      assertEquals(response.headers.get("x-nextjs-cache"), kept ? state : null);
      let length = 0;
      for await (const chunk of response.body!) length += chunk.length;
      assertEquals(length, LIMIT + extra);
    }
    assertEquals(GET.runs, kept ? 1 : 2);
  });
}

Deno.test("response cache: a response that is too large for the store is generated once and complete, with a warning", async () => {
  const GET = counting((number) => new Response(`${number}`.repeat(1000)));
  const answers: [string | null, string][] = [];
  const warnings = await captured("warn", async () => {
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } }, {
      cache: memoryStore({ maxBytes: 100 }),
    });
    for (let i = 0; i < 3; i++) answers.push(await app.ask("/"));
  });
  assertEquals(answers.map(([, body]) => body.length), [1000, 1000, 1000]);
  assertEquals(warnings.map((line) => line.slice(0, 12)), ["Cannot cache"]);
  assertEquals(GET.runs, 3);
});

Deno.test("response cache: a response that the store fails to store is generated once", async () => {
  const GET = counting();
  const full = { ...memoryStore(), set: () => Promise.reject(new Error("disk full")) };
  const warnings = await captured("warn", async () => {
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } }, { cache: full });
    assertEquals((await app.ask("/"))[1], "1");
  });
  assertEquals([GET.runs, warnings.length], [1, 1]);
});

Deno.test("response cache: an endless text/event-stream is sent chunk by chunk, and canceled when the client leaves", async () => {
  const cancelled = Promise.withResolvers<void>();
  const next: PromiseWithResolvers<void>[] = [];
  const GET = () => {
    let number = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        if (number > 0) await (next[number - 1] ??= Promise.withResolvers()).promise;
        controller.enqueue(utf8(`data: ${++number}\n\n`));
      },
      cancel: () => cancelled.resolve(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  };
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
  await using server = serveApp(app);
  const leave = new AbortController();
  const response = await fetch(server.origin, { signal: leave.signal });
  assertEquals(response.headers.get("x-nextjs-cache"), null);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let number = 1; number <= 3; number++) {
    assertEquals((await reader.read()).value, `data: ${number}\n\n`);
    (next[number - 1] ??= Promise.withResolvers()).resolve();
  }
  leave.abort();
  await reader.read().catch(() => {});
  (next[3] ??= Promise.withResolvers()).resolve();
  await cancelled.promise;
});

Deno.test("response cache: request.signal of a text/event-stream aborts when the client leaves, also on the first request", async () => {
  const left = Promise.withResolvers<boolean>();
  const GET = ({ signal }: NextRequest) => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(utf8("data: 1\n\n"));
      },
      cancel: () => left.resolve(signal.aborted),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
  await using server = serveApp(app);
  const leave = new AbortController();
  const response = await fetch(server.origin, { signal: leave.signal });
  const reader = response.body!.getReader();
  assert(!(await reader.read()).done);
  leave.abort();
  await reader.read().catch(() => {});
  assertEquals(await left.promise, true);
});

Deno.test("response cache: HEAD of an endless text/event-stream ends, and so does the stream", async () => {
  const cancelled = Promise.withResolvers<void>();
  const GET = () => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(utf8("data: 1\n\n")),
      cancel: () => cancelled.resolve(),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
  await using server = serveApp(app);
  const { status, headers, body } = await sendRequest(server.port, { method: "HEAD", path: "/" });
  assertEquals([status, headers["content-type"], body], [200, ["text/event-stream"], ""]);
  await cancelled.promise;
});
