/**
 * The naming rules of an `app/` folder: parses the path of a route file into segments, and reports invalid names.
 *
 * @module
 */

import { canonicalSegment } from "./canonical_path.ts";

/** A segment of a route's URL. */
export type Segment =
  | { readonly kind: "static"; readonly value: string }
  | { readonly kind: "dynamic" | "catch-all" | "optional-catch-all"; readonly name: string };

/** The URL pattern of a route file. */
export interface RoutePattern {
  /** The URL pattern in the form of Next.js, without groups and slots: `/users/[id]`. */
  readonly id: string;
  /** The segments of the URL, in order. */
  readonly segments: readonly Segment[];
  /** Warnings about names that are valid but probably unintended, one sentence each. */
  readonly warnings: readonly string[];
}

/** The error of a name in the `app/` folder that cannot become a route. */
export class RouteNameError extends SyntaxError {
  /** Always `"RouteNameError"`. */
  override name = "RouteNameError";
}

/** The file extensions of a route file, unless `pageExtensions` of `next.config` sets others. */
export const ROUTE_EXTENSIONS: readonly string[] = ["ts", "js", "mts", "mjs", "tsx", "jsx"];

/**
 * Whether a file with this name, such as `route.ts`, contains a route handler.
 *
 * @param name The file name.
 * @param extensions The extensions that a route file may have, without the dot: `ts`, `api.ts`.
 */
export function isRouteFile(name: string, extensions: readonly string[] = ROUTE_EXTENSIONS): boolean {
  return name.startsWith("route.") && extensions.includes(name.slice("route.".length));
}

/** Whether a folder with this name, and everything below it, is excluded from routing: `_lib`. */
export function isPrivateFolder(name: string): boolean {
  return name.startsWith("_");
}

/**
 * Parses the path of a route file.
 *
 * @param path The path below the app folder, with `/`: `(shop)/[slug]/route.ts`.
 * @param file The name of the file in messages; default: `path`.
 * @throws {RouteNameError} If Next.js could not route the name of a folder.
 *
 * @see https://nextjs.org/docs/app/getting-started/project-structure#routing-files
 */
export function parsePattern(path: string, file: string = path): RoutePattern {
  const folders = path.split("/").slice(0, -1);
  const segments: Segment[] = [];
  const names = new Set<string>();
  const warnings: string[] = [];
  let id = "";
  for (const folder of folders) {
    if (isGroup(folder) || folder.startsWith("@")) continue;
    const fail = (state: string): never => {
      throw new RouteNameError(`Cannot parse route "${file}": ${state}`);
    };
    const last = segments.at(-1);
    if (last !== undefined && last.kind !== "static" && last.kind !== "dynamic") {
      fail(`the catch-all "${toFolderName(last)}" must be the last folder, move "${folder}" out of it`);
    }
    const segment = parseFolder(folder, fail);
    if (segment.kind === "static") {
      const warning = getWarning(folder);
      if (warning !== null) warnings.push(`"${file}": ${warning}`);
    } else {
      if (names.has(segment.name)) fail(`the param name "${segment.name}" is used twice, rename one of them`);
      names.add(segment.name);
    }
    segments.push(segment);
    id += "/" + folder;
  }
  return { id: id === "" ? "/" : id, segments, warnings };
}

/** Returns the folder name of a catch-all. */
function toFolderName({ kind, name }: { kind: Segment["kind"]; name: string }): string {
  return kind === "catch-all" ? `[...${name}]` : `[[...${name}]]`;
}

/** Whether a folder is a route group, which is not part of the URL: `(shop)`. */
export function isGroup(folder: string): boolean {
  return folder.startsWith("(") && folder.endsWith(")");
}

function parseFolder(folder: string, fail: (state: string) => never): Segment {
  if (!folder.startsWith("[")) return parseStatic(folder, fail);
  const [open, close] = folder.startsWith("[[") ? ["[[", "]]"] as const : ["[", "]"] as const;
  const end = folder.indexOf(close);
  const fix = `rename the folder to "${suggestName(folder, open, close)}"`;
  if (end === -1) fail(`"${open}" is never closed, ${fix}`);
  if (end + close.length < folder.length) return parseStatic(folder, fail);
  const inner = folder.slice(open.length, end);
  const isCatchAll = inner.startsWith("...");
  const name = isCatchAll ? inner.slice(3) : inner;
  if (inner.startsWith("…")) fail(`"${folder}" has the character "…" instead of three dots, ${fix}`);
  if (name === "") fail(`"${folder}" has no param name, ${fix}`);
  if (name.startsWith(".")) fail(`"${folder}" has a wrong number of dots, ${fix}`);
  if (/[[\]]/.test(name)) fail(`"${folder}" has brackets inside brackets, ${fix}`);
  if (open === "[[" && !isCatchAll) fail(`"${folder}" is optional but not a catch-all, ${fix} or "[${name}]"`);
  if (open === "[[") return { kind: "optional-catch-all", name };
  return { kind: isCatchAll ? "catch-all" : "dynamic", name };
}

/** Returns the name that was probably intended. */
function suggestName(folder: string, open: string, close: string): string {
  const name = folder.replace(/[[\].…]/g, "") || "slug";
  const isCatchAll = open === "[[" || /^\[(?:\.|…)/.test(folder);
  return `${open}${isCatchAll ? "..." : ""}${name}${close}`;
}

function parseStatic(folder: string, fail: (state: string) => never): Segment {
  const value = canonicalSegment(folder);
  if (value === null) {
    return fail(`"${folder}" contains a "%" that is not a valid UTF-8 escape, write "%25" for a literal "%"`);
  }
  if (value === "." || value === "..") {
    return fail(`"${folder}" is a dot segment, which no request can reach, rename it`);
  }
  return { kind: "static", value };
}

/** Returns why a static name may be unintended, or `null`. */
function getWarning(folder: string): string | null {
  if (/^\(\.{1,3}\)/.test(folder)) {
    return `"${folder}" looks like an intercepting route, but is served under its literal name`;
  }
  if (/\[[^\]]+\]/.test(folder)) return `"${folder}" mixes brackets with text, and is served under its literal name`;
  return null;
}
