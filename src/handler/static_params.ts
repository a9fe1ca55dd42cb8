/**
 * `generateStaticParams`: which params of a route are known beforehand.
 *
 * @module
 */

import { canonicalPath } from "../routing/canonical_path.ts";
import type { Segment } from "../routing/pattern.ts";

/** The paths of a route that `generateStaticParams` lists. */
export interface StaticParams {
  /**
   * The canonical paths, each once. Asked for once; after a failure again.
   *
   * @throws {TypeError} If the list is none, or misses a param.
   */
  paths(): Promise<ReadonlySet<string>>;
}

/**
 * Reads `generateStaticParams`.
 *
 * @param generate The export.
 * @param segments The segments of the route.
 * @param file What messages call the route.
 */
export function staticParams(
  generate: (context: { params: Record<string, never> }) => unknown,
  segments: readonly Segment[],
  file: string,
): StaticParams {
  let paths: Promise<ReadonlySet<string>> | undefined;

  async function read(): Promise<ReadonlySet<string>> {
    const list = await generate({ params: {} });
    if (!Array.isArray(list)) throw wrong(`it returned ${named(list)}, return an array of params`);
    return new Set(list.map(pathOf));
  }

  function pathOf(params: unknown, index: number): string {
    if (typeof params !== "object" || params === null) {
      throw wrong(`entry ${index} is ${named(params)}, write an object`);
    }
    const parts = segments.flatMap((segment) => partsOf(segment, params as Record<string, unknown>, index));
    const path = canonicalPath("/" + parts.join("/"));
    if (path === null) throw wrong(`entry ${index} is ${named(params)}, which no path can have`);
    return path;
  }

  function partsOf(segment: Segment, params: Readonly<Record<string, unknown>>, index: number): string[] {
    if (segment.kind === "static") return [segment.value];
    const { kind, name } = segment;
    const value = params[name];
    if (kind === "dynamic") {
      if (typeof value === "string") return [encodeURIComponent(value)];
      throw wrong(`entry ${index} has ${named(value)} for "${name}", write a string`);
    }
    if (Array.isArray(value) && value.every((part) => typeof part === "string")) return value.map(encodeURIComponent);
    if (kind === "optional-catch-all" && (value === undefined || value === null || value === false)) return [];
    throw wrong(`entry ${index} has ${named(value)} for "${name}", write an array of strings`);
  }

  function wrong(state: string): TypeError {
    return new TypeError(`Cannot read generateStaticParams of "${file}": ${state}`);
  }

  return {
    paths: () =>
      paths ??= read().catch((error) => {
        paths = undefined;
        throw error;
      }),
  };
}

function named(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "object" ? JSON.stringify(value) : `the ${typeof value} ${String(value)}`;
}
