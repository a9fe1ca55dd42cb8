/**
 * The source of an app: everything known about a project before its first request.
 *
 * @module
 */

import type { CacheHandler } from "../../cache/cache_handler.ts";
import type { CronEntry } from "../../cron/cron_job.ts";
import type { RoutingRules } from "../../handler/rules/pipeline.ts";
import type { RouteFiles } from "../../handler/served_route.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import type { ProjectDescription } from "./project_description.ts";
import type { Instrumentation } from "./project_modules.ts";

/**
 * The source of an app. There are three kinds: a folder (`start`, `deno serve`, tests), a folder whose modules reload
 * (`dev`), and a bundle (the built server).
 */
export interface ProjectSource extends RouteFiles {
  /** The routes. */
  readonly manifest: RouteManifest;
  /** `next.config`, the proxy and the files of `public/`; a bare manifest has none. */
  readonly rules?: RoutingRules;
  /** The modules of `cacheHandlers` in `next.config`, by kind. */
  readonly cacheHandlers?: ReadonlyMap<string, CacheHandler>;
  /** The exports of `instrumentation.ts`, if there is one. */
  readonly instrumentation?: Instrumentation;
  /** What the project says about its API; a bare manifest says nothing. */
  readonly description?: ProjectDescription;
  /** Returns the `crons` of `vercel.json`; throws if they are invalid. */
  readVercelCrons?(): readonly CronEntry[];
  /** Identifies the code, so that cached responses of other code are not used. */
  fingerprint?(): string;
}
