import { assertEquals } from "@std/assert";
import { type NextFetchEvent, type NextProxy, NextRequest, NextResponse, type ProxyConfig } from "../../src/server.ts";

Deno.test("NextProxy is the type of the export of a proxy.ts", async () => {
  const config: ProxyConfig = { matcher: ["/a/:path*", { source: "/b", missing: [{ type: "host", value: "x" }] }] };
  const proxy: NextProxy = (request, event) => {
    event.waitUntil(Promise.resolve());
    return request.nextUrl.pathname === "/a" ? NextResponse.next() : undefined;
  };
  const event: NextFetchEvent = { sourcePage: "/", waitUntil() {} };
  const response = await proxy(new NextRequest("http://localhost/a"), event);
  assertEquals([response?.headers.get("x-middleware-next"), config.matcher?.length], ["1", 2]);
});
