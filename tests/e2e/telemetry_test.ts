/** The data that a collector gets from a server with `OTEL_DENO=true`. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliResult, startCli } from "../helpers/cli.ts";
import { type OtlpReceiver, startOtlp } from "../helpers/otlp.ts";
import { ask } from "../helpers/upstream.ts";
import { until } from "../helpers/until.ts";

const HELLO = `export const GET = () => new Response("hello"); export const POST = GET;`;
const failing = (what: string) => `export function GET() { throw ${what}; }`;

type Files = Readonly<Record<string, string>>;
type Use = (origin: string, otlp: OtlpReceiver) => Promise<unknown>;

/** Starts a project with telemetry, uses it and kills it: on a normal exit, Deno 2.9.6 sometimes hangs. */
async function observed(files: Files, use: Use, env: Files = { OTEL_DENO: "true" }): Promise<CliResult> {
  await using project = await temporaryFiles(files);
  await using otlp = startOtlp();
  await using server = await startCli(["start", project.dir, "--cache", "memory"], { env: { ...otlp.env, ...env } });
  await use(server.origin, otlp);
  return await server.stop("SIGKILL");
}

/** The names of the spans of requests, and their routes. */
async function namesOf(origin: string, otlp: OtlpReceiver, paths: Iterable<string>): Promise<Files> {
  const names: Record<string, string> = {};
  for (const path of paths) {
    await ask(origin + path, { redirect: "manual" });
    const { name, attributes } = await otlp.span(path);
    names[path] = `${name}, ${attributes["http.route"] ?? "no route"}`;
  }
  return names;
}

const ROUTES: Files = {
  "/users/7": "GET /users/[id], /users/[id]",
  "/docs/a/b": "GET /docs/[...path], /docs/[...path]",
  "/gone": "GET /gone, /gone",
  "/nope": "GET, no route",
};

Deno.test("the span of a request has the name and pattern of its route, and none if no route matches", async () => {
  const files = {
    "app/users/[id]/route.ts": HELLO,
    "app/docs/[...path]/route.ts": HELLO,
    "app/gone/route.ts": failing("new Response()").replace("throw", "return"),
  };
  await observed(files, async (origin, otlp) => {
    assertEquals(await namesOf(origin, otlp, Object.keys(ROUTES)), ROUTES);
    await ask(`${origin}/users/8`, { method: "POST" });
    assertEquals((await otlp.span("/users/8")).name, "POST /users/[id]");
  });
});

const BEHIND: Files = {
  "/old/7": "GET /users/[id], /users/[id]",
  "/me": "GET /users/[id], /users/[id]",
  "/users/7": "GET /users/[id], /users/[id]",
  "/list": "GET /users, /users",
  "/moved": "GET, no route",
  "/stopped": "GET, no route",
  "/file.txt": "GET, no route",
};

Deno.test("behind a proxy and rewrites, a span has the route that actually answered, if one did", async () => {
  const files = {
    "app/users/route.ts": HELLO,
    "app/users/[id]/route.ts": HELLO,
    "app/list/route.ts": HELLO,
    "public/file.txt": "text",
    "proxy.ts": `import { NextResponse } from "next/server";
export function proxy({ nextUrl, url }) {
  if (nextUrl.pathname === "/me") return NextResponse.rewrite(new URL("/users/1", url));
  return nextUrl.pathname === "/stopped" ? new Response("no", { status: 403 }) : NextResponse.next();
}`,
    "next.config.ts": `export default {
  redirects: () => [{ source: "/moved", destination: "/users", permanent: false }],
  rewrites: () => ({
    beforeFiles: [{ source: "/list", destination: "/users" }],
    afterFiles: [{ source: "/old/:id", destination: "/users/:id" }],
  }),
};`,
  };
  await observed(files, async (origin, otlp) => {
    assertEquals(await namesOf(origin, otlp, Object.keys(BEHIND)), BEHIND);
  });
});

const FAILURES: readonly (readonly [what: string, thrown: string, type: string, message: string])[] = [
  ["an error", `new TypeError("broken")`, "TypeError", "broken"],
  ["a text", `"broken"`, "Error", "broken"],
  ["null", "null", "Error", "null"],
  ["a symbol", `Symbol("broken")`, "Error", "Symbol(broken)"],
];

for (const [what, thrown, type, message] of FAILURES) {
  Deno.test(`a span of a handler that throws ${what} has the exception and the status of an error`, async () => {
    await observed({ "app/bad/route.ts": failing(thrown) }, async (origin, otlp) => {
      assertEquals((await ask(`${origin}/bad`)).status, 500);
      const { name, status, attributes, events } = await otlp.span("/bad");
      assertEquals([name, status.code, attributes["http.route"]], ["GET /bad", 2, "/bad"]);
      const exceptions = events.map(({ name, attributes }) => [
        name,
        attributes["exception.type"],
        attributes["exception.message"],
      ]);
      assertEquals(exceptions, [["exception", type, message]]);
    });
  });
}

for (const OTEL_DENO of ["false", "true"]) {
  Deno.test(`a thrown object that cannot become text is a 500 and is logged, OTEL_DENO=${OTEL_DENO}`, async () => {
    const files = { "app/bad/route.ts": failing("{ __proto__: null, code: 7 }") };
    const use: Use = async (origin) => {
      assertEquals(await ask(`${origin}/bad`), { status: 500, state: null, text: "" });
    };
    const { stderr } = await observed(files, use, { OTEL_DENO });
    assertStringIncludes(stderr, "GET /bad: the handler in app/bad/route.ts failed: ");
  });
}

Deno.test("redirect() and notFound() are not errors of a span", async () => {
  const files = {
    "app/a/route.ts": `import { redirect } from "next/navigation"; export const GET = () => redirect("/b");`,
    "app/b/route.ts": `import { notFound } from "next/navigation"; export const GET = () => notFound();`,
  };
  await observed(files, async (origin, otlp) => {
    for (const path of ["/a", "/b"]) {
      await ask(origin + path, { redirect: "manual" });
      const { name, status, events } = await otlp.span(path);
      assertEquals([name, status.code, events], [`GET ${path}`, 0, []]);
    }
  });
});

Deno.test("responses of the cache are counted by route and state: MISS, HIT, STALE", async () => {
  const files = {
    "app/news/route.ts": `export const revalidate = 1; export const GET = () => new Response("news");`,
    "app/live/route.ts": HELLO,
  };
  await observed(files, async (origin, otlp) => {
    const counted = async (expected: Readonly<Record<string, number>>) => {
      const sums = () => otlp.sums("routes.cache.responses");
      await until(`the sums are ${JSON.stringify(expected)}`, () => equal(sums(), expected));
    };
    const seen: Record<string, number> = {};
    const askNews = async () => {
      const { state } = await ask(`${origin}/news`);
      seen[`${state} /news`] = (seen[`${state} /news`] ?? 0) + 1;
      return state;
    };
    await ask(`${origin}/live`);
    assertEquals(await askNews(), "MISS");
    await counted({ "MISS /news": 1 });
    await until("the entry is fresh and then stale", async () => await askNews() === "STALE");
    await until("it is regenerated", async () => await askNews() === "HIT");
    await counted(seen);
    assertEquals(Object.keys(seen).sort(), ["HIT /news", "MISS /news", "STALE /news"]);
  });
});

Deno.test("a failed revalidation is not an error of the span of the stale response", async () => {
  const files = {
    "app/news/route.ts": `let runs = 0;
export const revalidate = 1;
export function GET() { if (runs++ > 0) throw new Error("revalidation"); return new Response("news"); }`,
  };
  const { stderr } = await observed(files, async (origin, otlp) => {
    await until("the entry is stale", async () => (await ask(`${origin}/news`)).state === "STALE");
    await ask(`${origin}/news/last`);
    await otlp.span("/news/last");
    const spans = otlp.spansOf("/news").map(({ attributes, status }) => [
      attributes["http.response.status_code"],
      status.code,
    ]);
    assertEquals(spans, spans.map(() => ["200", 0]));
  });
  assertStringIncludes(stderr, "Error: revalidation");
});

function equal(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const text = (record: Readonly<Record<string, number>>) => JSON.stringify(Object.entries(record).sort());
  return text(a) === text(b);
}

Deno.test("without OTEL_DENO nothing is sent", async () => {
  let sent = -1;
  const use: Use = async (origin, otlp) => {
    assertEquals((await ask(`${origin}/users/7`)).text, "hello");
    sent = otlp.deliveries;
  };
  await observed({ "app/users/[id]/route.ts": HELLO }, use, {});
  assertEquals(sent, 0);
});
