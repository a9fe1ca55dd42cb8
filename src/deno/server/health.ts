/**
 * The answer to health checks: of a balancer, of Kubernetes, of a person.
 *
 * @module
 */

/** What a health check reports. */
export interface HealthReport {
  /** `stopping` from the signal to stop on, so that a balancer sends its requests elsewhere. */
  readonly status: "ok" | "stopping";
  /** The version of the project, from its `deno.json` or `package.json`; `null` if it has none. */
  readonly version: string | null;
  /** For how long the server has been listening, in seconds. */
  readonly uptime: number;
  /** Whether the last call of the cache store was a success. Without the store, requests are answered uncached. */
  readonly cache: "ok" | "unavailable";
}

/** What health checks ask of a server. */
export interface HealthSource {
  readonly version: string | undefined;
  readonly isStopping: () => boolean;
  readonly isCacheAvailable: () => boolean;
}

/** The path of health checks, unless another one is given: a folder `_health` is private, so no route has it. */
export const HEALTH_PATH = "/_health";

/**
 * Creates the function that answers health checks: 200, or 503 while the server stops. An unavailable cache does not
 * make the server unhealthy.
 *
 * @param source The server.
 */
export function createHealthCheck({ version, isStopping, isCacheAvailable }: HealthSource): () => Response {
  const start = performance.now();
  return () => {
    const isStopped = isStopping();
    const report: HealthReport = {
      status: isStopped ? "stopping" : "ok",
      version: version ?? null,
      uptime: Math.round(performance.now() - start) / 1000,
      cache: isCacheAvailable() ? "ok" : "unavailable",
    };
    const headers = new Headers({ "cache-control": "no-store" });
    if (isStopped) headers.set("connection", "close");
    return Response.json(report, { status: isStopped ? 503 : 200, headers });
  };
}
