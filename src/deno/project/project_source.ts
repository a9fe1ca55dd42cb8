/**
 * Everything that is known about a project before a request comes.
 *
 * @module
 */

import type { RoutingRules } from "../../handler/rules/pipeline.ts";
import type { RouteFiles } from "../../handler/served_route.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import type { Instrumentation } from "./project_modules.ts";

/**
 * A project as an app is made of it. There are three makers: a folder (`start`, `deno serve`, tests), a folder whose
 * modules reload (`dev`), and a bundle (the built server).
 */
export interface ProjectSource extends RouteFiles {
  /** The routes. */
  readonly manifest: RouteManifest;
  /** `next.config`, the proxy and the files of `public/`; a bare manifest has none. */
  readonly rules?: RoutingRules;
  /** What `instrumentation.ts` exports, if there is one. */
  readonly instrumentation?: Instrumentation;
  /** The version of the project, if it has one. */
  readonly version?: string | undefined;
  /** Identifies the code, so that cached responses of other code are not taken for its own. */
  fingerprint?(): string;
}
