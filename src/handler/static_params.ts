/**
 * `generateStaticParams`: the params of a route that are known in advance.
 *
 * @module
 */

import { encodeSegment } from "../routing/canonical_path.ts";
import type { Segment } from "../routing/pattern.ts";
import type { RouteParams } from "../routing/router.ts";

/** The params that `generateStaticParams` lists. It is called once, and again after a failure. */
export interface StaticParams {
  /** Returns the canonical paths of the listed params. */
  paths(): Promise<string[]>;
  /** Whether params, as returned by the router, are listed. */
  has(params: RouteParams | undefined): Promise<boolean>;
}

/**
 * Reads `generateStaticParams`.
 *
 * The returned functions reject with a TypeError if the list is not an array, or an entry lacks a param.
 *
 * @param generate The export.
 * @param segments The segments of the route.
 * @param file The file of the route, for messages.
 */
export function readStaticParams(
  generate: (context: { params: Record<string, never> }) => unknown,
  segments: readonly Segment[],
  file: string,
): StaticParams {
  /** The path of each entry, keyed by its values. */
  let known: Promise<ReadonlyMap<string, string>> | undefined;

  async function read(): Promise<ReadonlyMap<string, string>> {
    const list = await generate({ params: {} });
    if (!Array.isArray(list)) throw createError(`it returned ${describe(list)}, return an array of params`);
    return new Map(list.map(toEntry));
  }

  function toEntry(params: unknown, index: number): [key: string, path: string] {
    if (typeof params !== "object" || params === null) {
      throw createError(`entry ${index} is ${describe(params)}, write an object`);
    }
    const parts = segments.map((segment) => toParts(segment, params as Record<string, unknown>, index));
    const path = parts.flatMap((values, index) =>
      segments[index]!.kind === "static" ? values : values.map(encodeSegment)
    );
    return [JSON.stringify(parts.filter((_, index) => segments[index]!.kind !== "static")), `/${path.join("/")}`];
  }

  function toParts(segment: Segment, params: Readonly<Record<string, unknown>>, index: number): string[] {
    if (segment.kind === "static") return [segment.value];
    const { kind, name } = segment;
    const value = params[name];
    const none = value === undefined || value === null || value === false;
    if (kind === "optional-catch-all" && (none || (Array.isArray(value) && value.length === 0))) return [];
    const parts = kind === "dynamic" ? [value] : value;
    if (!Array.isArray(parts) || !parts.every((part) => typeof part === "string")) {
      const fix = kind === "dynamic" ? "a string" : "an array of strings";
      throw createError(`entry ${index} has ${describe(value)} for "${name}", write ${fix}`);
    }
    if (parts.length > 0 && parts.every(isSegment)) return parts;
    throw createError(`entry ${index} is ${JSON.stringify(params)}, which a path cannot have`);
  }

  function toKey(params: RouteParams): string {
    const dynamic = segments.filter((segment) => segment.kind !== "static");
    return JSON.stringify(dynamic.map(({ name }) => [params[name] ?? []].flat()));
  }

  function createError(state: string): TypeError {
    return new TypeError(`Cannot read generateStaticParams of "${file}": ${state}`);
  }

  const entries = () =>
    known ??= read().catch((error) => {
      known = undefined;
      throw error;
    });
  return {
    paths: async () => [...(await entries()).values()],
    has: async (params = {}) => (await entries()).has(toKey(params)),
  };
}

/** Whether a value can be a segment of a path: not empty, not a dot segment, and well-formed Unicode. */
function isSegment(value: string): boolean {
  return !["", ".", ".."].includes(value) && value.isWellFormed() && !value.includes("\0");
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "object" ? JSON.stringify(value) : `the ${typeof value} ${String(value)}`;
}
