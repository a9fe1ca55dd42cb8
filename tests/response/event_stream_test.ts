import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";
import { eventStream, type ServerSentEvent } from "../../src/response/event_stream.ts";
import { captured, createApp, serveApp } from "../helpers/app.ts";
import { until } from "../helpers/until.ts";

const request = (headers: HeadersInit = {}) => new Request("http://localhost/", { headers });

/** A generator of events, as a source. */
function source(...events: ServerSentEvent[]) {
  return async function* () {
    for (const event of events) yield await Promise.resolve(event);
  };
}

const EVENTS: readonly [title: string, ServerSentEvent, sent: string][] = [
  ["text", { data: "hi" }, "data:hi\n\n"],
  ["an empty text", { data: "" }, "data:\n\n"],
  ["several lines", { data: "a\nb\r\nc\rd" }, "data:a\ndata:b\ndata:c\ndata:d\n\n"],
  ["a line that looks like a field", { data: "a\nevent:evil" }, "data:a\ndata:event:evil\n\n"],
  ["JSON", { data: { a: [1, "x\ny"] } }, 'data:{"a":[1,"x\\ny"]}\n\n'],
  ["a number", { data: 0 }, "data:0\n\n"],
  ["all fields", { event: "add", data: "x", id: 7, retry: 500 }, "event:add\ndata:x\nid:7\nretry:500\n\n"],
  ["other alphabets", { data: "日本 ✓", id: "ключ" }, "data:日本 ✓\nid:ключ\n\n"],
];

for (const [title, event, sent] of EVENTS) {
  Deno.test(`eventStream() sends ${title}`, async () => {
    assertStrictEquals(await eventStream(request(), source(event)).text(), sent);
  });
}

const INVALID: readonly [title: string, ServerSentEvent, message: string][] = [
  ["an event with a line feed", { event: "a\ndata:evil" }, "newline"],
  ["an event with a carriage return", { event: "a\rdata:evil" }, "newline"],
  ["an id with a line feed", { id: "1\n\ndata:evil" }, "newline"],
  ["an id with a carriage return", { id: "1\rdata:evil" }, "newline"],
  ["an id with a NUL", { id: "1\0" }, "its id has a NUL"],
  ["a fractional retry time", { retry: 1.5 }, "retry is 1.5, expected milliseconds"],
  ["a text as the retry time", { retry: "1\ndata:evil" as unknown as number }, "expected milliseconds"],
];

for (const [title, event, message] of INVALID) {
  Deno.test(`S39 eventStream() ends with an error instead of sending ${title}`, async () => {
    let isReturned = false;
    const response = eventStream(request(), async function* () {
      try {
        yield await Promise.resolve(event);
        yield { data: "later" };
      } finally {
        isReturned = true;
      }
    });
    await assertRejects(() => response.text(), Error, message);
    await until("the generator returns", () => isReturned);
  });
}

Deno.test("eventStream() is not cached, buffered or compressed", async () => {
  const { headers, body } = eventStream(request(), source());
  assertEquals(Object.fromEntries(headers), {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  await body?.cancel();
});

const LAST_IDS: readonly [header: string | undefined, id: string | undefined][] = [
  [undefined, undefined],
  ["", undefined],
  ["7", "7"],
  [String.fromCharCode(...new TextEncoder().encode("ключ")), "ключ"],
];

for (const [header, expected] of LAST_IDS) {
  Deno.test(`eventStream() passes the last event id ${JSON.stringify(header)} as ${expected}`, async () => {
    let seen: string | undefined = "not called";
    const response = eventStream(request(header === undefined ? {} : { "last-event-id": header }), (_signal, id) => {
      seen = id;
      return source()();
    });
    await response.text();
    assertStrictEquals(seen, expected);
  });
}

Deno.test("eventStream() opens the connection before the first event", async () => {
  const app = await createApp({
    "events/route.ts": {
      GET: (request: Request) =>
        eventStream(request, async function* (signal) {
          yield* await new Promise<[]>((resolve) => signal.addEventListener("abort", () => resolve([])));
        }),
    },
  });
  const { status, body } = await deadline(app.get("/events"), 10_000);
  assertEquals(status, 200);
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, ":\n\n");
  await reader.cancel();
  await app.close();
});

for (const heartbeatMs of [0, -1, NaN, Infinity]) {
  Deno.test(`eventStream() rejects a heartbeat of ${heartbeatMs} ms`, () => {
    assertThrows(() => eventStream(request(), source(), { heartbeatMs }), RangeError, "expected a number up to");
  });
}

Deno.test("eventStream() sends comments while the generator waits, and loses no event", async () => {
  const text = await eventStream(request(), async function* () {
    await delay(60);
    yield { data: "a" };
    yield { data: "b" };
  }, { heartbeatMs: 15 }).text();
  assert(/^(?::\n\n)+data:a\n\ndata:b\n\n$/.test(text), text);
});

Deno.test("the generator of eventStream() runs only as far as the client reads", async () => {
  let generated = 0;
  const { body } = eventStream(request(), async function* () {
    for (;;) yield await Promise.resolve({ data: generated++ });
  });
  const reader = body!.getReader();
  await reader.read();
  await delay(20);
  assert(generated <= 4, `${generated} events were generated for one that was read`);
  await reader.cancel();
});

Deno.test("eventStream() returns its generator, and aborts its signal, when the client disconnects", async () => {
  for (const waits of [true, false]) {
    let isReturned = false, isAborted = false;
    const { body } = eventStream(request(), async function* (signal) {
      signal.addEventListener("abort", () => isAborted = true);
      try {
        yield { data: "a" };
        if (waits) await delay(60_000, { signal });
        for (;;) yield await delay(1).then(() => ({ data: "b" }));
      } finally {
        isReturned = true;
      }
    });
    const reader = body!.getReader();
    await reader.read();
    await reader.cancel();
    await until("the generator returns", () => isReturned);
    assert(isAborted);
  }
});

Deno.test("an error of a generator that is being stopped is logged", async () => {
  const lines = await captured("error", async () => {
    const { body } = eventStream(request(), async function* () {
      try {
        for (;;) yield await Promise.resolve({ data: "a" });
      } finally {
        // deno-lint-ignore no-unsafe-finally -- what is tested
        throw new Error("cannot unsubscribe");
      }
    });
    const reader = body!.getReader();
    await reader.read();
    await reader.cancel();
    await delay(5);
  });
  assert(lines.length === 1 && lines[0]!.includes("cannot unsubscribe"), lines.join());
});

Deno.test("an EventSource gets events as they are generated, and reconnects with the last id", async () => {
  const GET = (request: Request) =>
    eventStream(request, async function* (signal, lastEventId) {
      const start = Number(lastEventId ?? 0);
      yield { event: "count", id: start + 1, data: { count: start + 1 }, retry: 10 };
      // The first connection ends here, and the second one stays.
      if (start > 0) await delay(60_000, { signal }).catch(() => {});
    });
  await using server = serveApp(await createApp({ "events/route.ts": { GET } }));
  const events = new EventSource(`${server.origin}/events`);
  const seen: string[] = [];
  events.addEventListener("count", ({ data, lastEventId }) => seen.push(`${lastEventId} ${data}`));
  await until("two events came", () => seen.length === 2);
  events.close();
  assertEquals(seen, ['1 {"count":1}', '2 {"count":2}']);
});

Deno.test("a server sends each event immediately, and stops the generator when the client disconnects", async () => {
  let isReturned = false;
  const GET = (request: Request) =>
    eventStream(request, async function* (signal) {
      try {
        yield { data: "a" };
        await delay(60_000, { signal });
      } finally {
        isReturned = true;
      }
    });
  await using server = serveApp(await createApp({ "events/route.ts": { GET } }));
  const client = new AbortController();
  const headers = { "accept-encoding": "gzip, br" };
  const response = await fetch(`${server.origin}/events`, { signal: client.signal, headers });
  assertStrictEquals(response.headers.get("content-encoding"), null);
  const reader = response.body!.getReader();
  assertStrictEquals(new TextDecoder().decode((await reader.read()).value), "data:a\n\n");
  client.abort();
  await reader.read().catch(() => {});
  await until("the generator returns", () => isReturned);
});
