/**
 * Finds the route of a canonical path: with a map of the static routes, then a trie whose cost depends on the depth of the
 * path, not on the number of routes. This is the only place where that decision is made.
 *
 * @module
 */

import type { RouteEntry } from "./manifest.ts";
import { Params } from "./params.ts";

/** The params of a route: a string for `[id]`, an array for `[...slug]`, absent for an empty `[[...slug]]`. */
export type RouteParams = Record<string, string | string[]>;

/** A route and the params of a path. */
export interface RouteMatch<Entry extends RouteEntry = RouteEntry> {
  readonly route: Entry;
  /** The params, decoded once; `undefined` for a route without dynamic segments, as in Next.js. */
  readonly params: RouteParams | undefined;
}

/** Finds the route of a canonical path. */
export interface Router<Entry extends RouteEntry = RouteEntry> {
  /** Returns the route of a path from `canonicalPath()`, or `null`. */
  match(pathname: string): RouteMatch<Entry> | null;
}

interface Node<Entry> {
  readonly statics: Map<string, Node<Entry>>;
  /** The static child, if there is only one: it is found without slicing the path and hashing the slice. */
  onlyStatic: { readonly name: string; readonly node: Node<Entry> } | null;
  dynamic: Node<Entry> | null;
  /** The route that ends here. */
  route: Entry | null;
  /** The catch-all below this node, optional or not. */
  catchAll: Entry | null;
}

/** The values of the dynamic segments of a path, in order. */
type Values = (string | undefined)[];

/**
 * Creates a router of the routes of a manifest.
 *
 * @param routes The routes, in any order; no two of a manifest conflict.
 */
export function createRouter<Entry extends RouteEntry>(routes: readonly Entry[]): Router<Entry> {
  const statics = new Map<string, RouteMatch<Entry>>();
  const root = createNode<Entry>();
  for (const route of routes) {
    if (route.segments.every((segment) => segment.kind === "static")) {
      statics.set(toStaticPath(route), { route, params: undefined });
    }
    insert(root, route);
  }
  // Scratch buffer, reused because match() is synchronous; saves an allocation per request.
  const values: Values = [];
  return {
    match(pathname) {
      const match = statics.get(pathname);
      if (match !== undefined) return match;
      const route = search(root, pathname, 1, values, 0);
      return route === null ? null : { route, params: createParams(route, values) };
    },
  };
}

function createNode<Entry>(): Node<Entry> {
  return { statics: new Map(), onlyStatic: null, dynamic: null, route: null, catchAll: null };
}

function toStaticPath(route: RouteEntry): string {
  return "/" + route.segments.map((segment) => segment.kind === "static" ? segment.value : "").join("/");
}

function insert<Entry extends RouteEntry>(root: Node<Entry>, route: Entry): void {
  let node = root;
  for (const segment of route.segments) {
    if (segment.kind === "static") {
      const child = node.statics.get(segment.value) ?? createNode<Entry>();
      node.statics.set(segment.value, child);
      node.onlyStatic = node.statics.size === 1 ? { name: segment.value, node: child } : null;
      node = child;
    } else if (segment.kind === "dynamic") {
      node = node.dynamic ??= createNode<Entry>();
    } else {
      node.catchAll = route;
      // An optional catch-all also serves the path of its own folder.
      if (segment.kind === "optional-catch-all") node.route = route;
      return;
    }
  }
  node.route = route;
}

/**
 * Tries static, then dynamic, then catch-all at every segment, and backtracks.
 *
 * @param node The node to search.
 * @param path The path.
 * @param from Where the rest of the path starts.
 * @param values Receives the values of the dynamic segments.
 * @param count How many values precede this node.
 */
function search<Entry>(node: Node<Entry>, path: string, from: number, values: Values, count: number): Entry | null {
  if (from >= path.length) {
    values[count] = undefined; // an optional catch-all without a value must not see one of an earlier match
    return node.route;
  }
  const slash = path.indexOf("/", from);
  const to = slash === -1 ? path.length : slash;
  const child = findStaticChild(node, path, from, to);
  if (child !== null) {
    const route = search(child, path, to + 1, values, count);
    if (route !== null) return route;
  }
  if (node.dynamic !== null && to > from) {
    const route = search(node.dynamic, path, to + 1, values, count + 1);
    if (route !== null) {
      values[count] = path.slice(from, to);
      return route;
    }
  }
  if (node.catchAll !== null) values[count] = path.slice(from);
  return node.catchAll;
}

function findStaticChild<Entry>(node: Node<Entry>, path: string, from: number, to: number): Node<Entry> | null {
  const { statics, onlyStatic } = node;
  if (onlyStatic === null) return statics.size === 0 ? null : statics.get(path.slice(from, to)) ?? null;
  return onlyStatic.name.length === to - from && path.startsWith(onlyStatic.name, from) ? onlyStatic.node : null;
}

function createParams(route: RouteEntry, values: Readonly<Values>): RouteParams {
  const params: RouteParams = new Params<string | string[]>();
  let i = 0;
  for (const segment of route.segments) {
    if (segment.kind === "static") continue;
    const value = values[i++];
    if (value === undefined) break;
    params[segment.name] = segment.kind === "dynamic" ? decode(value) : value.split("/").map(decode);
  }
  return params;
}

/** Decodes a value. It cannot throw: a canonical path has only well-formed escapes. */
function decode(value: string): string {
  return value.includes("%") ? decodeURIComponent(value) : value;
}
