import { assertEquals } from "@std/assert";
import { cookies } from "../../../src/headers.ts";
import { after } from "../../../src/server.ts";
import { captured, createApp, serveApp } from "../../helpers/app.ts";
import { sendRequest } from "../../helpers/wire.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A stream of chunks that are made when they are asked for. */
function stream(...chunks: (() => unknown)[]): ReadableStream {
  const rest = [...chunks];
  return new ReadableStream({
    async pull(controller) {
      const next = rest.shift();
      if (next === undefined) return controller.close();
      controller.enqueue(await next());
    },
  }, { highWaterMark: 0 });
}

const boom = () => {
  throw new Error("boom");
};

const CHUNKS: readonly [name: string, chunk: unknown][] = [
  ["bytes", bytes("chunk")],
  ["a string, as UTF-8", "chunk"],
  ["another view of bytes", new DataView(bytes("chunk").buffer)],
];

for (const [name, chunk] of CHUNKS) {
  Deno.test(`sendStream() sends ${name}`, async () => {
    const app = await createApp({ "route.ts": { GET: () => new Response(stream(() => chunk)) } });
    assertEquals(await (await app.get("/")).text(), "chunk");
  });
}

Deno.test("sendStream() sends each chunk when it is produced", async () => {
  const gate = Promise.withResolvers<string>();
  const app = await createApp({ "route.ts": { GET: () => new Response(stream(() => "one", () => gate.promise)) } });
  await using server = serveApp(app);
  const response = await fetch(server.origin);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "one");
  gate.resolve("two");
  assertEquals((await reader.read()).value, "two");
  assertEquals((await reader.read()).done, true);
});

Deno.test("sendStream() answers 500 when the stream fails before its first chunk", async () => {
  const app = await createApp({ "route.ts": { GET: () => new Response(stream(boom)) } });
  await using server = serveApp(app);
  const lines = await captured("error", async () => {
    const { status, body } = await sendRequest(server.port, { path: "/" });
    assertEquals([status, body], [500, ""]);
  });
  assertEquals(lines.length, 1);
});

Deno.test("sendStream() closes the connection when the stream fails later, and reports it once", async () => {
  const app = await createApp({ "route.ts": { GET: () => new Response(stream(() => "one", boom)) } });
  await using server = serveApp(app);
  const lines = await captured("error", async () => {
    const { status, body, complete } = await sendRequest(server.port, { path: "/" });
    assertEquals([status, body, complete], [200, "one", false]);
  });
  assertEquals(lines.filter((line) => line.startsWith("GET /: the response stream in route.ts failed:")).length, 1);
});

Deno.test("sendStream() runs pull and cancel in the scope, with and without a server", async () => {
  const seen: (string | undefined)[] = [];
  const note = async () => {
    seen.push((await cookies()).get("a")?.value);
    return "x";
  };
  const app = await createApp({
    "route.ts": {
      async GET() {
        await Promise.resolve();
        const body = stream(note, note, note).pipeThrough(new TransformStream());
        return new Response(body);
      },
    },
    "endless/route.ts": {
      async GET() {
        await Promise.resolve();
        const endless = new ReadableStream({
          pull: (c) => c.enqueue(bytes("x".repeat(70_000))),
          cancel: async () => void await note(),
        });
        return new Response(endless);
      },
    },
  });
  await (await app.get("/", { cookie: "a=1" })).text();
  await using server = serveApp(app);
  await (await fetch(server.origin, { headers: { cookie: "a=2" } })).text();
  const endless = await fetch(`${server.origin}/endless`, { headers: { cookie: "a=3" } });
  await endless.body!.cancel();
  while (seen.length < 7) await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(seen, ["1", "1", "1", "2", "2", "2", "3"]);
});

Deno.test("sendStream() cancels the stream with ResponseAborted when the client leaves", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const app = await createApp({
    "route.ts": {
      GET: () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.enqueue(bytes("x".repeat(70_000))),
            cancel: cancelled.resolve,
          }),
        ),
    },
  });
  await using server = serveApp(app);
  const response = await fetch(server.origin);
  await response.body!.cancel();
  assertEquals((await cancelled.promise as Error).name, "ResponseAborted");
});

Deno.test("sendStream() refuses a chunk that is neither bytes nor a string", async () => {
  const app = await createApp({ "route.ts": { GET: () => new Response(stream(() => 42)) } });
  const lines = await captured("error", async () => {
    await (await app.get("/")).text().catch(() => {});
  });
  assertEquals(lines.filter((line) => line.includes("Cannot send a chunk of type number")).length, 1);
});

Deno.test("sendStream() reports nothing when the client leaves while a chunk is being produced", async () => {
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const late = async () => {
    asked.resolve();
    await gate.promise;
    return "two";
  };
  const errors: unknown[] = [];
  const GET = () => new Response(stream(() => "one", late));
  const app = await createApp({ "route.ts": { GET } }, { onError: (error) => errors.push(error) });
  await using server = serveApp(app);
  const response = await fetch(server.origin);
  const reader = response.body!.getReader();
  await reader.read();
  await asked.promise;
  await reader.cancel();
  await new Promise((resolve) => setTimeout(resolve, 20));
  gate.resolve();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(errors, []);
});

Deno.test("sendStream() cancels a stream that has sent nothing yet when the client leaves", async () => {
  const entered = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<unknown>();
  const silent = () => new ReadableStream({ pull: () => entered.resolve(), cancel: cancelled.resolve });
  const app = await createApp({ "route.ts": { GET: () => new Response(silent()) } });
  await using server = serveApp(app);
  const client = new AbortController();
  const answer = fetch(server.origin, { signal: client.signal }).catch(() => {});
  await entered.promise;
  client.abort();
  assertEquals((await cancelled.promise as Error).name, "ResponseAborted");
  await answer;
});

Deno.test("sendStream() cancels a stream whose chunk cannot be sent", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const wrong = () =>
    new ReadableStream({ pull: (c) => c.enqueue(42 as unknown as Uint8Array), cancel: cancelled.resolve });
  const app = await createApp({ "route.ts": { GET: () => new Response(wrong()) } }, { onError() {} });
  assertEquals((await app.get("/")).status, 500);
  assertEquals((await cancelled.promise as Error).name, "TypeError");
});

Deno.test("sendStream() runs after() when a stream of this process is canceled", async () => {
  let ran = false;
  const GET = () => {
    after(() => ran = true);
    return new Response(stream(() => "one", () => "two"));
  };
  const app = await createApp({ "route.ts": { GET } });
  await (await app.get("/")).body!.cancel();
  await app.drain();
  assertEquals(ran, true);
});
