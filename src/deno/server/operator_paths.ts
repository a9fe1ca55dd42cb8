/**
 * The paths that a server answers itself: health checks and metrics.
 *
 * @module
 */

import type { Route } from "../../handler/served_route.ts";
import { canonicalPath } from "../../routing/canonical_path.ts";
import type { Fetch } from "./request_watch.ts";

/** A path, and what answers it. */
export interface OperatorPath {
  /** The option that asks for it: `health`. */
  readonly name: string;
  /** The path, without the base path of the project. */
  readonly path: string;
  /** Answers GET and HEAD. */
  readonly answer: () => Response;
}

/**
 * Checks a path.
 *
 * @param path The path.
 * @param source The option that it is from: `--health`.
 * @param createError Creates the error.
 * @throws {Error} If it is not a canonical path.
 */
export function checkOperatorPath(
  path: string,
  source: string,
  createError: (message: string) => Error = (message) => new TypeError(message),
): string {
  if (/^(?:\/[^/?#]+)+$/.test(path) && canonicalPath(path) === path) return path;
  throw createError(`Cannot answer at "${path}" (${source}): expected a path that begins with "/", such as /_health`);
}

/**
 * Wraps a handler so that some paths are answered before it. The proxy, the log, and the cache do not see them.
 *
 * @param paths The paths; without any, the handler is returned as it is.
 * @param fetch The handler.
 * @param routes The routes of the project.
 * @throws {TypeError} If a route or another option has the same path.
 */
export function withOperatorPaths(paths: readonly OperatorPath[], fetch: Fetch, routes: readonly Route[]): Fetch {
  if (paths.length === 0) return fetch;
  const answers = new Map<string, () => Response>();
  for (const { name, path, answer } of paths) {
    const owner = routes.find(({ id }) => id === path)?.file ?? (answers.has(path) ? "another option" : undefined);
    if (owner !== undefined) {
      throw new TypeError(`Cannot answer at "${path}" (--${name}): ${owner} has this path, choose another one`);
    }
    answers.set(path, answer);
  }
  // Without a copy of the path, because every request comes by.
  function findAnswer(url: string): (() => Response) | undefined {
    const start = url.indexOf("/", url.indexOf("://") + "://".length);
    for (const [path, answer] of answers) {
      if (url.startsWith(path, start) && isEnd(url[start + path.length])) return answer;
    }
  }
  return (request, info) => {
    const answer = findAnswer(request.url);
    if (answer === undefined) return fetch(request, info);
    const { method } = request;
    if (method === "GET" || method === "HEAD") return answer();
    return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
  };
}

function isEnd(char: string | undefined): boolean {
  return char === undefined || char === "?" || char === "#";
}
