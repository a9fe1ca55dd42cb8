import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../../helpers/app.ts";
import { type CliResult, runCli } from "../../helpers/cli.ts";

type Files = Readonly<Record<string, string>>;

const ROUTE = `import { route } from "${new URL("../../../src/route.ts", import.meta.url)}";`;
const HELLO = `export const GET = () => new Response("hello");`;

async function check(files: Files): Promise<CliResult> {
  await using project = await temporaryFiles(files);
  const { code, stdout, stderr } = await runCli(["check", project.dir]);
  const here = (text: string) => text.replaceAll(project.dir, "DIR");
  return { code, stdout: here(stdout), stderr: here(stderr) };
}

/** A line of the report; a row of spaces is one. */
function lines(stdout: string): string[] {
  return stdout.trimEnd().split("\n").map((line) => line.replaceAll(/ {2,}/g, "  "));
}

const VERDICTS: readonly (readonly [what: string, files: Files, code: number, report: readonly string[]])[] = [
  ["a route handler by its methods", { "app/route.ts": HELLO }, 0, [
    "runs  app/route.ts  GET, HEAD, OPTIONS",
    "1 run, 0 fail, 0 left to Next, 0 warnings",
  ]],
  ["pages and layouts", { "app/route.ts": HELLO, "app/x/page.tsx": "", "app/layout.tsx": "" }, 0, [
    "runs  app/route.ts  GET, HEAD, OPTIONS",
    "left to Next  app/layout.tsx  pages and layouts are not served here",
    "left to Next  app/x/page.tsx  pages and layouts are not served here",
    "1 run, 0 fail, 2 left to Next, 0 warnings",
  ]],
  ["an image made by code", { "app/opengraph-image.tsx": "export default () => new Response();" }, 0, [
    "runs  app/opengraph-image.tsx  image",
    "1 run, 0 fail, 0 left to Next, 0 warnings",
  ]],
  [
    "images that next build could not create",
    {
      "app/a/icon.ts": "export default () => {};",
      "app/b/icon.ts": `export const generateImageMetadata = () => ({}); export default () => new Response();`,
      "app/c/icon.ts": `export const generateImageMetadata = () => [{}]; export default () => new Response();`,
      "app/d/[id]/icon.ts": "export default () => {};",
    },
    1,
    [
      `fails  app/a/icon.ts  Error occurred prerendering page "/a/icon". No response is returned from route handler 'app/a/icon.ts'. Expected a Response object but received 'undefined' (method: GET, url: /a/icon). Ensure you return a \`Response\` or a \`NextResponse\` in all branches of your handler.`,
      `fails  app/b/icon.ts  Failed to collect page data for /b/icon/[__metadata_id__]: its list of images is not iterable, return [{ id: "small" }] from generateImageMetadata of "app/b/icon.ts"`,
      `fails  app/c/icon.ts  Failed to collect page data for /c/icon/[__metadata_id__]: id property is required for every item returned from generateImageMetadata, return [{ id: "small" }] from generateImageMetadata of "app/c/icon.ts"`,
      "runs  app/d/[id]/icon.ts  image",
      "1 run, 3 fail, 0 left to Next, 0 warnings",
    ],
  ],
  [
    "a contract with an unknown key",
    { "app/route.ts": `${ROUTE} export const POST = route({ bodi: 1 }, () => {});` },
    1,
    [
      'fails  app/route.ts  Cannot load route "app/route.ts": TypeError: Cannot create route: its contract has the unknown key "bodi", expected one of params, query, ' +
      "headers, cookies, body, responses, use, maxBody, checkResponses, onInvalid, summary, description, tags, " +
      "deprecated, operationId, security",
      "0 run, 1 fail, 0 left to Next, 0 warnings",
    ],
  ],
  [
    "a contract with a bad status",
    {
      "app/route.ts": `${ROUTE} export const POST = route({ responses: { 2000: null } }, () => {});`,
    },
    1,
    [
      'fails  app/route.ts  Cannot load route "app/route.ts": TypeError: Cannot create route: "responses" of its contract is invalid, expected a schema, text(), ' +
      "bytes() or null for each status from 100 to 599",
      "0 run, 1 fail, 0 left to Next, 0 warnings",
    ],
  ],
  [
    "a contract for other folders",
    {
      "app/[id]/route.ts": `${ROUTE} export const POST = route({ params: "/users/[id]" }, () => {});`,
    },
    0,
    [
      'warning  app/[id]/route.ts  The contract of POST in "app/[id]/route.ts" is probably wrong: "params" is ' +
      '"/users/[id]", but its folders are "/[id]"',
      "runs  app/[id]/route.ts  OPTIONS, POST",
      "1 run, 0 fail, 0 left to Next, 1 warnings",
    ],
  ],
  [
    "a proxy and a configuration",
    {
      "app/route.ts": HELLO,
      "proxy.ts": "export function proxy() {}",
      "next.config.ts": "export default {};",
    },
    0,
    [
      "runs  next.config.ts  configuration",
      "runs  proxy.ts  proxy",
      "runs  app/route.ts  GET, HEAD, OPTIONS",
      "3 run, 0 fail, 0 left to Next, 0 warnings",
    ],
  ],
  [
    "keys of a configuration without meaning",
    {
      "app/route.ts": HELLO,
      "next.config.mjs": "export default { images: {}, experimental: { ppr: true } };",
    },
    0,
    [
      "runs  next.config.mjs  configuration",
      'warning  next.config.mjs  "images" has no effect here',
      'warning  next.config.mjs  "experimental.ppr" has no effect here',
      "runs  app/route.ts  GET, HEAD, OPTIONS",
      "2 run, 0 fail, 0 left to Next, 2 warnings",
    ],
  ],
  ["an instrumentation", { "app/route.ts": HELLO, "instrumentation.ts": "export function register() {}" }, 0, [
    "runs  instrumentation.ts  instrumentation",
    "runs  app/route.ts  GET, HEAD, OPTIONS",
    "2 run, 0 fail, 0 left to Next, 0 warnings",
  ]],
  [
    "metadata files",
    {
      "app/robots.ts": "export default () => ({ rules: [] });",
      "app/sitemap.xml": "<urlset/>",
    },
    0,
    [
      "runs  app/robots.ts  robots",
      "runs  app/sitemap.xml  sitemap",
      "2 run, 0 fail, 0 left to Next, 0 warnings",
    ],
  ],
  [
    "the functions of Next.js that always throw, and the directive without its flag",
    {
      "app/a/route.ts": `import { useRouter, redirect } from "next/navigation";\nimport "../../lib/b";\n${HELLO}`,
      "lib/b.ts":
        `import { cacheTag as tag } from 'next/cache';\nexport async function b() { "use cache: remote"; tag; }`,
    },
    1,
    [
      'fails  app/a/route.ts  Cannot load route "app/a/route.ts": SyntaxError: lib/b.ts:2:29: To use "use cache", please enable the feature flag `cacheComponents` in your Next.js config.',
      "Read more: https://nextjs.org/docs/app/api-reference/directives/use-cache#usage",
      "Set cacheComponents: true in next.config.",
      "warning  app/a/route.ts  useRouter() of next/navigation always throws in a route handler: it is only for pages in the browser",
      "0 run, 1 fail, 0 left to Next, 1 warnings",
    ],
  ],
  ["a sitemap made by code once", { "app/sitemap.ts": "export default () => [];" }, 0, [
    "runs  app/sitemap.ts  sitemap",
    "1 run, 0 fail, 0 left to Next, 0 warnings",
  ]],
];

for (const [what, files, code, report] of VERDICTS) {
  Deno.test(`routes check reports ${what}`, async () => {
    const result = await check(files);
    assertEquals(lines(result.stdout), [...report]);
    assertEquals({ code: result.code, stderr: result.stderr }, { code, stderr: "" });
  });
}

const FAILURES: readonly (readonly [what: string, files: Files, expected: RegExp])[] = [
  [
    "a route with a missing package",
    { "app/route.ts": HELLO, "app/x/route.ts": `import "leftpadx";` },
    /^fails +app\/x\/route\.ts +Cannot load route "app\/x\/route\.ts": .*Cannot find package "leftpadx"/m,
  ],
  [
    "a route that throws when it is loaded",
    { "app/route.ts": `throw new Error("boom");` },
    /^fails +app\/route\.ts +Cannot load route "app\/route\.ts": Error: boom/m,
  ],
  [
    "a wrong segment config",
    { "app/route.ts": `${HELLO} export const revalidate = "often";` },
    /^fails +app\/route\.ts +.*revalidate/m,
  ],
  [
    "a part of Next that is not there",
    { "app/route.ts": `import Image from "next/nope"; export const GET = () => new Response(String(Image));` },
    /^fails +app\/route\.ts .*"next\/nope".*it is not part of @x\/routes, which serves only route handlers/m,
  ],
  [
    "a proxy without a function",
    { "app/route.ts": HELLO, "proxy.ts": "export const nothing = 1;" },
    /^fails +proxy\.ts +Cannot load proxy "proxy\.ts": it exports no function/m,
  ],
  [
    "a configuration with a wrong rule",
    { "app/route.ts": HELLO, "next.config.ts": `export default { redirects: () => [{ source: "/a" }] };` },
    /^fails +next\.config\.ts +Cannot read redirects\[0\] of next\.config\.ts/m,
  ],
  [
    "a metadata file without a function",
    { "app/robots.ts": "export const nothing = 1;" },
    /^fails +app\/robots\.ts +Cannot load "app\/robots\.ts": it has no default export/m,
  ],
];

for (const [what, files, expected] of FAILURES) {
  Deno.test(`routes check fails for ${what}, and exits with 1`, async () => {
    const { code, stdout, stderr } = await check(files);
    assertMatch(stdout, expected);
    assertMatch(stdout, /\n\d+ run, 1 fail, 0 left to Next, 0 warnings\n$/);
    assertEquals({ code, stderr }, { code: 1, stderr: "" });
  });
}

Deno.test("routes check names every file that fails, not only the first", async () => {
  const { code, stdout } = await check({
    "app/a/route.ts": `import "leftpadx";`,
    "app/b/route.ts": HELLO,
    "app/c/route.ts": "export const GET = ;",
  });
  assertEquals(lines(stdout).filter((line) => line.startsWith("fails")).length, 2, stdout);
  assertStringIncludes(stdout, "1 run, 2 fail, 0 left to Next, 0 warnings");
  assertEquals(code, 1);
});

Deno.test("routes check fails for a folder without routes or with an invalid next.config, and for a missing one", async () => {
  const empty = await check({ "app/x/page.tsx": "" });
  assertEquals({ code: empty.code, stdout: empty.stdout }, { code: 1, stdout: "" });
  assertStringIncludes(empty.stderr, "Cannot find a route in");
  const invalid = await check({
    "app/x/page.tsx": "",
    "next.config.ts": "export default { cacheLife: { short: { revalidate: 10, expire: 5 } } };",
  });
  assertEquals({ code: invalid.code, stdout: invalid.stdout }, { code: 1, stdout: "" });
  assertStringIncludes(invalid.stderr, "the expire option must be greater than the revalidate option");
  const { code, stderr } = await runCli(["check", "/nowhere-at-all"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'Cannot open "/nowhere-at-all": there is no such folder');
});

for (const args of [["check", ".", "--port", "1"], ["check", "a", "b"], ["check", "--json"]]) {
  Deno.test(`routes ${args.join(" ")} is a mistake in the arguments, and exits with 2`, async () => {
    const { code, stdout } = await runCli(args);
    assertEquals({ code, stdout }, { code: 2, stdout: "" });
  });
}

Deno.test("routes check does not call register() of instrumentation.ts, nor a route handler", async () => {
  const { code, stdout } = await check({
    "instrumentation.ts": `export function register() { console.log("registered"); }`,
    "app/route.ts": `export const GET = () => { console.log("called"); return new Response(); };`,
  });
  assertEquals(code, 0);
  assertEquals(/registered|called/.test(stdout), false, stdout);
});
