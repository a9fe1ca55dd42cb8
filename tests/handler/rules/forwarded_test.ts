import { assert, assertEquals } from "@std/assert";
import type { NextRequest } from "../../../src/server.ts";
import { createApp } from "../../helpers/app.ts";
import { assertLinear } from "../../helpers/growth.ts";

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

  Deno.test(`S10 request.url without trustProxy ignores ${JSON.stringify(headers)}`, async () => {
    const app = await createApp(MODULES);
    const response = await app.fetch(new Request("http://a.test/url?q=1", { headers: { host: "a.test", ...headers } }));
    assertEquals([response.status, await response.text()], [200, "http://a.test/url?q=1"]);
  });
}

/** What a reader that backtracks, or looks again from each place, would be slow at. */
const WORST: Readonly<Record<string, (length: number) => string>> = {
  "commas": (length) => ",".repeat(length),
  "spaces between two letters": (length) => `a${" ".repeat(length)}b`,
  "spaces and commas": (length) => " ,".repeat(length / 2),
  "addresses": (length) => "1.2.3.4, ".repeat(length / 9),
  "dots": (length) => "a.".repeat(length / 2),
  "colons": (length) => ":".repeat(length),
  "brackets": (length) => "[".repeat(length),
  "quotes": (length) => 'for="'.repeat(length / 5),
  "semicolons": (length) => "for=_;".repeat(length / 6),
};
const FORWARDED = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "forwarded"];

for (const [what, text] of Object.entries(WORST)) {
  Deno.test(`S11 100 kB of ${what} in forwarded headers are read in linear time, and never cause a 500`, async () => {
    const apps = [await createApp(MODULES, { trustProxy: true }), await createApp(MODULES)];
    const send = async (length: number) => {
      const value = text(length);
      for (const app of apps) {
        for (const name of FORWARDED) {
          const headers = { host: "a.test", [name]: value };
          const { status } = await app.fetch(new Request("http://a.test/url", { headers }));
          assert(status === 200 || status === 400, `${name}: ${status}`);
        }
      }
    };
    await assertLinear(send, 12_500);
  });
}

/** What clients write to look like another address. */
const SPOOFS = [
  "127.0.0.1",
  "::1",
  "::ffff:127.0.0.1",
  "0:0:0:0:0:ffff:7f00:1",
  "0x7f.1",
  "unknown",
  "10.0.0.1, 1.2.3.4",
];

for (const trustProxy of [false, true]) {
  Deno.test(`S12 no header can set the address of a client, trustProxy ${trustProxy}: a request has none`, async () => {
    const names = ["x-forwarded-for", "x-real-ip", "x-client-ip", "cf-connecting-ip", "true-client-ip", "forwarded"];
    const GET = (request: NextRequest) =>
      Response.json([request.url, "ip" in request, "geo" in request, names.map((name) => request.headers.get(name))]);
    const app = await createApp({ "url/route.ts": { GET } }, { trustProxy });
    for (const spoof of SPOOFS) {
      const sent = Object.fromEntries(names.map((name) => [name, spoof]));
      const response = await app.fetch(new Request("http://a.test/url", { headers: { host: "a.test", ...sent } }));
      assertEquals(await response.json(), ["http://a.test/url", false, false, names.map(() => spoof)]);
    }
  });
}
