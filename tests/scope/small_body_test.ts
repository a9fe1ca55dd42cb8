import { assertEquals } from "@std/assert";
import { createApp, serveApp } from "../helpers/app.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A body, and what `request.text()` returns: the same for one that is small, and for one that is read as a stream. */
const TEXTS: readonly [name: string, body: Uint8Array<ArrayBuffer>, text: string][] = [
  ["nothing", utf8(""), ""],
  ["text", utf8("grün 🌱"), "grün 🌱"],
  ["a byte order mark", utf8("\uFEFFa\uFEFF"), "a\uFEFF"],
  ["bytes that are not UTF-8", new Uint8Array([97, 0xff, 0xe2, 0x82, 98]), "a\uFFFD\uFFFDb"],
  ["NUL", utf8("a\0b"), "a\0b"],
];

const app = await createApp({
  "text/route.ts": { POST: async (request: Request) => Response.json([await request.text(), request.bodyUsed]) },
  "json/route.ts": {
    async POST(request: Request) {
      const value = await request.json().catch((error) => error.name);
      const again = await request.text().catch((error) => error.message);
      return Response.json([value, again]);
    },
  },
  "used/route.ts": {
    async POST(request: Request) {
      const before = request.bodyUsed;
      return Response.json([before, await request.json(), request.bodyUsed, request.body?.locked]);
    },
  },
});

for (const [name, body, text] of TEXTS) {
  Deno.test(`request.text() of a small body returns ${name}`, async () => {
    await using server = serveApp(app);
    const read = async (body: BodyInit) =>
      await (await fetch(`${server.origin}/text`, { method: "POST", body })).json();
    assertEquals(await read(body), [text, true]);
    assertEquals(await read(ReadableStream.from([body])), [text, true]);
  });
}

Deno.test("request.text() removes one byte order mark, also of a body that comes later than the headers", async () => {
  await using server = serveApp(app);
  const head = "POST /text HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 7\r\nconnection: close\r\n\r\n";
  const body = utf8("\uFEFF\uFEFFA");
  for (const waitMs of [0, 50]) {
    using connection = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
    const whole = waitMs === 0 ? new Uint8Array([...utf8(head), ...body]) : utf8(head);
    await connection.write(whole);
    if (waitMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await connection.write(body);
    }
    const answer = await new Response(connection.readable).text();
    assertEquals(JSON.parse(answer.slice(answer.indexOf("[")))[0], "\uFEFFA", `after ${waitMs} ms`);
  }
});

const JSONS: readonly [path: string, body: string, answer: unknown][] = [
  ["/json", `\uFEFF{"a":1}`, [{ a: 1 }, "Body is unusable: Body has already been read"]],
  ["/json", "{", ["SyntaxError", "Body is unusable: Body has already been read"]],
  ["/json", "", ["SyntaxError", "Body is unusable: Body has already been read"]],
  ["/used", "1", [false, 1, true, false]],
];

for (const [path, body, answer] of JSONS) {
  Deno.test(`request.json() of ${JSON.stringify(body)} at ${path} is ${JSON.stringify(answer)}`, async () => {
    await using server = serveApp(app);
    const response = await fetch(`${server.origin}${path}`, { method: "POST", body });
    assertEquals(await response.json(), answer);
  });
}
