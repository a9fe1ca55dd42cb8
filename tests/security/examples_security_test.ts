/**
 * Security cases of the examples; each test is named by the id of its case. The module itself has no helper for events,
 * CORS or CSRF.
 */
import { assert, assertEquals } from "@std/assert";
import { type AppHandler, createRequestHandler } from "../../mod.ts";
import { createApp } from "../helpers/app.ts";
import { testWithHooks as test } from "../helpers/hooks.ts";

/** Runs a function with the main example. */
async function withHandbook(run: (app: AppHandler) => Promise<void>): Promise<void> {
  const app = await createRequestHandler("examples/handbook/app", { cache: "memory" });
  try {
    await run(app);
  } finally {
    await app.drain();
    await app.close();
  }
}

const LAST_IDS = ["ready\u0085data: evil", "ready%0Adata: evil", "data: evil", "__proto__", "\u00e9", "ready\tgo"];

for (const id of LAST_IDS) {
  test(`S39 the example of server-sent events forges no event for Last-Event-ID: ${JSON.stringify(id)}`, async () => {
    await withHandbook(async (app) => {
      const request = new Request("http://localhost/events", { headers: { "last-event-id": id } });
      const text = await (await app.fetch(request)).text();
      // As a client splits a stream of events: by CR, LF or both.
      const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== "");
      assertEquals(lines, ["ready", "steady", "go"].flatMap((event) => [`id: ${event}`, `data: ${event}`]));
    });
  });
}

const ALLOWED = ["https://shop.example", "https://admin.example"];
const REFUSED = [
  "https://evil.test",
  "null",
  "*",
  "https://shop.example.evil.test",
  "https://evil.test#https://shop.example",
  "http://shop.example",
  "https://shop.example:8443",
  "HTTPS://SHOP.EXAMPLE",
  "https://notshop.example",
  "",
];

for (const origin of [...ALLOWED, ...REFUSED]) {
  test(`S41 the example of CORS answers Origin: ${origin} with that origin or nothing, and with Vary`, async () => {
    await withHandbook(async (app) => {
      for (const method of ["GET", "OPTIONS"]) {
        const init = { method, headers: { origin, "access-control-request-method": "GET" } };
        const { status, headers, body } = await app.fetch(new Request("http://localhost/cors", init));
        const allowed = headers.get("access-control-allow-origin");
        assertEquals([status, allowed], [method === "GET" ? 200 : 204, ALLOWED.includes(origin) ? origin : null]);
        assertEquals(headers.get("access-control-allow-credentials"), null);
        assert(headers.get("vary")?.split(/,\s*/).includes("Origin"));
        assertEquals(body === null, method === "OPTIONS");
        await body?.cancel();
      }
    });
  });
}

Deno.test("S41 a preflight request for a route without OPTIONS runs no handler, and allows no origin", async () => {
  let runs = 0;
  const handler = () => new Response(`${++runs}`);
  const app = await createApp({ "a/route.ts": { GET: handler, POST: handler, DELETE: handler } });
  const headers = { origin: "https://evil.test", "access-control-request-method": "DELETE" };
  const response = await app.request("/a", { method: "OPTIONS", headers });
  const made = [...response.headers.keys()].filter((name) => name.startsWith("access-control"));
  assertEquals([response.status, response.body, made, runs], [204, null, [], 0]);
});
