/**
 * What a `route.ts` exports, read once: its handlers by method, what it answers to the other methods, and every
 * complaint about an export.
 *
 * @module
 */

import type { RouteParams } from "../routing/router.ts";
import type { NextRequest } from "../http/next_request.ts";
import { type Contracts, readContracts } from "./contracts.ts";
import { readSegmentConfig, type SegmentConfig } from "./segment_config.ts";

/** What a route handler gets besides the request. */
export interface RouteHandlerContext {
  /** The params of the URL; `undefined` for a route without dynamic segments, as in Next.js. */
  readonly params: Promise<RouteParams> | undefined;
}

/** A route handler: `GET`, `POST` … of a `route.ts`. */
export type RouteHandler = (request: NextRequest, context: RouteHandlerContext) => Response | Promise<Response>;

/** The methods that a `route.ts` can export; every other token is answered with 400. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"] as const;

/** A method that a `route.ts` can export. */
export type Method = typeof METHODS[number];

/** A route file, read. */
export interface RouteModule {
  /** The handler of each method, HEAD from GET included. */
  readonly handlers: Readonly<Partial<Record<Method, RouteHandler>>>;
  /** The methods it answers, sorted, OPTIONS always among them. */
  readonly methods: readonly Method[];
  /** The `Allow` header. */
  readonly allow: string;
  /** What the file says about how it is served. */
  readonly config: SegmentConfig;
  /** The contracts of the handlers that have one; `undefined` if none has. */
  readonly contracts: Contracts | undefined;
  /** What is probably wrong with the exports, in Next's words. */
  readonly warnings: readonly string[];
}

/** Whether a request's method is one that a route can export. */
export function isMethod(method: string): method is Method {
  // Most are the first, and comparing is cheaper than hashing a string that is new with every request.
  return METHODS.includes(method as Method);
}

/**
 * Reads a module.
 *
 * @param module The namespace that `import()` gave.
 * @param file What messages call it.
 * @throws {TypeError} If the segment config has a value that it cannot have.
 */
export function readRouteModule(module: Readonly<Record<string, unknown>>, file: string): RouteModule {
  // No prototype: a method is looked up by the client's word.
  const handlers: Partial<Record<Method, RouteHandler>> = Object.create(null);
  const warnings: string[] = [];
  for (const method of METHODS) {
    const handler = Object.hasOwn(module, method) ? module[method] : undefined;
    if (handler === undefined) continue;
    if (typeof handler !== "function") {
      const state = `export "${method}" is ${typeof handler === "object" ? "an object" : `a ${typeof handler}`}`;
      warnings.push(`Cannot call "${file}": ${state}, write a function`);
    }
    handlers[method] = handler as RouteHandler;
  }
  warnings.push(...findWarnings(module, file, Object.keys(handlers).length === 0));
  if (handlers.GET !== undefined) handlers.HEAD ??= handlers.GET;
  const methods = [...new Set([...Object.keys(handlers) as Method[], "OPTIONS" as const])].sort();
  return {
    ...{ handlers, methods, allow: methods.join(", "), warnings },
    ...{ config: readSegmentConfig(module, file), contracts: readContracts(handlers) },
  };
}

function findWarnings(module: Readonly<Record<string, unknown>>, file: string, empty: boolean): string[] {
  const found: string[] = [];
  for (const name of Object.keys(module)) {
    const upper = name.toUpperCase();
    if (name !== upper && isMethod(upper)) {
      found.push(
        `Detected lowercase method '${name}' in '${file}'. Export the uppercase '${upper}' method name to fix this error.`,
      );
    }
  }
  if ("default" in module) {
    found.push(`Detected default export in '${file}'. Export a named export for each HTTP method instead.`);
  }
  if (empty) found.push(`No HTTP methods exported in '${file}'. Export a named export for each HTTP method.`);
  return found;
}

/** The answer to a method without handler: OPTIONS lists the methods, the others are not allowed (RFC 9110 §15.5.6). */
export function answerUnhandled(method: Method, allow: string): Response {
  return new Response(null, { status: method === "OPTIONS" ? 204 : 405, headers: { allow } });
}
