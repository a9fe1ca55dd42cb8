import { assertEquals } from "@std/assert";
import { type CachePolicy, readCachePolicy } from "../../../src/handler/response/cache_policy.ts";
import { readRouteModule } from "../../../src/handler/route_module.ts";

const GET = () => new Response();
const generateStaticParams = () => [];
const FOREVER = (mode: CachePolicy["mode"]): CachePolicy => ({ mode, revalidate: null });

type Row = readonly [id: string, exports: Record<string, unknown>, policy: CachePolicy | undefined];

const ROWS: readonly Row[] = [
  ["/a", { GET }, undefined],
  ["/a", { GET, dynamic: "auto" }, undefined],
  ["/a", { GET, revalidate: 60 }, { mode: "auto", revalidate: 60 }],
  ["/a", { GET, revalidate: 0.5 }, { mode: "auto", revalidate: 0.5 }],
  ["/a", { GET, revalidate: false }, FOREVER("auto")],
  ["/a", { GET, revalidate: 0 }, undefined],
  ["/a", { GET, dynamic: "force-static" }, FOREVER("force-static")],
  ["/a", { GET, dynamic: "error" }, FOREVER("error")],
  ["/a", { GET, dynamic: "force-static", revalidate: 60 }, { mode: "force-static", revalidate: 60 }],
  ["/a", { GET, dynamic: "error", revalidate: 60 }, { mode: "error", revalidate: 60 }],
  ["/a", { GET, dynamic: "force-static", revalidate: 0 }, undefined],
  ["/a", { GET, dynamic: "force-dynamic" }, undefined],
  ["/a", { GET, dynamic: "force-dynamic", revalidate: 60 }, undefined],
  ["/[id]", { GET, dynamic: "force-dynamic", generateStaticParams }, undefined],
  ["/[id]", { GET, revalidate: 60 }, undefined],
  ["/[id]", { GET, revalidate: false }, undefined],
  ["/a/[...rest]", { GET, revalidate: 60 }, undefined],
  ["/a/[[...rest]]", { GET, revalidate: 60 }, undefined],
  ["/[id]", { GET, dynamic: "force-static" }, FOREVER("force-static")],
  ["/[id]", { GET, dynamic: "error" }, FOREVER("error")],
  ["/[id]", { GET, generateStaticParams }, FOREVER("auto")],
  ["/[id]", { GET, generateStaticParams, revalidate: 60 }, { mode: "auto", revalidate: 60 }],
  ["/[...rest]", { GET, generateStaticParams }, FOREVER("auto")],
  ["/[id]", { GET, dynamicParams: false }, undefined],
  ["/a", { GET, HEAD: GET, revalidate: 60 }, { mode: "auto", revalidate: 60 }],
  ["/a", { HEAD: GET, revalidate: 60 }, undefined],
  ["/a", { POST: GET, revalidate: 60 }, undefined],
  ["/a", { revalidate: 60 }, undefined],
  ["/a", { GET, fetchCache: "force-cache", maxDuration: 5, runtime: "nodejs" }, undefined],
  ...["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"].flatMap((method): Row[] => [
    ["/a", { GET, [method]: GET, revalidate: 60 }, undefined],
    ["/a", { GET, [method]: GET, dynamic: "force-static" }, undefined],
    ["/[id]", { GET, [method]: GET, generateStaticParams }, undefined],
  ]),
];

for (const [id, exports, policy] of ROWS) {
  const parts = Object.entries(exports).map(([name, value]) =>
    typeof value === "function" ? name : `${name}: ${value}`
  );
  const outcome = policy === undefined
    ? "does not cache"
    : `caches, ${policy.mode}, ${policy.revalidate ?? "forever,"}`;
  Deno.test(`readCachePolicy() ${outcome} ${id} with { ${parts.join(", ")} }`, () => {
    assertEquals(readCachePolicy(readRouteModule(exports, "route.ts"), id, false), policy);
  });
}

const PRERENDERED: CachePolicy = { mode: "auto", revalidate: null, isPrerendered: true };

const CACHE_COMPONENTS_ROWS: readonly Row[] = [
  ["/a", { GET }, PRERENDERED],
  ["/a", { GET, HEAD: GET }, PRERENDERED],
  ["/a", { GET, maxDuration: 5 }, PRERENDERED],
  ["/a", { GET, POST: GET }, undefined],
  ["/a", { POST: GET }, undefined],
  ["/[id]", { GET }, undefined],
  ["/[id]", { GET, generateStaticParams }, PRERENDERED],
  // A metadata file that is served as is.
  ["/a.png", { GET, dynamic: "force-static" }, FOREVER("force-static")],
];

for (const [id, exports, policy] of CACHE_COMPONENTS_ROWS) {
  const outcome = policy === undefined ? "does not cache" : `caches, ${policy.mode},`;
  Deno.test(`readCachePolicy() with cacheComponents ${outcome} ${id} with { ${Object.keys(exports)} }`, () => {
    assertEquals(readCachePolicy(readRouteModule(exports, "route.ts"), id, true), policy);
  });
}
