/**
 * Reads the exports of a `route.ts` once: the handlers by method, the answers to other methods, and warnings about
 * exports.
 *
 * @module
 */

import type { RouteParams } from "../routing/router.ts";
import { isMethod, type Method, METHODS } from "../http/method.ts";
import type { NextRequest } from "../http/next_request.ts";
import { type Contracts, readContracts } from "./contracts.ts";
import { readSegmentConfig, type SegmentConfig } from "./segment_config.ts";

/** The second argument of a route handler. */
export interface RouteHandlerContext {
  /** The params of the URL; `undefined` for a route without dynamic segments, as in Next.js. */
  readonly params: Promise<RouteParams> | undefined;
}

/** A route handler: `GET`, `POST` … of a `route.ts`. */
export type RouteHandler = (request: NextRequest, context: RouteHandlerContext) => Response | Promise<Response>;

/** The parsed exports of a route file. */
export interface RouteModule {
  /** The handler of each method, HEAD from GET included. */
  readonly handlers: Readonly<Partial<Record<Method, RouteHandler>>>;
  /** The methods that it answers, sorted; always includes OPTIONS. */
  readonly methods: readonly Method[];
  /** The value of the `Allow` header. */
  readonly allow: string;
  /** The segment config. */
  readonly config: SegmentConfig;
  /** The contracts of the handlers that have one; `undefined` if none has. */
  readonly contracts: Contracts | undefined;
  /** Warnings about the exports, in the wording of Next.js. */
  readonly warnings: readonly string[];
}

/**
 * Reads a module.
 *
 * @param module The namespace that `import()` returned.
 * @param file The file, for messages.
 * @throws {TypeError} If a value of the segment config is invalid.
 */
export function readRouteModule(module: Readonly<Record<string, unknown>>, file: string): RouteModule {
  // No prototype: clients choose the names that are looked up.
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
  const config = readSegmentConfig(module, file);
  if (config.cron !== undefined && handlers.GET === undefined) {
    throw new TypeError(`Cannot load route "${file}": cron of "config" calls GET, export a function GET`);
  }
  const methods = [...new Set([...Object.keys(handlers) as Method[], "OPTIONS" as const])].sort();
  return {
    handlers,
    methods,
    allow: methods.join(", "),
    warnings,
    config,
    contracts: readContracts(handlers),
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

/** Answers a method without a handler: OPTIONS lists the methods, others are not allowed (RFC 9110 §15.5.6). */
export function answerUnhandled(method: Method, allow: string): Response {
  return new Response(null, { status: method === "OPTIONS" ? 204 : 405, headers: { allow } });
}
