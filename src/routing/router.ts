/**
 * Finds the route of a canonical path: a map of the static routes, then a trie whose cost depends on the depth of the
 * path, not on the number of routes. It is the only place where that decision is made.
 *
 * @module
 */

import type { RouteEntry } from "./manifest.ts";

/** The params of a route: a string for `[id]`, an array for `[...slug]`, nothing for an empty `[[...slug]]`. */
export type RouteParams = Record<string, string | string[]>;

/** A route and what the path holds for its dynamic segments. */
export interface RouteMatch<Entry extends RouteEntry = RouteEntry> {
  /** The route that answers. */
  readonly route: Entry;
  /** Its params, decoded once; `undefined` for a route without dynamic segments, as in Next.js. */
  readonly params: RouteParams | undefined;
}

/** Finds the route of a canonical path. */
export interface Router<Entry extends RouteEntry = RouteEntry> {
  /** The route of a path that went through `canonicalPath`, or `null`. */
  match(pathname: string): RouteMatch<Entry> | null;
}

interface Node<Entry> {
  readonly statics: Map<string, Node<Entry>>;
  /** The only static child, which is found without cutting the path and hashing the piece. */
  only: { readonly name: string; readonly node: Node<Entry> } | null;
  dynamic: Node<Entry> | null;
  /** The route that ends here. */
  route: Entry | null;
  /** The catch-all below this node, optional or not. */
  rest: Entry | null;
}

/** What the dynamic segments of a path stand for, in their order. */
type Values = (string | undefined)[];

/** Makes params without inherited names: `[__proto__]` is a folder like any other, and `params.constructor` undefined. */
const Params = function () {} as unknown as new () => RouteParams;
// `Object.create(null)` inherits nothing either, and makes a hash table of each.
Params.prototype = Object.create(null);

/**
 * Makes a router of the routes of a manifest.
 *
 * @param routes The routes, in any order; a manifest has no two that conflict.
 */
export function createRouter<Entry extends RouteEntry>(routes: readonly Entry[]): Router<Entry> {
  const statics = new Map<string, RouteMatch<Entry>>();
  const root = node<Entry>();
  for (const route of routes) {
    if (route.segments.every((segment) => segment.kind === "static")) {
      statics.set(staticPath(route), { route, params: undefined });
    }
    insert(root, route);
  }
  // One for all matches, and never emptied: an array that grows anew with each is garbage with each.
  const values: Values = [];
  return {
    match(pathname) {
      const found = statics.get(pathname);
      if (found !== undefined) return found;
      const route = search(root, pathname, 1, values, 0);
      return route === null ? null : { route, params: paramsOf(route, values) };
    },
  };
}

function node<Entry>(): Node<Entry> {
  return { statics: new Map(), only: null, dynamic: null, route: null, rest: null };
}

function staticPath(route: RouteEntry): string {
  return "/" + route.segments.map((segment) => segment.kind === "static" ? segment.value : "").join("/");
}

function insert<Entry extends RouteEntry>(root: Node<Entry>, route: Entry): void {
  let at = root;
  for (const segment of route.segments) {
    if (segment.kind === "static") {
      const next = at.statics.get(segment.value) ?? node<Entry>();
      at.statics.set(segment.value, next);
      at.only = at.statics.size === 1 ? { name: segment.value, node: next } : null;
      at = next;
    } else if (segment.kind === "dynamic") {
      at = at.dynamic ??= node<Entry>();
    } else {
      at.rest = route;
      // An optional catch-all answers the path of its own folder as well.
      if (segment.kind === "optional-catch-all") at.route = route;
      return;
    }
  }
  at.route = route;
}

/**
 * Tries static, then dynamic, then catch-all at every segment, and comes back when a choice leads nowhere.
 *
 * @param count How many of the values have been found on the way.
 */
function search<Entry>(at: Node<Entry>, path: string, from: number, values: Values, count: number): Entry | null {
  if (from >= path.length) {
    values[count] = undefined; // an optional catch-all without value must not find that of an earlier match
    return at.route;
  }
  const slash = path.indexOf("/", from);
  const to = slash === -1 ? path.length : slash;
  const next = staticChild(at, path, from, to);
  if (next !== null) {
    const found = search(next, path, to + 1, values, count);
    if (found !== null) return found;
  }
  if (at.dynamic !== null && to > from) {
    const found = search(at.dynamic, path, to + 1, values, count + 1);
    if (found !== null) {
      values[count] = path.slice(from, to);
      return found;
    }
  }
  if (at.rest !== null) values[count] = path.slice(from);
  return at.rest;
}

function staticChild<Entry>(at: Node<Entry>, path: string, from: number, to: number): Node<Entry> | null {
  const { only } = at;
  if (only === null) return at.statics.size === 0 ? null : at.statics.get(path.slice(from, to)) ?? null;
  return only.name.length === to - from && path.startsWith(only.name, from) ? only.node : null;
}

function paramsOf(route: RouteEntry, values: Readonly<Values>): RouteParams {
  const params = new Params();
  let i = 0;
  for (const segment of route.segments) {
    if (segment.kind === "static") continue;
    const value = values[i++];
    if (value === undefined) break;
    params[segment.name] = segment.kind === "dynamic" ? decode(value) : value.split("/").map(decode);
  }
  return params;
}

/** A canonical path has well-formed escapes only, so this cannot throw. */
function decode(value: string): string {
  return value.includes("%") ? decodeURIComponent(value) : value;
}
