import { assertEquals } from "@std/assert";
import {
  getRedirectUrl,
  getRewrittenUrl,
  isRewrite,
  type TestedRequest,
  unstable_doesMiddlewareMatch,
  unstable_getResponseFromNextConfig,
} from "../../src/next/testing.ts";
import type { ProxyConfig } from "../../src/http/next_proxy.ts";

const MATCHES: readonly (readonly [config: ProxyConfig, request: TestedRequest, isMatched: boolean])[] = [
  [{}, { url: "/any" }, true],
  [{ matcher: "/a/:path*" }, { url: "/a/b" }, true],
  [{ matcher: "/a/:path*" }, { url: "https://site.test/b" }, false],
  [{ matcher: ["/a", "/b"] }, { url: "/b?x=1" }, true],
  [
    { matcher: [{ source: "/a", has: [{ type: "header", key: "x-a", value: "1" }] }] },
    { url: "/a", headers: { "x-a": "1" } },
    true,
  ],
  [
    { matcher: [{ source: "/a", missing: [{ type: "cookie", key: "s" }] }] },
    { url: "/a", cookies: { s: "1" } },
    false,
  ],
];

for (const [config, request, isMatched] of MATCHES) {
  const text = `${JSON.stringify(config)} of ${JSON.stringify(request)}`;
  Deno.test(`unstable_doesMiddlewareMatch() with ${text} is ${isMatched}`, () => {
    assertEquals(unstable_doesMiddlewareMatch({ config, ...request }), isMatched);
  });
}

const nextConfig = {
  headers: () => [{ source: "/:path*", headers: [{ key: "x-path", value: ":path*" }] }],
  redirects: () => [{ source: "/old/:id", destination: "/new/:id", permanent: true }],
  rewrites: () => [{ source: "/r/:id", destination: "/target/:id" }],
};

Deno.test("unstable_getResponseFromNextConfig() redirects", async () => {
  const response = await unstable_getResponseFromNextConfig({ url: "https://site.test/old/7", nextConfig });
  assertEquals([response.status, getRedirectUrl(response)], [308, "https://site.test/new/7"]);
  assertEquals([isRewrite(response), response.headers.get("x-path")], [false, "old/7"]);
});

Deno.test("unstable_getResponseFromNextConfig() rewrites", async () => {
  const response = await unstable_getResponseFromNextConfig({ url: "https://site.test/r/7", nextConfig });
  assertEquals([isRewrite(response), getRewrittenUrl(response)], [true, "https://site.test/target/7"]);
});

Deno.test("unstable_getResponseFromNextConfig() returns only headers if there is neither a redirect nor a rewrite", async () => {
  const response = await unstable_getResponseFromNextConfig({ url: "/a", nextConfig: () => nextConfig });
  assertEquals([response.status, getRedirectUrl(response), getRewrittenUrl(response)], [200, null, null]);
  assertEquals([response.headers.get("x-path"), await response.text()], ["a", ""]);
});
