/**
 * Receives OpenTelemetry data on the loopback address, in a form that tests can compare.
 *
 * @module
 */

import { until } from "./until.ts";

/** Names and values as text. */
export type Attributes = Readonly<Record<string, string>>;

/** A span that ended. */
export interface OtlpSpan {
  readonly name: string;
  /** `2` for a server span. */
  readonly kind: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** `code` is `2` for an error. */
  readonly status: { readonly code: number; readonly message: string };
}

/** A running receiver. */
export interface OtlpReceiver extends AsyncDisposable {
  /** The environment variables that make a process send its data here, frequently. */
  readonly env: Readonly<Record<string, string>>;
  /** How often data was sent. */
  readonly deliveries: number;
  /** Returns the server spans for a path, in order of arrival. */
  spansOf(path: string): OtlpSpan[];
  /** Returns the sums of a counter by the values of its attributes, sorted by name and joined: `{ "HIT /news": 2 }`. */
  sums(counter: string): Readonly<Record<string, number>>;
  /** Waits for the first span of a request for a path. */
  span(path: string): Promise<OtlpSpan>;
}

type Json = Readonly<Record<string, unknown>>;

/** Starts a receiver; stop it with `await using`. */
export function startOtlp(): OtlpReceiver {
  const spans: OtlpSpan[] = [];
  const counters = new Map<string, Record<string, number>>();
  let deliveries = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { resourceSpans, resourceMetrics } = await request.json();
    deliveries++;
    for (const span of parts(resourceSpans, "scopeSpans", "spans")) spans.push(readSpan(span));
    // Each delivery contains the sums since the start.
    for (const metric of parts(resourceMetrics, "scopeMetrics", "metrics")) {
      if (metric.sum !== undefined) counters.set(`${metric.name}`, readSums(metric.sum as Json));
    }
    return Response.json({});
  });
  const spansOf = (path: string) =>
    spans.filter(({ kind, attributes }) => kind === 2 && attributes["url.path"] === path);
  return {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_METRIC_EXPORT_INTERVAL: "100",
    },
    get deliveries() {
      return deliveries;
    },
    spansOf,
    sums: (counter) => counters.get(counter) ?? {},
    async span(path) {
      const isThere = () => spansOf(path).length > 0;
      await until(`a span of a request for ${path} comes`, isThere).catch((error) => {
        const seen = spans.map(({ name, attributes }) => `${name} (${attributes["url.path"]})`).join(", ");
        throw new Error(`${error.message}, but: ${seen}`);
      });
      return spansOf(path)[0]!;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Flattens the lists of a list. */
function parts(resources: readonly Json[] = [], scopes: string, items: string): Json[] {
  return resources.flatMap((resource) => resource[scopes] as Json[]).flatMap((scope) => scope[items] as Json[]);
}

function readSpan({ name, kind, attributes, events, status }: Json): OtlpSpan {
  const { code = 0, message = "" } = (status ?? {}) as { code?: number; message?: string };
  return {
    name: `${name}`,
    kind: Number(kind),
    attributes: readAttributes(attributes),
    events: ((events ?? []) as Json[]).map(({ name, attributes }) => ({
      name: `${name}`,
      attributes: readAttributes(attributes),
    })),
    status: { code, message },
  };
}

function readSums({ dataPoints }: Json): Record<string, number> {
  return Object.fromEntries(
    (dataPoints as Json[]).map(({ attributes, asDouble, asInt }) => {
      const values = Object.entries(readAttributes(attributes)).sort(([a], [b]) => a < b ? -1 : 1);
      return [values.map(([, value]) => value).join(" "), Number(asDouble ?? asInt)];
    }),
  );
}

/** A value is an object with one entry, whose name is its type. */
function readAttributes(attributes: unknown): Attributes {
  const entries = (attributes ?? []) as { key: string; value: Json }[];
  return Object.fromEntries(entries.map(({ key, value }) => [key, `${Object.values(value)[0]}`]));
}
