/**
 * What `match()` costs by the kind of route and the number of routes: the groups should be flat.
 *
 * Run with `deno bench tests/bench/router_bench.ts`.
 *
 * @module
 */

import { assertStrictEquals } from "@std/assert";
import { createManifest } from "../../src/routing/manifest.ts";
import { createRouter } from "../../src/routing/router.ts";
import { manyFiles } from "../routing/cases.ts";

const CASES: readonly { readonly group: string; readonly path: string; readonly id: string | null }[] = [
  { group: "static", path: "/r1/new", id: "/r1/new" },
  { group: "dynamic", path: "/r1/7/edit", id: "/r1/[id]/edit" },
  { group: "dynamic, with an escape", path: "/r1/a%20b/edit", id: "/r1/[id]/edit" },
  { group: "deep catch-all", path: "/r1/deep/a/b/c/d/e/f/g/h", id: "/r1/deep/[...rest]" },
  { group: "miss at the first segment", path: "/none/of/them", id: null },
  { group: "miss at the last segment", path: "/r1/7/edit/none", id: null },
];

const SIZES = [10, 1_000, 10_000].map((count) => ({
  count,
  router: createRouter(createManifest(manyFiles(count)).routes),
}));

for (const { group, path, id } of CASES) {
  for (const { count, router } of SIZES) {
    // A bench of the wrong answer measures nothing.
    assertStrictEquals(router.match(path)?.route.id ?? null, id);
    Deno.bench(`match() of ${path} among ${count} routes`, { group, baseline: count === 10 }, () => {
      router.match(path);
    });
  }
}
