/**
 * The naming rules of an `app/` folder: the path of a route file in, its segments out, and every error about a name.
 *
 * @module
 */

import { canonicalSegment } from "./canonical_path.ts";

/** One part of a route's URL. */
export type Segment =
  | { readonly kind: "static"; readonly value: string }
  | { readonly kind: "dynamic" | "catch-all" | "optional-catch-all"; readonly name: string };

/** What a route file's folders say. */
export interface RoutePattern {
  /** The URL pattern as Next.js writes it, groups and slots left out: `/users/[id]`. */
  readonly id: string;
  /** The parts of the URL, in order. */
  readonly segments: readonly Segment[];
  /** Names that are legal but probably not meant, a sentence each. */
  readonly warnings: readonly string[];
}

/** A name in the `app/` folder that cannot become a route. */
export class RouteNameError extends SyntaxError {
  /** Always `"RouteNameError"`. */
  override name = "RouteNameError";
}

/** The endings of a route file, unless `pageExtensions` of `next.config` says others. */
export const ROUTE_EXTENSIONS: readonly string[] = ["ts", "js", "mts", "mjs", "tsx", "jsx"];

/**
 * Whether a file of this name, `route.ts` say, holds a route handler.
 *
 * @param name The name.
 * @param extensions The endings that a route file may have, without dot: `ts`, `api.ts`.
 */
export function isRouteFile(name: string, extensions: readonly string[] = ROUTE_EXTENSIONS): boolean {
  return name.startsWith("route.") && extensions.includes(name.slice("route.".length));
}

/** Whether a folder of this name, and all below it, is left out of routing: `_lib`. */
export function isPrivateFolder(name: string): boolean {
  return name.startsWith("_");
}

/**
 * Parses the path of a route file.
 *
 * @param path The path below the app folder, with `/`: `(shop)/[slug]/route.ts`.
 * @param file What messages call the file; default: `path`.
 * @throws {RouteNameError} If a folder's name is none that Next.js routes.
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
      fail(`the catch-all "${folderOf(last)}" must be the last folder, move "${folder}" out of it`);
    }
    const segment = parseFolder(folder, fail);
    if (segment.kind === "static") {
      const warning = surprise(folder);
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

/** The folder's name of a catch-all. */
function folderOf({ kind, name }: { kind: Segment["kind"]; name: string }): string {
  return kind === "catch-all" ? `[...${name}]` : `[[...${name}]]`;
}

function isGroup(folder: string): boolean {
  return folder.startsWith("(") && folder.endsWith(")");
}

function parseFolder(folder: string, fail: (state: string) => never): Segment {
  if (!folder.startsWith("[")) return staticSegment(folder, fail);
  const [open, close] = folder.startsWith("[[") ? ["[[", "]]"] as const : ["[", "]"] as const;
  const end = folder.indexOf(close);
  const fix = `rename the folder to "${suggestion(folder, open, close)}"`;
  if (end === -1) fail(`"${open}" is never closed, ${fix}`);
  if (end + close.length < folder.length) return staticSegment(folder, fail);
  const inner = folder.slice(open.length, end);
  const rest = inner.startsWith("...");
  const name = rest ? inner.slice(3) : inner;
  if (inner.startsWith("…")) fail(`"${folder}" has the character "…" instead of three dots, ${fix}`);
  if (name === "") fail(`"${folder}" has no param name, ${fix}`);
  if (name.startsWith(".")) fail(`"${folder}" has a wrong number of dots, ${fix}`);
  if (/[[\]]/.test(name)) fail(`"${folder}" has brackets inside brackets, ${fix}`);
  if (open === "[[" && !rest) fail(`"${folder}" is optional but not a catch-all, ${fix} or "[${name}]"`);
  return { kind: open === "[[" ? "optional-catch-all" : rest ? "catch-all" : "dynamic", name };
}

/** The name that was probably meant. */
function suggestion(folder: string, open: string, close: string): string {
  const name = folder.replace(/[[\].…]/g, "") || "slug";
  const rest = open === "[[" || /^\[(?:\.|…)/.test(folder);
  return `${open}${rest ? "..." : ""}${name}${close}`;
}

function staticSegment(folder: string, fail: (state: string) => never): Segment {
  const value = canonicalSegment(folder);
  if (value === null) {
    return fail(`"${folder}" contains a "%" that is not a valid UTF-8 escape, write "%25" for a literal "%"`);
  }
  if (value === "." || value === "..") {
    return fail(`"${folder}" is a dot segment, which no request can reach, rename it`);
  }
  return { kind: "static", value };
}

/** Why a static name may not be what its author meant, or `null`. */
function surprise(folder: string): string | null {
  if (/^\(\.{1,3}\)/.test(folder)) {
    return `"${folder}" looks like an intercepting route, but is served under its literal name`;
  }
  if (/\[[^\]]+\]/.test(folder)) return `"${folder}" mixes brackets with text, and is served under its literal name`;
  return null;
}
