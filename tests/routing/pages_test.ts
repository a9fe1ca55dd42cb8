import { assertEquals } from "@std/assert";
import { createManifest } from "../../src/routing/manifest.ts";
import { findPagesBeforeRoutes } from "../../src/routing/pages.ts";
import { createRequestHandler } from "../../mod.ts";
import { temporaryFiles } from "../helpers/app.ts";
import { testWithHooks as test } from "../helpers/hooks.ts";

const FOUND: readonly [files: string[], ids: string[]][] = [
  [["about/page.tsx"], ["/about"]],
  [["page.js", "(shop)/cart/page.mdx", "blog/[slug]/page.tsx"], ["/", "/cart", "/blog/[slug]"]],
  [["@modal/login/page.tsx", "@modal/(.)photo/page.tsx", "(..)photo/page.tsx"], ["/login"]],
  [["_lib/page.tsx", "about/layout.tsx", "about/loading.tsx", "[bad/page.tsx"], []],
  [["a/page.tsx", "(x)/a/page.tsx"], ["/a"]],
  [["known/page.tsx"], []],
];

for (const [files, ids] of FOUND) {
  Deno.test(`findPagesBeforeRoutes() finds ${ids.join() || "nothing"} in ${files.join()}`, () => {
    const { routes } = createManifest(["known/route.ts", "[...path]/route.ts"]);
    assertEquals(findPagesBeforeRoutes(files, routes, "app").map(({ id }) => id), ids);
  });
}

Deno.test("findPagesBeforeRoutes() finds nothing if all routes are static: no page is hidden by one", () => {
  const { routes } = createManifest(["a/route.ts", "b/route.ts"]);
  assertEquals(findPagesBeforeRoutes(["about/page.tsx"], routes, "app"), []);
});

/** As Next.js decides between pages and route handlers. */
const ANSWERED: readonly [path: string, status: number, body: string][] = [
  ["/about", 404, "Not Found"],
  ["/about/team", 200, "catch-all"],
  ["/blog/one", 404, "Not Found"],
  ["/blog/feed", 200, "feed"],
  ["/blog/one/comments", 200, "catch-all"],
  ["/x", 200, "catch-all"],
];

for (const [path, status, body] of ANSWERED) {
  test(`a page takes precedence over a less specific route handler: ${path} is answered with ${status}`, async () => {
    const says = (text: string) => `export const GET = () => new Response("${text}");`;
    await using project = await temporaryFiles({
      "app/[...path]/route.ts": says("catch-all"),
      "app/about/page.tsx": "",
      "app/blog/[slug]/page.tsx": "",
      "app/blog/feed/route.ts": says("feed"),
    });
    const handler = await createRequestHandler(project.dir);
    const response = await handler.fetch(new Request(`http://localhost${path}`));
    assertEquals([response.status, await response.text()], [status, body]);
    await handler.close();
  });
}
