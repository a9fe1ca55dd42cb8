import { assert, assertEquals, assertRejects } from "@std/assert";
import { hasNoRules } from "../../../src/handler/rules/pipeline.ts";
import { NO_CONFIG, readAppConfig } from "../../../src/handler/rules/next_config.ts";

const FILE = "next.config.ts";
const unasked = () => {
  throw new Error("a request was asked for");
};

for (
  const [name, exported] of [
    ["an object", { basePath: "/docs" }],
    ["a promise", Promise.resolve({ basePath: "/docs" })],
    ["a function", () => ({ basePath: "/docs" })],
    ["an async function", () => Promise.resolve({ basePath: "/docs" })],
    ["a function of phase and defaults", (phase: string, { defaultConfig }: { defaultConfig: object }) => ({
      ...defaultConfig,
      basePath: phase === "phase-production-server" ? "/docs" : "",
    })],
  ] as const
) {
  Deno.test(`readAppConfig() reads ${name}`, async () => {
    assertEquals(await readAppConfig(exported, FILE), { ...NO_CONFIG, file: FILE, basePath: "/docs" });
  });
}

for (const exported of [{}, { basePath: "" }, { headers: () => undefined }, { rewrites: () => undefined }]) {
  Deno.test(`readAppConfig() reads ${JSON.stringify(Object.keys(exported))} as an empty configuration`, async () => {
    const config = await readAppConfig(exported, FILE);
    assertEquals(config, { ...NO_CONFIG, file: FILE });
    assert(hasNoRules({ config, proxy: undefined, publicFile: undefined }));
  });
}

const SLASHES: readonly [config: object, trailingSlash: string][] = [
  [{}, "never"],
  [{ trailingSlash: false }, "never"],
  [{ trailingSlash: true }, "always"],
  [{ skipTrailingSlashRedirect: true }, "either"],
  [{ trailingSlash: true, skipTrailingSlashRedirect: true }, "either"],
];

for (const [config, trailingSlash] of SLASHES) {
  Deno.test(`readAppConfig() reads ${JSON.stringify(config)} as ${trailingSlash}`, async () => {
    assertEquals((await readAppConfig(config, FILE)).trailingSlash, trailingSlash);
  });
}

Deno.test("readAppConfig() reads the options that are values", async () => {
  const env = { A: "1" }, pageExtensions = ["ts", "page.ts"];
  const config = await readAppConfig({ env, pageExtensions, experimental: { authInterrupts: true } }, FILE);
  assertEquals([config.env, config.pageExtensions, config.authInterrupts], [env, pageExtensions, true]);
});

const TIMEOUTS: readonly [proxyTimeout: unknown, ms: number][] = [
  [undefined, 30_000],
  [0, 30_000],
  [1_500, 1_500],
  [null, Infinity],
];

for (const [proxyTimeout, ms] of TIMEOUTS) {
  Deno.test(`readAppConfig() reads a proxyTimeout of ${proxyTimeout} as ${ms} ms`, async () => {
    const config = await readAppConfig({ experimental: { proxyTimeout } }, FILE);
    assertEquals([config.proxyTimeoutMs, config.ignored], [ms, []]);
  });
}

const ALIASES: readonly [resolveAlias: unknown, moduleAliases: object][] = [
  [{ a: "./a.ts", "b/*": "./b/*" }, { a: ["./a.ts"], "b/*": ["./b/*"] }],
  [{ a: ["./a.ts", "b", 1] }, { a: ["./a.ts", "b"] }],
  [{ a: { browser: "./empty.ts" }, b: { browser: "./empty.ts", default: "./b.ts" } }, { b: ["./b.ts"] }],
  [{ a: false }, {}],
];

for (const [resolveAlias, moduleAliases] of ALIASES) {
  Deno.test(`readAppConfig() reads resolveAlias: ${JSON.stringify(resolveAlias)}`, async () => {
    const config = await readAppConfig({ turbopack: { resolveAlias } }, FILE);
    const ignored = Object.keys(moduleAliases).length === 0 ? ["turbopack"] : [];
    assertEquals([config.moduleAliases, config.ignored], [moduleAliases, ignored]);
  });
}

Deno.test("readAppConfig() lists the ignored keys, and no others", async () => {
  const known = { basePath: "", trailingSlash: true, skipTrailingSlashRedirect: true, env: {}, distDir: "out" };
  const more = { poweredByHeader: false, compress: true, generateEtags: true, pageExtensions: ["ts"] };
  const { ignored } = await readAppConfig({
    ...{
      ...known,
      ...more,
      serverExternalPackages: ["a"],
      transpilePackages: [],
      images: {},
      webpack: () => {},
      output: "standalone",
      assetPrefix: "/cdn",
      skipProxyUrlNormalize: true,
      skipMiddlewareUrlNormalize: true,
    },
    experimental: { authInterrupts: true, ppr: true, typedRoutes: true },
  }, FILE);
  assertEquals(ignored.toSorted(), ["experimental.ppr", "experimental.typedRoutes", "images", "output", "webpack"]);
});

const STATUSES: readonly [rule: object, status: number][] = [
  [{ permanent: true }, 308],
  [{ permanent: false }, 307],
  [{ statusCode: 301 }, 301],
  [{ statusCode: 302 }, 302],
  [{ statusCode: 303 }, 303],
  [{ statusCode: 307 }, 307],
  [{ statusCode: 308 }, 308],
];

for (const [how, status] of STATUSES) {
  Deno.test(`readAppConfig() reads ${JSON.stringify(how)} as a redirect with ${status}`, async () => {
    const redirects = () => Promise.resolve([{ source: "/a/:id", destination: "/b/:id", ...how }]);
    const [rule] = (await readAppConfig({ redirects }, FILE)).redirects;
    assertEquals([rule!.status, rule!.withBasePath], [status, true]);
    assertEquals(rule!.destination.to(rule!.match("/a/7", unasked)!), "/b/7");
  });
}

Deno.test("readAppConfig() reads basePath: false of a rule", async () => {
  const rule = { source: "/a", destination: "https://a.test/", basePath: false, permanent: false };
  const { redirects, rewrites } = await readAppConfig({ redirects: () => [rule], rewrites: () => [rule] }, FILE);
  assertEquals([redirects[0]!.withBasePath, rewrites.afterFiles[0]!.withBasePath], [false, false]);
});

Deno.test("readAppConfig() reads an array of rewrites as afterFiles", async () => {
  const rule = { source: "/a", destination: "/b" };
  const { rewrites } = await readAppConfig({ rewrites: () => [rule, rule] }, FILE);
  assertEquals([rewrites.beforeFiles.length, rewrites.afterFiles.length, rewrites.fallback.length], [0, 2, 0]);
});

Deno.test("readAppConfig() reads the three lists of rewrites", async () => {
  const rule = { source: "/a", destination: "/b" };
  const rewrites = { beforeFiles: [rule], afterFiles: [rule, rule], fallback: [rule, rule, rule] };
  const config = await readAppConfig({ rewrites: () => Promise.resolve(rewrites) }, FILE);
  assertEquals(Object.values(config.rewrites).map((list) => list.length), [1, 2, 3]);
});

Deno.test("readAppConfig() reads header rules, case-insensitive, with params in name and value", async () => {
  const headers = [{ key: "x-:id", value: "v-:id" }];
  const config = await readAppConfig({ headers: () => [{ source: "/A/:id", headers }] }, FILE);
  const [rule] = config.headers, params = rule!.match("/a/7", unasked)!;
  assertEquals({ ...params }, { id: "7" });
  assertEquals(rule!.headers.map((createHeader) => createHeader(params)), [["x-7", "v-7"]]);
});

const good = { source: "/a", destination: "/b" };
const BAD: readonly [config: unknown, message: string][] = [
  [undefined, 'Cannot read "next.config.ts": its default export is undefined, export an object'],
  [null, 'Cannot read "next.config.ts"'],
  ["text", 'Cannot read "next.config.ts": its default export is string'],
  [() => undefined, 'Cannot read "next.config.ts"'],
  [
    { headers: [] },
    'Cannot read "headers" of next.config.ts: must be a function: async headers() { return [...] }',
  ],
  [{ redirects: {} }, 'Cannot read "redirects" of next.config.ts'],
  [{ headers: () => ({}) }, "Cannot read headers() of next.config.ts: must return an array of rules"],
  [{ redirects: () => [null] }, "Cannot read redirects() of next.config.ts: must return an array of rules"],
  [{ redirects: () => ["/a"] }, "Cannot read redirects() of next.config.ts"],
  [{ rewrites: () => ({ afterFiles: {} }) }, "Cannot read rewrites.afterFiles of next.config.ts"],
  [{ rewrites: () => ({ fallback: [7] }) }, "Cannot read rewrites.fallback of next.config.ts"],
  [
    { redirects: () => [good] },
    'Cannot read redirects[0] of next.config.ts: it has no valid "statusCode" and no boolean "permanent"',
  ],
  [{ redirects: () => [{ ...good, statusCode: 200 }] }, 'no boolean "permanent"'],
  [
    { redirects: () => [{ ...good, permanent: true }, { ...good, source: "a", permanent: true }] },
    "(redirects[1] of next",
  ],
  [{ redirects: () => [{ source: "/a", permanent: true }] }, "(redirects[0] of next.config.ts): expected a string"],
  [{ rewrites: () => [good, { destination: "/b" }] }, "(rewrites.afterFiles[1] of next.config.ts)"],
  [
    { rewrites: () => ({ beforeFiles: [{ ...good, destination: "b" }] }) },
    "(rewrites.beforeFiles[0] of next.config.ts)",
  ],
  [{ rewrites: () => [{ ...good, destination: "https://:h/" }] }, "its host has a param"],
  [{ headers: () => [{ source: "/a", headers: {} }] }, "Cannot read headers of headers[0] of next.config.ts"],
  [{ headers: () => [{ source: "/a", headers: [{ key: "a b", value: "" }] }] }, 'header "a b" (headers[0] of next'],
  [{ headers: () => [{ source: "/a", headers: [{ key: "a", value: "x\r\ny" }] }] }, 'header "a" (headers[0] of next'],
  [{ headers: () => [{ source: "/a", headers: [{ key: "a", value: 7 }] }] }, 'header "a" (headers[0] of next'],
  [{ headers: () => [{ source: "/a", headers: [{ key: "a" }] }] }, 'header "a" (headers[0] of next'],
  [{ headers: () => [{ source: "/a", headers: [{ value: "a" }] }] }, "(headers[0] of next.config.ts)"],
  [{ headers: () => [{ headers: [] }] }, "(headers[0] of next.config.ts)"],
  [{ redirects: () => [{ ...good, permanent: true, has: {} }] }, "redirects[0] of next.config.ts"],
  [{ redirects: () => [{ ...good, permanent: true, missing: "x" }] }, "redirects[0] of next.config.ts"],
  [{ redirects: () => [{ ...good, permanent: true, has: [null] }] }, "redirects[0] of next.config.ts"],
  [{ basePath: 7 }, "next.config.ts"],
  [{ pageExtensions: "ts" }, "next.config.ts"],
  [
    { experimental: { proxyTimeout: "1s" } },
    'Cannot read proxyTimeout of next.config.ts: it is "1s", write milliseconds',
  ],
];

for (const [config, message] of BAD) {
  const shown = JSON.stringify(config, (_, value) => typeof value === "function" ? { "()": value() ?? null } : value);
  Deno.test(`readAppConfig() refuses ${shown}, and names the file and the rule`, async () => {
    await assertRejects(() => readAppConfig(config, FILE), TypeError, message);
  });
}
