/** What `routes start` says of a Next.js project beside its routes: pages, and keys that mean nothing. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../../helpers/app.ts";
import { startCli } from "../../helpers/cli.ts";
import { until } from "../../helpers/until.ts";

const HELLO = `export const GET = () => new Response("hello");`;
const CONFIG = `export default { images: {}, reactStrictMode: true, basePath: "/docs", experimental: { ppr: true } };`;

type Files = Readonly<Record<string, string>>;

/** What is printed from start to stop. */
async function printed(files: Files, ...flags: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  await using project = await temporaryFiles(files);
  await using server = await startCli(["start", project.dir, "--cache", "memory", ...flags]);
  await until("it answers", async () => (await (await fetch(`${server.origin}/docs/a`)).text()) !== "");
  const { code, stdout, stderr } = await server.stop();
  assertEquals(code, 0);
  return { stdout: server.banner + stdout, stderr };
}

const PAGES: readonly (readonly [what: string, files: Files, line: string])[] = [
  ["one page", { "app/page.tsx": "" }, "1 page left to Next\n"],
  ["pages and layouts, of which pages count", {
    "app/page.tsx": "",
    "app/layout.tsx": "",
    "app/x/page.mdx": "",
    "app/x/loading.tsx": "",
    "app/(group)/y/page.js": "",
    "app/opengraph-image.tsx": "export default () => {};",
  }, "3 pages left to Next\n"],
  ["a layout alone", { "app/layout.tsx": "" }, ""],
  ["no page", {}, ""],
  ["pages in private folders and node_modules", { "app/_x/page.tsx": "", "app/node_modules/y/page.tsx": "" }, ""],
];

for (const [what, pages, line] of PAGES) {
  Deno.test(`routes start of ${what} prints: ${line.trim() || "nothing about pages"}`, async () => {
    const { stdout, stderr } = await printed({ "app/a/route.ts": HELLO, ...pages });
    assertEquals(/^\d+ pages? left to Next\n/m.exec(stdout)?.[0] ?? "", line, stdout);
    assertEquals(stderr, "");
  });
}

Deno.test("routes start does not load a page, and answers 404 for its path", async () => {
  await using project = await temporaryFiles({
    "app/a/route.ts": HELLO,
    "app/shop/page.tsx": `throw new Error("a page was loaded");`,
  });
  await using server = await startCli(["start", project.dir, "--cache", "memory"]);
  const response = await fetch(`${server.origin}/shop`);
  assertEquals([response.status, await response.text()], [404, "Not Found"]);
  assertEquals((await server.stop()).stderr, "");
});

Deno.test("routes start --verbose lists the keys of next.config that have no effect, in one line", async () => {
  const { stdout, stderr } = await printed({ "app/a/route.ts": HELLO, "next.config.ts": CONFIG }, "--verbose");
  const line = "Keys of next.config.ts that have no effect here: images, reactStrictMode, experimental.ppr\n";
  assertStringIncludes(stdout, line);
  assertEquals(stderr, "");
});

Deno.test("routes start without --verbose prints nothing about the keys of next.config", async () => {
  const { stdout, stderr } = await printed({ "app/a/route.ts": HELLO, "next.config.ts": CONFIG });
  assertEquals([/no effect/.test(stdout), stderr], [false, ""]);
});

Deno.test("routes start --verbose prints nothing about a next.config whose keys all have an effect", async () => {
  const files = { "app/a/route.ts": HELLO, "next.config.ts": `export default { basePath: "/docs" };` };
  assertEquals(/no effect/.test((await printed(files, "--verbose")).stdout), false);
});
