/**
 * Operation ids and tags, from methods and paths.
 *
 * @module
 */

import type { Segment } from "../routing/pattern.ts";

/**
 * Returns the id of an operation: `getUsersById` for `GET` of `/users/[id]`.
 *
 * @param method The method.
 * @param segments The segments of the path.
 */
export function toOperationId(method: string, segments: readonly Segment[]): string {
  const words = segments.map((segment) =>
    segment.kind === "static" ? toPascalCase(segment.value) : `By${toPascalCase(segment.name)}`
  );
  return method.toLowerCase() + (words.join("") || "Root");
}

/** Returns the tags of a path: its first static segment, other than `api`. */
export function toTags(segments: readonly Segment[]): readonly string[] | undefined {
  const names = segments.flatMap((segment) => segment.kind === "static" ? [segment.value] : []);
  const [first, second] = names;
  const tag = first === "api" ? second ?? first : first;
  return tag === undefined ? undefined : [tag];
}

/** Converts to words without separators: `reset-password` to `ResetPassword`. */
export function toPascalCase(text: string): string {
  return text.split(/[^\p{L}\p{N}]+/u).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}
