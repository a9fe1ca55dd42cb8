/** `--metrics`: the format, what is counted, and that clients cannot make it grow. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createMetrics } from "../../../src/deno/server/metrics.ts";
import { createHistogram } from "../../../src/deno/server/histogram.ts";
import type { Route } from "../../../src/handler/served_route.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { startCli } from "../../helpers/cli.ts";

/** A request: the route that answers, if one does, and the status. */
type Answered = readonly [route: string | null, status?: number];

/** The text of metrics after some requests. */
async function measured(...answers: readonly Answered[]): Promise<string> {
  const metrics = createMetrics();
  try {
    for (const [id, status = 200] of answers) {
      const fetch = metrics.watch((request) => {
        if (id !== null) metrics.matched({ id } as Route, request);
        return new Response(null, { status });
      });
      await fetch(new Request("http://localhost/"), { completed: Promise.resolve() });
    }
    return await metrics.answer().text();
  } finally {
    metrics.close();
  }
}

const samplesOf = (text: string, name: string) => text.split("\n").filter((line) => line.startsWith(name));

Deno.test("metrics are text of OpenMetrics: each family has a type and its own samples, and the text ends with EOF", async () => {
  const text = await measured(["/"], ["/[id]", 404]);
  assert(text.endsWith("\n# EOF\n"));
  let family = "";
  const seen = new Set<string>();
  for (const line of text.split("\n").slice(0, -2)) {
    const [, name] = /^# TYPE (\w+) (?:counter|gauge|histogram)$/.exec(line) ?? [];
    if (name !== undefined) {
      assert(!seen.has(name), `${name} twice`);
      seen.add(family = name);
    } else if (line.startsWith("#")) {
      assertMatch(line, new RegExp(`^# (?:UNIT ${family} (?:seconds|bytes)|HELP ${family} [A-Z].*\\.)$`));
    } else {
      const sample = `^${family}(?:_total|_bucket|_count|_sum)?(?:\\{\\w+="[^"]*"(?:,\\w+="[^"]*")*\\})? [\\d.e+-]+$`;
      assertMatch(line, new RegExp(sample));
    }
  }
  assertEquals(seen.size, 7);
});

Deno.test("metrics count requests by route and class of the status", async () => {
  const text = await measured(["/"], ["/"], ["/", 503], ["/", 302], ["/users/[id]"], [null]);
  assertEquals(samplesOf(text, "http_requests_total"), [
    'http_requests_total{route="/",status="2xx"} 2',
    'http_requests_total{route="/",status="5xx"} 1',
    'http_requests_total{route="/",status="3xx"} 1',
    'http_requests_total{route="/users/[id]",status="2xx"} 1',
    'http_requests_total{route="none",status="2xx"} 1',
  ]);
});

Deno.test("createHistogram() counts values in cumulative buckets, a bound in its own", () => {
  const histogram = createHistogram([0.005, 0.5, 1, 10]);
  for (const value of [0.005, 0.0051, 1, 60]) histogram.observe(value);
  const labels = { route: "/" };
  assertEquals(histogram.toSamples(labels), [
    ...[["0.005", 1], ["0.5", 2], ["1.0", 3], ["10.0", 3], ["+Inf", 4]].map(([le, value]) => ({
      suffix: "_bucket",
      labels: { ...labels, le: `${le}` },
      value: Number(value),
    })),
    { suffix: "_count", labels, value: 4 },
    { suffix: "_sum", labels, value: 61.0101 },
  ]);
});

Deno.test("metrics escape the name of a route", async () => {
  const text = await measured(['/a"b\\c']);
  assertStringIncludes(text, 'http_requests_total{route="/a\\"b\\\\c",status="2xx"} 1\n');
});

Deno.test("metrics count requests that are not answered yet, or whose response is not sent yet", async () => {
  const metrics = createMetrics();
  const inFlight = async () => samplesOf(await metrics.answer().text(), "http_requests_in_flight")[0]?.split(" ")[1];
  const answered = Promise.withResolvers<Response>(), completed = Promise.withResolvers<void>();
  const response = metrics.watch(() => answered.promise)(new Request("http://localhost/"), {
    completed: completed.promise,
  });
  assertEquals(await inFlight(), "1");
  answered.resolve(new Response());
  await response;
  assertEquals(await inFlight(), "1");
  // The client has left.
  completed.reject(new Error("gone"));
  await completed.promise.catch(() => {});
  assertEquals(await inFlight(), "0");
  metrics.close();
});

const APP = {
  "app/users/[id]/route.ts": `export const GET = () => new Response("user");`,
  "app/news/route.ts": `export const dynamic = "force-static"; export const GET = () => new Response("news");`,
  "app/broken/route.ts": `export const GET = () => { throw new Error("broken"); };`,
  "app/busy/route.ts": `export const GET = () => {
  for (const end = Date.now() + 300; Date.now() < end;);
  return new Response("busy");
};`,
};

Deno.test("routes start --metrics counts by route, however many paths clients ask for", async () => {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--cache", "memory", "--metrics", "--health"]);
  const ask = async (path: string) => await (await fetch(server.origin + path)).text();
  for (let id = 0; id < 20; id++) await ask(`/users/${id}?q=${id}`);
  for (let id = 0; id < 20; id++) await ask(`/none/${id}`);
  for (const path of ["/news", "/news", "/broken", "/busy", "/_health"]) await ask(path);
  const response = await fetch(`${server.origin}/_metrics`);
  assertEquals(
    response.headers.get("content-type"),
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  );
  const text = await response.text();
  assertEquals(samplesOf(text, "http_requests_total"), [
    'http_requests_total{route="/broken",status="5xx"} 1',
    'http_requests_total{route="/busy",status="2xx"} 1',
    'http_requests_total{route="/news",status="2xx"} 2',
    'http_requests_total{route="/users/[id]",status="2xx"} 20',
    'http_requests_total{route="none",status="4xx"} 20',
  ]);
  assertEquals(samplesOf(text, "routes_cache_responses_total"), [
    'routes_cache_responses_total{route="/news",state="MISS"} 1',
    'routes_cache_responses_total{route="/news",state="HIT"} 1',
  ]);
  assertEquals(samplesOf(text, "http_requests_in_flight"), ["http_requests_in_flight 0"]);
  const rss = Number(samplesOf(text, "process_resident_memory_bytes")[0]!.split(" ")[1]);
  assert(rss > 1e7 && rss < 1e10, `${rss}`);
  // The loop was blocked for 300 ms.
  const [slow, all] = ["0.1", "+Inf"].map((bound) =>
    Number(samplesOf(text, `event_loop_delay_seconds_bucket{le="${bound}"}`)[0]!.split(" ")[1])
  );
  assert(all! > slow!, text);
  assertEquals((await server.stop()).code, 0);
});

Deno.test("routes start --metrics with workers warns what one scrape gets", async () => {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--workers", "2", "--metrics", "/m"]);
  assertMatch(await (await fetch(`${server.origin}/m`)).text(), /# EOF\n$/);
  assertEquals(
    (await server.stop()).stderr,
    "Warning: each request for /m gets the metrics of one worker, whichever accepts it; OpenTelemetry has all\n",
  );
});
