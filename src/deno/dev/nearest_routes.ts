/**
 * Finds the routes that a path without a route was probably meant for.
 *
 * @module
 */

import type { RouteEntry } from "../../routing/manifest.ts";
import type { Segment } from "../../routing/pattern.ts";

/** How many routes are found. */
const MAX_FOUND = 5;

/** How many segments of a path, and how many characters of each, are compared. */
const MAX_SEGMENTS = 20, MAX_LENGTH = 60;

/**
 * What segments cost. A dynamic segment is further away than the same static one, and nearer than any other. A segment that
 * was left out is more probable than one that has nothing to do with the route, and a typing error than both.
 */
const DYNAMIC_COST = 0.1, MISSING_COST = 0.6, EXTRA_COST = 0.8, OTHER_COST = 1.2;

/** Up to which part of its characters a segment may differ in a typing error. */
const MAX_TYPED_WRONG = 0.5;

/**
 * Finds the nearest routes, the nearest first.
 *
 * @param path The path, below the base path.
 * @param routes All routes.
 */
export function findNearestRoutes<Entry extends RouteEntry>(path: string, routes: readonly Entry[]): Entry[] {
  const parts = path.split("/").filter((part) => part !== "").slice(0, MAX_SEGMENTS).map(toComparable);
  const ranked = routes.map((route) => {
    const segments = expand(route.segments, parts.length);
    return { route, distance: getDistance(parts, segments, SEGMENT_COSTS) };
  });
  return ranked.toSorted((one, other) => one.distance - other.distance).slice(0, MAX_FOUND).map(({ route }) => route);
}

/** Replaces a catch-all segment by as many dynamic segments as it would match of a path. */
function expand(segments: readonly Segment[], length: number): Segment[] {
  return segments.flatMap((segment) => {
    if (segment.kind === "static" || segment.kind === "dynamic") return [segment];
    const least = segment.kind === "catch-all" ? 1 : 0;
    const count = Math.max(least, length - (segments.length - 1));
    return Array.from({ length: count }, () => ({ kind: "dynamic" as const, name: segment.name }));
  });
}

function getSegmentCost(part: string, segment: Segment): number {
  if (segment.kind !== "static") return DYNAMIC_COST;
  const value = toComparable(segment.value);
  if (part === value) return 0;
  const share = getDistance([...part], [...value], CHARACTER_COSTS) / Math.max(part.length, value.length);
  return share <= MAX_TYPED_WRONG ? share : OTHER_COST;
}

function toComparable(segment: string): string {
  try {
    return decodeURIComponent(segment).toLowerCase().slice(0, MAX_LENGTH);
  } catch {
    return segment.toLowerCase().slice(0, MAX_LENGTH);
  }
}

/** What it costs to change a list into another one. */
interface Costs<From, To> {
  /** An item more than the other list has. */
  readonly extra: number;
  /** An item less. */
  readonly missing: number;
  replace(one: From, other: To): number;
}

const CHARACTER_COSTS: Costs<string, string> = {
  extra: 1,
  missing: 1,
  replace: (one, other) => one === other ? 0 : 1,
};

const SEGMENT_COSTS: Costs<string, Segment> = {
  extra: EXTRA_COST,
  missing: MISSING_COST,
  replace: getSegmentCost,
};

/** Returns the least that it costs to change a list into another one: their edit distance. */
function getDistance<From, To>(from: readonly From[], to: readonly To[], costs: Costs<From, To>): number {
  const { extra, missing, replace } = costs;
  let row = Array.from({ length: to.length + 1 }, (_, column) => column * missing);
  for (const one of from) {
    const next = [row[0]! + extra];
    for (const [column, other] of to.entries()) {
      next.push(Math.min(next[column]! + missing, row[column + 1]! + extra, row[column]! + replace(one, other)));
    }
    row = next;
  }
  return row.at(-1)!;
}
