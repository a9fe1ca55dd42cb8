/** The scheduled requests of an app: from route files, and from `vercel.json`. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { getJobName } from "../../../src/cron/cron_job.ts";
import { loadRoute, type ModuleNamespace, type Route } from "../../../src/handler/served_route.ts";
import { readManifest } from "../../../src/routing/manifest.ts";
import { type CronSources, getCronJobs } from "../../../src/deno/server/cron_jobs.ts";

const GET = () => new Response("done");

/** Loads route files that are given by their path below `app`. */
async function loadRoutes(modules: Readonly<Record<string, ModuleNamespace>>): Promise<readonly Route[]> {
  const { manifest } = readManifest(Object.keys(modules), "app");
  const routes: Route[] = manifest.routes.map((entry) => ({ ...entry, module: undefined }));
  const load = (file: string) => Promise.resolve(modules[file.slice("app/".length)]!);
  for (const route of routes) await loadRoute(route, { load });
  return routes;
}

const NONE: CronSources = { routes: [], crons: [], basePath: "", trailingSlash: undefined };

const TABLE: readonly (readonly [
  title: string,
  sources: Partial<CronSources>,
  modules: Readonly<Record<string, ModuleNamespace>>,
  jobs: readonly string[],
])[] = [
  ["nothing that is scheduled", {}, { "route.ts": { GET } }, []],
  ["a route file", {}, { "a/b/route.ts": { GET, config: { cron: "0 5 * * *" } } }, ["0 5 * * * /a/b"]],
  ["the first route file", {}, { "route.ts": { GET, config: { cron: "0 5 * * *" } } }, ["0 5 * * * /"]],
  [
    "a route file in a group",
    {},
    { "(x)/a/route.ts": { GET, config: { cron: "* * * * *", bodyLimit: 5 } } },
    ["* * * * * /a"],
  ],
  ["a base path", { basePath: "/docs" }, { "a/route.ts": { GET, config: { cron: "* * * * *" } } }, [
    "* * * * * /docs/a",
  ]],
  [
    "a base path and the first route file",
    { basePath: "/docs" },
    { "route.ts": { GET, config: { cron: "* * * * *" } } },
    ["* * * * * /docs"],
  ],
  [
    "paths that end with a slash",
    { trailingSlash: "always" },
    { "a/route.ts": { GET, config: { cron: "* * * * *" } }, "route.ts": { GET, config: { cron: "0 * * * *" } } },
    ["* * * * * /a/", "0 * * * * /"],
  ],
  [
    "vercel.json",
    {
      basePath: "/docs",
      crons: [{ path: "/api/x?y=1", schedule: "0 5 * * 1" }, { path: "/z/", schedule: "1 1 1 1 1" }],
    },
    {},
    ["0 5 * * 1 /api/x?y=1", "1 1 1 1 1 /z/"],
  ],
  [
    "both, one of them twice",
    {
      crons: [
        { path: "/a", schedule: "0  5 * * *" },
        { path: "/a", schedule: "0 6 * * *" },
        { path: "/a", schedule: "0 6 * * *" },
      ],
    },
    { "a/route.ts": { GET, config: { cron: "0 5 * * *" } } },
    ["0 5 * * * /a", "0 6 * * * /a"],
  ],
];

for (const [title, sources, modules, expected] of TABLE) {
  Deno.test(`getCronJobs() of ${title}`, async () => {
    const jobs = getCronJobs({ ...NONE, ...sources, routes: await loadRoutes(modules) });
    assertEquals(jobs.map(getJobName).sort(), [...expected].sort());
  });
}

Deno.test("getCronJobs() rejects a route with dynamic segments, and says where its paths can be listed", async () => {
  const routes = await loadRoutes({ "users/[id]/route.ts": { GET, config: { cron: "0 5 * * *" } } });
  assertEquals(
    assertThrows(() => getCronJobs({ ...NONE, routes }), TypeError).message,
    'Cannot schedule "/users/[id]" (app/users/[id]/route.ts): it has dynamic segments, ' +
      'list a path in "crons" of vercel.json instead',
  );
});

const INVALID: readonly (readonly [module: ModuleNamespace, problem: string])[] = [
  [
    { GET, config: { cron: "61 * * * *" } },
    'cron of "config" is "61 * * * *": "61" is not a valid minute, write 0 to 59',
  ],
  [{ GET, config: { cron: 5 } }, 'cron of "config" is 5, write a string such as "0 5 * * *"'],
  [{ GET, config: { cron: ["* * * * *"] } }, 'cron of "config" is ["* * * * *"], write a string such as "0 5 * * *"'],
  [{ POST: GET, config: { cron: "* * * * *" } }, 'cron of "config" calls GET, export a function GET'],
];

for (const [module, problem] of INVALID) {
  Deno.test(`a route file with a cron of ${JSON.stringify(module.config)} is rejected: ${problem}`, async () => {
    const error = await assertRejects(() => loadRoutes({ "a/route.ts": module }), TypeError);
    assertEquals(error.message, `Cannot load route "app/a/route.ts": ${problem}`);
  });
}
