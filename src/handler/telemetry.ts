/**
 * Extends the OpenTelemetry data of Deno. Deno creates the span and the metrics of each request itself
 * (`OTEL_DENO=true`), but does not know the routes: they are added here, through the global object of the OpenTelemetry
 * API.
 *
 * @see https://docs.deno.com/runtime/fundamentals/open_telemetry/
 * @module
 */

import type { CacheResult } from "../cache/incremental_cache.ts";
import type { ScopedRoute } from "../scope/request_scope.ts";
import { toThrownText } from "./response/thrown.ts";

/** Reports requests to OpenTelemetry. */
export interface Telemetry {
  /** Sets the route on the span of the current request. */
  matched(method: string, route: ScopedRoute): void;
  /** Records an error on the span of the current request. */
  failed(error: unknown): void;
  /** Counts a response from the cache. */
  cached(state: CacheResult["state"], route: ScopedRoute): void;
}

/** The part of the OpenTelemetry API that is used here; `npm:@opentelemetry/api` has types for the whole object. */
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

/** Returns the telemetry of this process, or `undefined` if OpenTelemetry is off. */
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
      // Deno sets the status of the span from the response, which an error during a background revalidation does not
      // change.
      span?.recordException(error instanceof Error ? error : new Error(toThrownText(error)));
    },
    cached: (state, { id }) => answers?.add(1, { "http.route": id, "cache.state": state }),
  };
}
