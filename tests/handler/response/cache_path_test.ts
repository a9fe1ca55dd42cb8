import { assertEquals } from "@std/assert";
import { revalidatePath } from "../../../src/cache.ts";
import type { NextRequest } from "../../../src/server.ts";
import { createCachedApp } from "../../helpers/cached.ts";
import { createRulesApp, type RulesInit } from "../../helpers/rules.ts";

/** Answers with the path that it sees, and how often it ran. */
function createPathModule(config: Record<string, unknown> = { revalidate: 2 }) {
  let runs = 0;
  return { ...config, GET: ({ nextUrl }: NextRequest) => new Response(`${nextUrl.pathname} ${++runs}`) };
}

/** An application with a cached route and one that invalidates it, on a clock of the test. */
async function createPathApp(config: unknown, module = createPathModule()) {
  const clock = { time: 1_700_000_000_000 };
  const init: RulesInit = { config, now: () => clock.time };
  const POST = ({ nextUrl }: NextRequest) => {
    revalidatePath(nextUrl.searchParams.get("path")!);
    return new Response();
  };
  const app = await createRulesApp({ "where/route.ts": module, "route.ts": module, "done/route.ts": { POST } }, init);
  return {
    async ask(path: string): Promise<string> {
      const response = await app.get(path);
      return `${response.headers.get("x-nextjs-cache")} ${await response.text()}`;
    },
    settled: () => app.drain(),
    pass: (seconds: number) => void (clock.time += seconds * 1000),
    invalidate: async (path: string) =>
      void await (await app.request(`/done?path=${path}`, { method: "POST" })).body?.cancel(),
  };
}

const EITHER = { skipTrailingSlashRedirect: true };

for (const [first, second] of [["/where/", "/where"], ["/where", "/where/"]] as const) {
  Deno.test(`S63 response cache: the response to ${second} is not that to ${first}, if both are served`, async () => {
    const app = await createPathApp(EITHER);
    assertEquals([await app.ask(first), await app.ask(second)], [`MISS ${first} 1`, `MISS ${second} 2`]);
    assertEquals([await app.ask(first), await app.ask(second)], [`HIT ${first} 1`, `HIT ${second} 2`]);
    assertEquals([await app.ask(`${first}?a=/`), await app.ask(`${second}?b`)], [`HIT ${first} 1`, `HIT ${second} 2`]);
  });

  Deno.test(`S63 response cache: a revalidation of ${first} sees the same path as the first run`, async () => {
    const app = await createPathApp(EITHER);
    await app.ask(first);
    app.pass(2);
    assertEquals(await app.ask(first), `STALE ${first} 1`);
    await app.settled();
    assertEquals([await app.ask(first), await app.ask(second)], [`HIT ${first} 2`, `MISS ${second} 3`]);
  });

  Deno.test(`S63 response cache: revalidatePath("${first}") invalidates ${first} and ${second}`, async () => {
    const app = await createPathApp(EITHER);
    for (const path of [first, second]) await app.ask(path);
    await app.invalidate(first);
    assertEquals([await app.ask(first), await app.ask(second)], [`MISS ${first} 3`, `MISS ${second} 4`]);
  });
}

for (const [first, second] of [["/a@b", "/a%40b"], ["/it%27s", "/it's"], ["/x%7Cy", "/x|y"]] as const) {
  Deno.test(`S83 response cache: ${first} and ${second} have one param, so one entry, which one call invalidates`, async () => {
    let runs = 0;
    const GET = async (_: NextRequest, { params }: { params: Promise<{ id: string }> }) =>
      new Response(`${(await params).id} ${++runs}`);
    const POST = ({ nextUrl }: NextRequest) => {
      revalidatePath(nextUrl.searchParams.get("path")!);
      return new Response();
    };
    const page = { revalidate: 600, generateStaticParams: () => [], GET };
    const app = await createCachedApp({ "page/[id]/route.ts": page, "done/route.ts": { POST } });
    const ask = async (path: string) => (await app.askAndSettle(`/page${path}`))[0];
    for (const invalidated of [first, second]) {
      assertEquals([await ask(first), await ask(second)], ["MISS", "HIT"]);
      await app.request(`/done?path=${encodeURIComponent(`/page${invalidated}`)}`, { method: "POST" });
    }
    assertEquals([await ask(second), await ask(first)], ["MISS", "HIT"]);
  });
}

Deno.test("S63 response cache: the handler sees the slash with force-static, below a base path, and below .well-known", async () => {
  const isStatic = { dynamic: "force-static" };
  for (
    const [config, base, module] of [
      [EITHER, "", createPathModule(isStatic)],
      [{ ...EITHER, basePath: "/docs" }, "/docs", createPathModule()],
      [{ ...EITHER, basePath: "/docs" }, "/docs", createPathModule(isStatic)],
    ] as const
  ) {
    const app = await createPathApp(config, module);
    assertEquals(await app.ask(`${base}/where/`), "MISS /where/ 1");
    assertEquals(await app.ask(`${base}/where`), "MISS /where 2");
    assertEquals(await app.ask(`${base}/where/`), "HIT /where/ 1");
  }
});

Deno.test("S63 response cache: with trailingSlash a path has a single entry, and so does the root", async () => {
  const app = await createPathApp({ trailingSlash: true });
  assertEquals([await app.ask("/where/"), await app.ask("/where/?a")], ["MISS /where/ 1", "HIT /where/ 1"]);
  for (const config of [{}, EITHER, { trailingSlash: true }]) {
    const app = await createPathApp(config);
    assertEquals([await app.ask("/"), await app.ask("/?a"), await app.ask("")], ["MISS / 1", "HIT / 1", "HIT / 1"]);
  }
});

Deno.test("S63 response cache: a revalidation behind a rewrite sees the same path as the first run", async () => {
  const rewrites = () => [{ source: "/x", destination: "/where" }];
  const app = await createPathApp({ rewrites });
  assertEquals([await app.ask("/x"), await app.ask("/where")], ["MISS /x 1", "MISS /where 2"]);
  app.pass(2);
  assertEquals(await app.ask("/x"), "STALE /x 1");
  await app.settled();
  assertEquals([await app.ask("/x"), await app.ask("/where")], ["HIT /x 3", "STALE /where 2"]);
  await app.settled();
});
