/**
 * Finds the routes that a path without a route is most similar to.
 *
 * @module
 */

import { type EditCosts, getEditDistance, LEVENSHTEIN_COSTS } from "../process/edit_distance.ts";
import type { RouteEntry } from "../../routing/manifest.ts";
import type { Segment } from "../../routing/pattern.ts";

/** The maximum number of routes, and how much farther than the nearest one they may be: about a segment. */
const MAX_FOUND = 5, MAX_GAP = 1;

/** The maximum number of compared segments, and of characters of each. */
const MAX_SEGMENTS = 20, MAX_LENGTH = 60;

/**
 * The costs of segments. A dynamic segment is farther than the same static one, and nearer than any other. A missing
 * segment is more probable than an unrelated one, and a typo more probable than both.
 */
const SEGMENT_COSTS: EditCosts<string, Segment> = { removed: 0.8, added: 0.6, replaced: getSegmentCost };
const DYNAMIC_COST = 0.1, OTHER_COST = 1.2;

/** The share of characters in which a segment may differ to count as a typo. */
const MAX_TYPO_SHARE = 0.5;

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
    return { route, distance: getEditDistance(parts, segments, SEGMENT_COSTS) };
  });
  const least = Math.min(...ranked.map(({ distance }) => distance));
  return ranked
    .filter(({ distance }) => distance <= least + MAX_GAP)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MAX_FOUND)
    .map(({ route }) => route);
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
  const share = getEditDistance([...part], [...value], LEVENSHTEIN_COSTS) / Math.max(part.length, value.length);
  return share <= MAX_TYPO_SHARE ? share : OTHER_COST;
}

function toComparable(segment: string): string {
  try {
    return decodeURIComponent(segment).toLowerCase().slice(0, MAX_LENGTH);
  } catch {
    return segment.toLowerCase().slice(0, MAX_LENGTH);
  }
}
