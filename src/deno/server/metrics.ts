/**
 * Metrics of a server to be scraped, in the text format of OpenMetrics. With OpenTelemetry they are pushed
 * instead, by Deno itself.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 * @module
 */

import type { RequestHandlerHost } from "../../handler/handler_options.ts";
import { createHistogram, type Histogram } from "./histogram.ts";
import { formatFamily, type Sample } from "./open_metrics.ts";
import type { Fetch, RequestWatch } from "./request_watch.ts";

/** Counts requests, and says what it has counted. */
export interface Metrics extends RequestWatch {
  /** Counts a response of the cache. */
  readonly onCached: NonNullable<RequestHandlerHost["onCached"]>;
  /** Answers a scrape. */
  readonly answer: () => Response;
  /** Stops measuring. */
  readonly close: () => void;
}

/** The path of metrics, unless another one is given: a folder `_metrics` is private, so no route has it. */
export const METRICS_PATH = "/_metrics";

/** How long requests take, in seconds: the buckets that clients of Prometheus use. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** By how much timers are late, in seconds. */
const DELAY_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** How often the delay of the event loop is measured. */
const DELAY_INTERVAL_MS = 100;

const STATUS_CLASSES = ["", "1xx", "2xx", "3xx", "4xx", "5xx"] as const;
/** A response without a route: no route begins without a slash. */
const NO_ROUTE = "none";
/** The metrics of a route; how many there are does not depend on what clients send. */
interface RouteMetrics {
  /** Requests by the class of their status: `2xx`. */
  readonly statuses: Map<string, number>;
  readonly cacheStates: Map<string, number>;
  readonly duration: Histogram;
}

/** Creates the metrics of a server, which begin when its handler is watched. Each process has its own. */
export function createMetrics(): Metrics {
  const startSeconds = Date.now() / 1000 - performance.now() / 1000;
  const routes = new Map<string, RouteMetrics>();
  const matches = new WeakMap<Request, string>();
  const delay = createHistogram(DELAY_BUCKETS);
  let inFlight = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function measureDelay(): void {
    let last = performance.now();
    timer = setInterval(() => {
      const now = performance.now();
      delay.observe(Math.max(now - last - DELAY_INTERVAL_MS, 0) / 1000);
      last = now;
    }, DELAY_INTERVAL_MS);
    Deno.unrefTimer(timer);
  }

  function getRoute(id: string): RouteMetrics {
    let route = routes.get(id);
    if (route === undefined) {
      route = { statuses: new Map(), cacheStates: new Map(), duration: createHistogram(DURATION_BUCKETS) };
      routes.set(id, route);
    }
    return route;
  }

  function toText(): string {
    const ids = [...routes].sort(([a], [b]) => a < b ? -1 : 1);
    const perRoute = (toSamples: (metrics: RouteMetrics, route: string) => readonly Sample[]) =>
      ids.flatMap(([route, metrics]) => toSamples(metrics, route));
    const counts = (kind: "statuses" | "cacheStates", label: string) =>
      perRoute((metrics, route) =>
        [...metrics[kind]].map(([key, value]) => ({ suffix: "_total", labels: { route, [label]: key }, value }))
      );
    return [
      formatFamily("http_requests", "counter", "Answered requests.", counts("statuses", "status")),
      formatFamily(
        "http_request_duration_seconds",
        "histogram",
        "Time until a response was sent.",
        perRoute(({ duration }, route) => duration.toSamples({ route })),
      ),
      formatFamily("http_requests_in_flight", "gauge", "Requests that are being answered.", [{ value: inFlight }]),
      formatFamily("routes_cache_responses", "counter", "Responses of the cache.", counts("cacheStates", "state")),
      formatFamily("event_loop_delay_seconds", "histogram", "By how much timers are late.", delay.toSamples()),
      formatFamily("process_resident_memory_bytes", "gauge", "Memory of the process.", [
        { value: Deno.memoryUsage().rss },
      ]),
      formatFamily("process_start_time_seconds", "gauge", "Start of the process, since 1970.", [{
        value: startSeconds,
      }]),
      "# EOF\n",
    ].join("");
  }

  /** Counts a request when its response has been sent; the headers are not read, which would make it slower to send. */
  function watch(fetch: Fetch): Fetch {
    if (timer === undefined) measureDelay();
    return (request, info) => {
      inFlight++;
      const start = performance.now();
      const follow = (response: Response): Response => {
        const { status } = response;
        const end = () => {
          inFlight--;
          const route = getRoute(matches.get(request) ?? NO_ROUTE);
          count(route.statuses, STATUS_CLASSES[Math.floor(status / 100)]!);
          route.duration.observe((performance.now() - start) / 1000);
        };
        info.completed.then(end, end);
        return response;
      };
      const answer = fetch(request, info);
      return answer instanceof Promise ? answer.then(follow) : follow(answer);
    };
  }

  return {
    watch,
    matched: ({ id }, request) => void matches.set(request, id),
    onCached: (state, { id }) => count(getRoute(id).cacheStates, state),
    answer: () =>
      new Response(toText(), {
        headers: {
          "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
          "cache-control": "no-store",
        },
      }),
    close: () => clearInterval(timer),
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
