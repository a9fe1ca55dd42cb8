// A body that fetch() decoded is not labeled as compressed when a handler forwards it, as in Next.js.
import { assertEquals } from "@std/assert";
import { NextResponse } from "../../src/server.ts";
import { createApp, serveApp } from "../helpers/app.ts";

const TEXT = "x".repeat(5000);

/** Answers compressed: `/gzip`, `/deflate`; with what only it says of the body. */
function startUpstream() {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async ({ url }) => {
    const format = url.endsWith("deflate") ? "deflate" : "gzip";
    const body = await new Response(new Blob([TEXT]).stream().pipeThrough(new CompressionStream(format))).bytes();
    return new Response(body, { headers: { "content-encoding": format, "content-type": "text/plain", "x-kept": "1" } });
  });
}

const WAYS: Readonly<Record<string, (response: Response) => Response | Promise<Response>>> = {
  "the response of fetch()": (response) => response,
  "new Response(body, response)": (response) => new Response(response.body, response),
  "new NextResponse(body, { headers })": (response) => new NextResponse(response.body, { headers: response.headers }),
  "its text with its headers": async (response) => new Response(await response.text(), { headers: response.headers }),
  "a clone": (response) => response.clone(),
};

for (const [way, handOn] of Object.entries(WAYS)) {
  for (const init of [{ cache: "no-store" }, { next: { revalidate: 60 } }] as RequestInit[]) {
    Deno.test(`${way} is forwarded decoded, with ${JSON.stringify(init)}`, async () => {
      await using upstream = startUpstream();
      const GET = async () => await handOn(await fetch(`http://127.0.0.1:${upstream.addr.port}/gzip`, init));
      await using server = serveApp(await createApp({ "route.ts": { GET } }));
      for (const _ of [1, 2]) {
        const response = await fetch(server.origin);
        const { headers } = response;
        assertEquals([headers.get("content-encoding"), headers.get("x-kept"), await response.text()], [
          null,
          "1",
          TEXT,
        ]);
      }
    });
  }
}

Deno.test("bodies that fetch() does not decode, and those that a handler compressed itself, keep content-encoding", async () => {
  await using upstream = startUpstream();
  const compressed = await new Response(new Blob(["own"]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
  const app = await createApp({
    "own/route.ts": { GET: () => new Response(compressed, { headers: { "content-encoding": "gzip" } }) },
    "deflate/route.ts": { GET: () => fetch(`http://127.0.0.1:${upstream.addr.port}/deflate`) },
  });
  const own = await app.get("/own");
  assertEquals([own.headers.get("content-encoding"), await own.bytes()], ["gzip", compressed]);
  const deflate = await app.get("/deflate");
  assertEquals(deflate.headers.get("content-encoding"), "deflate");
  await deflate.body?.cancel();
});
