/**
 * The OpenTelemetry trace of the running code.
 *
 * @module
 */

/** The part of the OpenTelemetry API that is used here; `npm:@opentelemetry/api` types the same object. */
interface TraceApi {
  readonly trace?: { getActiveSpan(): { spanContext(): { readonly traceId: string } } | undefined };
}

const API = Symbol.for("opentelemetry.js.api.1");

/** Returns the id of the current trace, or `undefined` if OpenTelemetry is disabled. */
export function getTraceId(): string | undefined {
  const api = (globalThis as unknown as Record<symbol, TraceApi | undefined>)[API];
  return api?.trace?.getActiveSpan()?.spanContext().traceId;
}
