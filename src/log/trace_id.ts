/**
 * The trace of OpenTelemetry that the code runs in.
 *
 * @module
 */

/** The part of the OpenTelemetry API that is used here; `npm:@opentelemetry/api` types the same object. */
interface TraceApi {
  readonly trace?: { getActiveSpan(): { spanContext(): { readonly traceId: string } } | undefined };
}

const API = Symbol.for("opentelemetry.js.api.1");

/** Gets the id of the trace, or `undefined` where OpenTelemetry is off. */
export function getTraceId(): string | undefined {
  const api = (globalThis as unknown as Record<symbol, TraceApi | undefined>)[API];
  return api?.trace?.getActiveSpan()?.spanContext().traceId;
}
