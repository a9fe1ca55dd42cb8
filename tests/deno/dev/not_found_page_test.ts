import { assertEquals, assertStringIncludes } from "@std/assert";
import { createNotFoundResponse, getRoutePath } from "../../../src/deno/dev/not_found_page.ts";
import { createManifest } from "../../../src/routing/manifest.ts";

const { routes } = createManifest(["hello/route.ts", "users/[id]/route.ts"], "app");
const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const answer = (path: string, init: RequestInit = {}, basePath = "") =>
  createNotFoundResponse(new Request(`http://localhost${path}`, init), { routes, basePath, version: "v1" });

Deno.test("createNotFoundResponse() is a page with the nearest routes for a browser", async () => {
  const response = answer("/user/7?x=1", { headers: HTML });
  assertEquals([response.status, response.headers.get("content-type")], [404, "text/html; charset=utf-8"]);
  assertEquals(response.headers.get("cache-control"), "no-store");
  const html = await response.text();
  assertStringIncludes(html, "GET /user/7?x=1");
  assertStringIncludes(html, `<a class="mono" href="/_routes#GET%20/users/%5Bid%5D">/users/[id]</a>`);
  assertStringIncludes(html, "app/users/[id]/route.ts");
  const beside = await answer("/hallo", { headers: HTML }).text();
  assertStringIncludes(beside, `<a class="mono" href="/hello">/hello</a>`);
  assertStringIncludes(html, `<a href="/_routes">All routes</a>`);
});

Deno.test("createNotFoundResponse() links below the base path, also for a path outside of it", async () => {
  for (const path of ["/docs/hallo", "/hello", "/docsx"]) {
    assertStringIncludes(await answer(path, { headers: HTML }, "/docs").text(), `href="/docs/hello">/docs/hello</a>`);
  }
});

const CLIENTS: readonly HeadersInit[] = [
  {},
  { accept: "*/*" },
  { accept: "application/json" },
  { ...HTML, "sec-fetch-mode": "cors" },
];

for (const headers of CLIENTS) {
  Deno.test(`createNotFoundResponse() is what production sends for ${JSON.stringify(headers)}`, async () => {
    const response = answer("/user/7", { headers });
    assertEquals([response.status, await response.text()], [404, "Not Found"]);
    assertEquals(response.headers.get("content-type"), "text/plain;charset=UTF-8");
  });
}

Deno.test("createNotFoundResponse() sends no form again", async () => {
  const pages = ["GET", "POST"].map((method) => answer("/x", { method, headers: HTML }).text());
  assertEquals((await Promise.all(pages)).map((html) => html.includes("reload()")), [true, false]);
});

Deno.test("S47 createNotFoundResponse() escapes what a client sends, and the names of routes", async () => {
  const hostile = `"'><img src=x onerror=alert(1)>`;
  const named = [{ ...routes[0]!, id: `/${hostile}`, file: hostile }];
  const request = new Request("http://localhost/x", { headers: HTML });
  Object.defineProperty(request, "url", { value: `http://localhost/${hostile}` });
  const html = await createNotFoundResponse(request, { routes: named, basePath: "", version: hostile }).text();
  assertEquals(html.replace(/<script[^]*<\/script>/, "").includes("<img"), false);
});

const ROUTE_PATHS = [["", "/", "/"], ["", "/a", "/a"], ["/docs", "/", "/docs"], ["/docs", "/a", "/docs/a"]] as const;

for (const [basePath, id, path] of ROUTE_PATHS) {
  Deno.test(`getRoutePath() of ${id} below "${basePath}" is ${path}`, () =>
    assertEquals(getRoutePath(basePath, id), path));
}
