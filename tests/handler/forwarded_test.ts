import { assertEquals } from "@std/assert";
import type { NextRequest } from "../../src/server.ts";
import { createApp } from "../_app.ts";

const MODULES = { "url/route.ts": { GET: (request: NextRequest) => new Response(request.url) } };

const HEADERS: readonly [headers: Record<string, string>, status: number, url: string][] = [
  [{}, 200, "http://a.test/url?q=1"],
  [{ "x-forwarded-proto": "https" }, 200, "https://a.test/url?q=1"],
  [{ "x-forwarded-proto": "HTTPS, http" }, 200, "https://a.test/url?q=1"],
  [{ "x-forwarded-proto": "javascript" }, 200, "http://a.test/url?q=1"],
  [{ "x-forwarded-proto": "" }, 200, "http://a.test/url?q=1"],
  [{ "x-forwarded-host": "b.test:8443, c.test", "x-forwarded-proto": "https" }, 200, "https://b.test:8443/url?q=1"],
  [{ "x-forwarded-host": "b.test/evil?" }, 400, ""],
  [{ "x-forwarded-host": "b.test@evil.test" }, 400, ""],
  [{ "x-forwarded-host": "b test" }, 400, ""],
  [{ forwarded: "proto=https;host=b.test" }, 200, "http://a.test/url?q=1"],
];

for (const [headers, status, url] of HEADERS) {
  Deno.test(`S10 request.url with trustProxy and ${JSON.stringify(headers)} is ${url || status}`, async () => {
    const app = await createApp(MODULES, { trustProxy: true });
    const response = await app.fetch(new Request("http://a.test/url?q=1", { headers: { host: "a.test", ...headers } }));
    assertEquals([response.status, await response.text()], [status, url]);
  });

  Deno.test(`S10 request.url without trustProxy does not know ${JSON.stringify(headers)}`, async () => {
    const app = await createApp(MODULES);
    const response = await app.fetch(new Request("http://a.test/url?q=1", { headers: { host: "a.test", ...headers } }));
    assertEquals([response.status, await response.text()], [200, "http://a.test/url?q=1"]);
  });
}
