// Streams of Node.js as bodies, as export routes write them.
import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { PassThrough, Readable } from "node:stream";
import { createApp, serveApp } from "../helpers/app.ts";

const asBody = (stream: unknown) => stream as BodyInit;

const STREAMS: Readonly<Record<string, () => BodyInit>> = {
  "a PassThrough that was given texts": () => {
    const stream = new PassThrough();
    stream.write("a,b\n");
    stream.end("c,d\n");
    return asBody(stream);
  },
  "a Readable of buffers": () => asBody(Readable.from([Buffer.from("a,b\n"), Buffer.from("c,d\n")])),
};

for (const [what, create] of Object.entries(STREAMS)) {
  Deno.test(`${what} is sent as a body`, async () => {
    const GET = () => new Response(create());
    await using server = serveApp(await createApp({ "route.ts": { GET } }));
    assertEquals(await (await fetch(server.origin)).text(), "a,b\nc,d\n");
  });
}
