import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createRequestHandler, type CreateRequestHandlerOptions, type OpenApiOptions } from "../../../mod.ts";
import { captured, createApp, type Modules, temporaryFiles } from "../../helpers/app.ts";
import { testWithHooks } from "../../helpers/hooks.ts";

const GET = () => new Response("hello");
const HELLO: Modules = { "hello/route.ts": { GET } };

async function getStatuses(options: CreateRequestHandlerOptions, paths: readonly string[]): Promise<number[]> {
  const app = await createApp(HELLO, options);
  const responses = await Promise.all(paths.map((path) => app.get(path)));
  await Promise.all(responses.map((response) => response.body?.cancel()));
  await app.close();
  return responses.map(({ status }) => status);
}

const PATHS = ["/openapi.json", "/api.json", "/reference", "/docs/openapi.json"];
const SERVED: readonly [options: CreateRequestHandlerOptions, statuses: readonly number[]][] = [
  [{}, [404, 404, 404, 404]],
  [{ openapi: false }, [404, 404, 404, 404]],
  [{ openapi: true }, [200, 404, 404, 404]],
  [{ openapi: {} }, [200, 404, 404, 404]],
  [{ openapi: { path: "/api.json" } }, [404, 200, 404, 404]],
  [{ openapi: { docs: "/reference" } }, [200, 404, 200, 404]],
  [{ openapi: true, basePath: "/docs" }, [404, 404, 404, 200]],
];

for (const [options, statuses] of SERVED) {
  Deno.test(`S79 with ${JSON.stringify(options)} only the requested document and page are served`, async () => {
    assertEquals(await getStatuses(options, PATHS), statuses);
  });
}

Deno.test("S79 no endpoint of the development server is served in production", async () => {
  const paths = [
    "/_routes",
    "/_routes/openapi.json",
    "/_routes/docs",
    "/_routes/docs/scalar.js",
    "/reference/scalar.js",
  ];
  assertEquals(await getStatuses({ openapi: true }, paths), paths.map(() => 404));
});

Deno.test("the document has the base path as its server", async () => {
  const app = await createApp(HELLO, { openapi: true, basePath: "/base" });
  const document = await (await app.get("/base/openapi.json")).json();
  assertEquals([document.servers, Object.keys(document.paths)], [[{ url: "/base" }], ["/hello"]]);
  await app.close();
});

const INVALID: readonly [openapi: OpenApiOptions, message: string][] = [
  [
    { path: "openapi.json" },
    `Cannot serve the OpenAPI document at "openapi.json": expected a path such as "/openapi.json"`,
  ],
  [{ path: "/a/../b" }, `Cannot serve the OpenAPI document at "/a/../b": expected a path such as "/openapi.json"`],
  [{ path: "/[id]" }, `Cannot serve the OpenAPI document at "/[id]": expected a path such as "/openapi.json"`],
  [
    { docs: `/"><script>` },
    `Cannot serve the OpenAPI document at "/"><script>": expected a path such as "/openapi.json"`,
  ],
  [{ docs: "/docs/" }, `Cannot serve the OpenAPI document at "/docs/": expected a path such as "/openapi.json"`],
  [
    { path: "/hello" },
    `Cannot serve the OpenAPI document: "hello/route.ts" answers "/hello", set "openapi" to another path`,
  ],
];

for (const [openapi, message] of INVALID) {
  Deno.test(`openapi ${JSON.stringify(openapi)} is an error at startup`, async () => {
    await assertRejects(() => createApp(HELLO, { openapi }), TypeError, message);
  });
}

Deno.test("S79 the policy of the docs page allows scripts with a nonce, and connections to its own origin", async () => {
  const app = await createApp(HELLO, { openapi: { docs: "/docs" } });
  const [first, second] = [await app.get("/docs"), await app.get("/docs")];
  const policy = first.headers.get("content-security-policy")!;
  assertMatch(
    policy,
    /^default-src 'none'; script-src 'nonce-[\w-]{36}'; .*connect-src 'self'; .*frame-ancestors 'none'$/,
  );
  assertNotMatch(policy, /script-src[^;]*(?:unsafe|\*|https?:)/);
  assert(policy !== second.headers.get("content-security-policy"));
  const html = await first.text();
  assertNotMatch(html, /https?:\/\//);
  await second.body?.cancel();
  await app.close();
});

testWithHooks("S80 the document names no files, and leaves out a broken one, which is logged", async () => {
  await using files = await temporaryFiles({
    "deno.json": `{ "name": "@my/api", "version": "1.2.3" }`,
    "app/a/route.ts": `/** Lists what there is. */\nexport const GET = () => new Response();`,
    "app/b/route.ts": `throw new Error("broken in " + import.meta.url);`,
  });
  const app = await createRequestHandler(files.dir, { openapi: true, lazy: true });
  let text = "";
  const warnings = await captured("warn", async () => {
    const response = await app.fetch(new Request("http://localhost/openapi.json"));
    assertEquals(response.headers.get("content-type"), "application/json");
    text = await response.text();
  });
  const { info, paths } = JSON.parse(text);
  assertEquals(info, { title: "@my/api", version: "1.2.3" });
  assertEquals(Object.keys(paths), ["/a"]);
  assertEquals(paths["/a"].get.summary, "Lists what there is");
  assertNotMatch(text, /route\.ts|file:|\/tmp|broken/);
  assertStringIncludes(warnings.join("\n"), "app/b/route.ts");
  await app.close();
});
