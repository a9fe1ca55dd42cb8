/**
 * How routes are rendered, as the table of `next build` shows it: once for all requests, or for each of them.
 *
 * @module
 */

import { deadline } from "@std/async/deadline";
import type { DynamicResponse } from "../../handler/response/cache.ts";
import type { Route } from "../../handler/served_route.ts";
import type { PendingWork } from "../../scope/settle.ts";
import { createSlowInputsMessage } from "../../use_cache/build_failure.ts";
import type { ProjectSource } from "../project/project_source.ts";
import { type App, createApp } from "./app.ts";
import { getKnownPaths } from "./prewarm.ts";

/** How a route is rendered. */
export interface Rendering {
  /** Cached (`○`), cached for listed params (`●`), or run for each request (`ƒ`). */
  readonly mark: "○" | "●" | "ƒ";
  /** The times of the shortest cached response, in seconds: how long it is fresh, and how long it is served. */
  readonly times: readonly number[];
  /** What makes it dynamic, as in code: `cookies()`. */
  readonly reason?: string;
  /** The path whose handler failed, and its error. */
  readonly failure?: { readonly path: string; readonly error: unknown };
}

const DYNAMIC: Rendering = { mark: "ƒ", times: [] };

/**
 * Finds out how the routes of a project with `cacheComponents` are rendered, by running their handlers as `next build`
 * does.
 *
 * @param source The project.
 * @returns How each route is rendered, by id. Routes that cannot be loaded are missing.
 */
export async function findRenderings(source: ProjectSource): Promise<ReadonlyMap<string, Rendering>> {
  const errors = new Map<string, unknown>();
  const dynamic = new Map<string, PromiseWithResolvers<DynamicResponse>>();
  const app = await createApp(source, {
    cache: "memory",
    lazy: true,
    isBuild: true,
    // A masked error follows the one that it hides.
    onError: (error, { path }) => void (errors.has(path) || errors.set(path, error)),
    onDynamic: (route, found) => dynamic.get(route.id)?.resolve(found),
  });
  const renderings = new Map<string, Rendering>();
  for (const route of app.routes) {
    const isLoaded = await app.load(route).then(() => true, () => false);
    if (!isLoaded || route.isAbsent) continue;
    const found = Promise.withResolvers<DynamicResponse>();
    dynamic.set(route.id, found);
    renderings.set(route.id, await findRendering(app, route, found.promise, errors));
  }
  await app.close();
  return renderings;
}

async function findRendering(
  app: App,
  route: Route,
  dynamic: Promise<DynamicResponse>,
  errors: ReadonlyMap<string, unknown>,
): Promise<Rendering> {
  if (route.policy === undefined) return DYNAMIC;
  const lives: number[][] = [];
  for (const path of await getKnownPaths(route)) {
    const answer = app.fetchRoute(new Request(`http://localhost${app.basePath}${path}`));
    // A dynamic handler may take as long as it likes.
    const result = await Promise.race([answer, dynamic]);
    if ("reason" in result) {
      const message = await findFailure(result, route);
      const failure = message === undefined ? undefined : { path, error: new Error(message) };
      return { ...DYNAMIC, reason: result.reason, ...failure && { failure } };
    }
    await result.body?.cancel();
    const error = errors.get(`${app.basePath}${path}`);
    if (result.status >= 500) {
      return error === undefined
        ? { ...DYNAMIC, reason: `a response with the status ${result.status}` }
        : { ...DYNAMIC, failure: { path, error } };
    }
    lives.push(readTimes(result.headers.get("cache-control")));
  }
  const times = lives.filter(({ length }) => length > 0).sort(([a = 0], [b = 0]) => a - b)[0] ?? [];
  return { mark: route.listed === undefined ? "○" : "●", times };
}

/** How long arguments of a cached function may take, in milliseconds. `next build` waits for 50 seconds. */
const MAX_INPUT_MS = 5_000;

/** Returns why `next build` fails for a response, if it does. */
async function findFailure({ prerender }: DynamicResponse, { id }: Route): Promise<string | undefined> {
  if (prerender === undefined || prerender.failure !== undefined) return prerender?.failure;
  try {
    await deadline(settleAll(prerender.inputs), MAX_INPUT_MS);
  } catch {
    return createSlowInputsMessage(id);
  }
}

async function settleAll(work: PendingWork): Promise<void> {
  while (!work.isEmpty) await work.next();
}

/** Reads the times of a cached response; none if it is fresh forever. */
function readTimes(cacheControl: string | null): number[] {
  const [, fresh, stale] = /^s-maxage=(\d+), stale-while-revalidate=(\d+)$/.exec(cacheControl ?? "") ?? [];
  return fresh === undefined ? [] : [Number(fresh), Number(fresh) + Number(stale)];
}

/** The units of times, in seconds. */
const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ["y", 31_536_000],
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** Formats how a route is rendered: `○ 15m 1y`, `ƒ cookies()`. */
export function formatRendering({ mark, times, reason }: Rendering): string {
  return [mark, ...times.map(formatTime), ...reason === undefined ? [] : [reason]].join(" ");
}

/**
 * Formats a time as Next.js does, in the largest unit that it has one of: `15m`, `≈3m` for 200 seconds, and `30d` because
 * that is not a whole number of weeks.
 */
function formatTime(seconds: number): string {
  const largest = UNITS.findIndex(([, size]) => seconds >= size);
  const [unit = "s", size = 1] = UNITS[largest] ?? [];
  if (seconds % size === 0) return `${seconds / size}${unit}`;
  const [smaller = "s", part = 1] = UNITS[largest + 1] ?? [];
  if ((unit === "w" || unit === "d") && seconds % part === 0) return `${seconds / part}${smaller}`;
  return `≈${Math.round(seconds / size)}${unit}`;
}
