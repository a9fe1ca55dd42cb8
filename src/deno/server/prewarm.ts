/**
 * `--prewarm`: generates cached responses with known paths before the server listens.
 *
 * @module
 */

import { removeTrailingSlash } from "../../routing/canonical_path.ts";
import { writeLog } from "../../log/log.ts";
import { pooledMap } from "@std/async/pool";
import type { RequestHandler } from "../../handler/request_handler.ts";
import type { Route } from "../../handler/served_route.ts";

/** How many handlers run concurrently. */
const MAX_CONCURRENT = 8;

/**
 * Requests every cached response with a known path, so that the first client gets it from the cache.
 *
 * @param handler The application.
 */
export async function prewarm(
  handler: Pick<RequestHandler, "fetchRoute" | "routes" | "basePath" | "load">,
): Promise<void> {
  const start = performance.now();
  let done = 0, failed = 0;
  const findPaths = async (route: Route) => {
    try {
      // With `lazy`, it has not been loaded yet; a request for it says why it cannot be.
      await handler.load(route);
    } catch {
      done++, failed++;
      return [];
    }
    return await getKnownPaths(route);
  };
  const paths = (await Promise.all(handler.routes.map(findPaths))).flat();
  const ask = async (path: string) => {
    const response = await handler.fetchRoute(new Request(`http://localhost${path}`));
    await response.body?.cancel();
    return response;
  };
  const answers = pooledMap(MAX_CONCURRENT, paths, async (path) => {
    let response = await ask(removeTrailingSlash(`${handler.basePath}${path}`));
    // With `trailingSlash`, the path redirects to the one with a slash.
    if (response.status === 308) response = await ask(response.headers.get("location")!);
    return response.status < 500;
  });
  for await (const ok of answers) {
    done++;
    if (!ok) failed++;
    if (Deno.stdout.isTerminal()) show(`\rPrewarming ${done} of ${paths.length}`);
  }
  if (Deno.stdout.isTerminal()) show("\r\x1b[K");
  const failures = failed === 0 ? "" : `, ${failed} failed`;
  writeLog(
    "info",
    `Prewarmed ${done - failed} of ${done} responses in ${Math.round(performance.now() - start)} ms${failures}`,
  );
}

/** Returns the paths of a route, once loaded, whose responses are cached and can be generated in advance. */
export async function getKnownPaths({ policy, listed, segments }: Route): Promise<string[]> {
  if (policy === undefined) return [];
  if (listed !== undefined) return await listed.paths();
  const path = segments.map((segment) => segment.kind === "static" ? segment.value : null);
  return path.includes(null) ? [] : [`/${path.join("/")}`];
}

function show(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
