/**
 * What is added to OpenTelemetry. Deno makes the span and the metrics of each request itself (`OTEL_DENO=true`), but knows
 * no routes: they are named here, through the object that the OpenTelemetry API keeps for everyone.
 *
 * @see https://docs.deno.com/runtime/fundamentals/open_telemetry/
 * @module
 */

import type { CacheResult } from "../cache/incremental_cache.ts";
import type { ScopedRoute } from "../scope/request_scope.ts";
import { toThrownText } from "./response/thrown.ts";

/** Tells OpenTelemetry of requests. */
export interface Telemetry {
  /** Names the span of the request that is being answered. */
  matched(method: string, route: ScopedRoute): void;
  /** Records an error on the span of the request that is being answered. */
  failed(error: unknown): void;
  /** Counts an answer from the cache. */
  cached(state: CacheResult["state"], route: ScopedRoute): void;
}

/** The part of the OpenTelemetry API that is used here; `npm:@opentelemetry/api` types the same object. */
interface OpenTelemetryApi {
  readonly context?: { active(): { getValue(key: symbol): Span | undefined } };
  readonly metrics?: { getMeter(name: string): { createCounter(name: string, options: object): Counter } };
}

interface Span {
  updateName(name: string): unknown;
  setAttribute(name: string, value: string): unknown;
  recordException(error: Error): void;
}

interface Counter {
  add(value: number, attributes: Record<string, string>): void;
}

const API = Symbol.for("opentelemetry.js.api.1");
const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

/** The telemetry of this process, or `undefined` where OpenTelemetry is off. */
export function openTelemetry(): Telemetry | undefined {
  const { context, metrics } = (globalThis as unknown as Record<symbol, OpenTelemetryApi | undefined>)[API] ?? {};
  if (context === undefined) return undefined;
  const answers = metrics?.getMeter("@x/routes").createCounter("routes.cache.responses", {
    description: "Responses of the cache, by state: HIT, STALE, MISS",
  });
  return {
    matched(method, { id }) {
      const span = context.active().getValue(SPAN);
      span?.updateName(`${method} ${id}`);
      span?.setAttribute("http.route", id);
    },
    failed(error) {
      const span = context.active().getValue(SPAN);
      // The status of the span is Deno's: it describes the response, which an error behind the cache does not change.
      span?.recordException(error instanceof Error ? error : new Error(toThrownText(error)));
    },
    cached: (state, { id }) => answers?.add(1, { "http.route": id, "cache.state": state }),
  };
}
