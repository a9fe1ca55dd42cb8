import { assertEquals } from "@std/assert";
import type { NextProxy } from "../../../src/http/next_proxy.ts";
import { NextRequest, NextResponse } from "../../../src/server.ts";
import { serveApp } from "../../helpers/app.ts";
import { createRulesApp, type RulesApp } from "../../helpers/rules.ts";
import { sendRequest } from "../../helpers/wire.ts";

const JSON_TYPE = { "content-type": "application/json" };
const LARGE = 5 * 1024 * 1024;

/** Answers with what it received. */
const POST = async (request: NextRequest) =>
  new Response(await request.bytes(), { headers: { "x-type": request.headers.get("content-type") ?? "none" } });

const echo = (proxy: NextProxy): Promise<RulesApp> => createRulesApp({ "a/route.ts": { POST } }, { proxy });

/** What a proxy may do with a body, and what it gets of `{"a":1}`. */
const READS: Readonly<Record<string, (request: NextRequest) => unknown>> = {
  "text()": (request) => request.text(),
  "json()": async (request) => JSON.stringify(await request.json()),
  "bytes()": async (request) => new TextDecoder().decode(await request.bytes()),
  "arrayBuffer()": async (request) => new TextDecoder().decode(await request.arrayBuffer()),
  "blob()": async (request) => await (await request.blob()).text(),
  "clone().text()": (request) => request.clone().text(),
  "clone().text() and text()": async (request) => {
    const copy = request.clone();
    const [first, second] = [await request.text(), await copy.text()];
    assertEquals(first, second);
    return first;
  },
  "body": async (request) => {
    let text = "";
    for await (const part of request.body!.pipeThrough(new TextDecoderStream())) text += part;
    return text;
  },
  "new Request(request).text()": (request) => new Request(request).text(),
  "new NextRequest(request).text()": (request) => new NextRequest(request).text(),
};

for (const [name, read] of Object.entries(READS)) {
  Deno.test(`the handler gets the complete body after the proxy has read it with ${name}`, async () => {
    let seen: unknown;
    const app = await echo(async (request) => void (seen = await read(request)));
    await using server = serveApp(app);
    const response = await fetch(`${server.origin}/a`, { method: "POST", body: '{"a":1}', headers: JSON_TYPE });
    const text = await response.text();
    assertEquals(app.errors.map(({ error }) => `${error}`), []);
    assertEquals([response.status, seen, text], [200, '{"a":1}', '{"a":1}']);
    assertEquals(response.headers.get("x-type"), "application/json");
  });
}

Deno.test("the handler gets a form after the proxy has read it with formData()", async () => {
  const fields = (form: FormData) =>
    Array.fromAsync(form, async ([k, v]) => [k, v instanceof File ? await v.text() : v]);
  const seen: unknown[] = [];
  const read = async (request: NextRequest) => void seen.push(await fields(await request.formData()));
  const POST = async (request: NextRequest) => {
    await read(request);
    return new Response("ok");
  };
  const app = await createRulesApp({ "a/route.ts": { POST } }, { proxy: read });
  await using server = serveApp(app);
  const body = new FormData();
  body.set("a", "1");
  body.set("file", new File(["text"], "a.txt"));
  assertEquals(await (await fetch(`${server.origin}/a`, { method: "POST", body })).text(), "ok");
  assertEquals(seen, [[["a", "1"], ["file", "text"]], [["a", "1"], ["file", "text"]]]);
});

const large = new Uint8Array(LARGE).map((_, index) => index % 251);

async function isWhole(response: Response): Promise<boolean> {
  const bytes = await response.bytes();
  return bytes.length === LARGE && bytes.every((byte, index) => byte === index % 251);
}

const PARTS: Readonly<Record<string, NextProxy>> = {
  "does nothing with": () => {},
  "reads all of": async (request) => void await request.bytes(),
  "reads all of a clone of": async (request) => void await request.clone().bytes(),
  "reads the first chunk of, and cancels,": async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    // A branch of a tee settles its cancel when the other one does.
    reader.cancel().catch(() => {});
  },
  "reads the first chunk of, and keeps,": async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    reader.releaseLock();
  },
  "looks at": (request) => void request.body,
  "fails to parse": async (request) => void await request.json().catch(() => {}),
  "also changes the headers": (request) => {
    const headers = new Headers(request.headers);
    headers.set("x-new", "1");
    return NextResponse.next({ request: { headers } });
  },
  "rewrites": async (request) => {
    await request.text();
    return NextResponse.rewrite(new URL("/a", request.url));
  },
};

for (const [name, proxy] of Object.entries(PARTS)) {
  for (const chunked of [false, true]) {
    Deno.test(`a proxy that ${name} a body of 5 MB (${chunked ? "chunks" : "length"}) truncates nothing`, async () => {
      await using server = serveApp(await echo(proxy));
      const body = chunked ? new Blob([large]).stream() : large;
      const response = await fetch(`${server.origin}/a`, { method: "POST", body });
      assertEquals([await isWhole(response), response.status], [true, 200]);
    });
  }
}

Deno.test("a body that the proxy has read and the handler has not does not leak", async () => {
  const app = await createRulesApp({ "a/route.ts": { POST: () => new Response("unread") } }, {
    proxy: async (request) => void await request.text(),
  });
  await using server = serveApp(app);
  const response = await fetch(`${server.origin}/a`, { method: "POST", body: large });
  assertEquals(await response.text(), "unread");
});

Deno.test("a proxy may answer based on the body, and the handler does not run", async () => {
  const app = await echo(async (request) => (await request.text()) === "bad" ? new Response("no") : undefined);
  await using server = serveApp(app);
  const send = async (body: string) => await (await fetch(`${server.origin}/a`, { method: "POST", body })).text();
  assertEquals([await send("bad"), await send("good")], ["no", "good"]);
});

Deno.test("next({ headers: request.headers }) does not truncate the response to the length of the request", async () => {
  const POST = async (request: NextRequest) => new Response(`a longer answer to ${await request.text()}`);
  const proxy: NextProxy = (request) => NextResponse.next({ headers: request.headers });
  await using server = serveApp(await createRulesApp({ "a/route.ts": { POST } }, { proxy }));
  for (const chunked of [[], [["transfer-encoding", "chunked"]]] as const) {
    const body = chunked.length === 0 ? "hello" : "5\r\nhello\r\n0\r\n\r\n";
    const answer = await sendRequest(server.port, { method: "POST", path: "/a", body, headers: chunked });
    assertEquals([answer.status, answer.body, answer.complete], [200, "a longer answer to hello", true]);
  }
});
