// Deno 2.9 accepts control characters in response headers, and crashes when it sends them.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { redirect } from "../../src/navigation.ts";
import { type NextRequest, NextResponse } from "../../src/server.ts";
import { captured, createApp, serveApp, temporaryFiles } from "../helpers/app.ts";
import { startCli } from "../helpers/cli.ts";
import { createRulesApp } from "../helpers/rules.ts";
import { sendRequest } from "../helpers/wire.ts";

const getText = (request: NextRequest) => request.nextUrl.searchParams.get("text") ?? "";

/** The ways in which client input can get into a header. */
const WAYS: Readonly<Record<string, (request: NextRequest) => unknown>> = {
  "a header": (request) => new Response("x", { headers: { "x-text": getText(request) } }),
  "a content type": (request) => new Response("x", { headers: { "content-type": `text/${getText(request)}` } }),
  "a promised response": (request) => Promise.resolve(new Response(null, { headers: { "x-text": getText(request) } })),
  "a stream": (request) => new Response(new Blob(["x"]).stream(), { headers: { "x-text": getText(request) } }),
  "headers set later": (request) => {
    const response = NextResponse.json({});
    response.headers.set("x-text", getText(request));
    return response;
  },
  "a Location": (request) => new Response(null, { status: 302, headers: { location: `/${getText(request)}` } }),
  "a thrown redirect": (request) => redirect(`/${getText(request)}`),
};

const TEXTS = ["%01", "a%08b", "%0B", "%1F", "a%7F"];

for (const [way, GET] of Object.entries(WAYS)) {
  Deno.test(`S17 a control character in ${way} neither ends the server nor splits a header`, async () => {
    await using server = serveApp(await createApp({ "route.ts": { GET } }));
    for (const text of TEXTS) {
      const lines = await captured("error", async () => {
        const { status, body } = await sendRequest(server.port, { path: `/?text=${text}` });
        assertEquals([status, body], [500, ""]);
      });
      assertStringIncludes(lines[0] ?? "", "has a control character, remove or encode it");
    }
    assertEquals((await sendRequest(server.port, { path: "/?text=ok" })).status < 400, true);
  });
}

Deno.test("S17 a control character in a header of a proxy does not end the server", async () => {
  const ways = [
    (request: NextRequest) => NextResponse.next({ headers: { "x-text": getText(request) } }),
    (request: NextRequest) => new Response("x", { headers: { "x-text": getText(request) } }),
    (request: NextRequest) =>
      NextResponse.rewrite(new URL("/", request.url), { headers: { "x-text": getText(request) } }),
  ];
  for (const proxy of ways) {
    const app = await createRulesApp({ "route.ts": { GET: () => new Response("ok") } }, { proxy });
    await using server = serveApp(app);
    for (const text of TEXTS) assertEquals((await sendRequest(server.port, { path: `/?text=${text}` })).status, 500);
    assertEquals(app.errors.length, TEXTS.length);
  }
});

Deno.test("S17 a param with a control character in a header or destination of next.config does not end the server", async () => {
  const config = {
    headers: () => [{ source: "/:text", headers: [{ key: "x-text", value: ":text" }] }],
    redirects: () => [{ source: "/old/:text", destination: "/new/:text", permanent: false }],
  };
  await using server = serveApp(
    await createRulesApp({ "[text]/route.ts": { GET: () => new Response("ok") } }, { config }),
  );
  for (const text of TEXTS) {
    assertEquals((await sendRequest(server.port, { path: `/${text}` })).status, 200);
    assertEquals((await sendRequest(server.port, { path: `/old/${text}` })).status, 307);
  }
});

Deno.test("S17 a process that reflects what clients send survives it", async () => {
  await using app = await temporaryFiles({
    "app/[name]/route.ts": `export const GET = async (_: Request, { params }: { params: Promise<{ name: string }> }) =>
  new Response("x", { headers: { "x-name": (await params).name } });`,
  });
  await using server = await startCli(["start", app.dir]);
  const port = Number(new URL(server.origin).port);
  const statuses: number[] = [];
  for (const path of ["/ada", "/%02", "/%7f", "/ada"]) statuses.push((await sendRequest(port, { path })).status);
  assertEquals(statuses, [200, 500, 500, 200]);
  assertEquals((await server.stop()).code, 0);
});
