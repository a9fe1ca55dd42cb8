/**
 * The contracts of a route file: what the server reads of the handlers that `route()` created.
 *
 * @module
 */

import { isSchema, toInputJsonSchema } from "../contract/standard_schema.ts";
import { getRouteInfo, type RouteHost, type RouteInfo } from "../contract/route.ts";
import type { RouteEntry } from "../routing/manifest.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import { getBodyLimit } from "../scope/request_body.ts";

/** The contracts of a route file by method. */
export type Contracts = Readonly<Record<string, RouteInfo | undefined>>;

/** Options for serving the contracts of an application. */
export type ContractOptions = Pick<RouteHost, "checkResponses" | "onInvalid">;

/**
 * Reads the contracts of handlers.
 *
 * @returns `undefined` if no handler has one.
 */
export function readContracts(handlers: Readonly<Record<string, unknown>>): Contracts | undefined {
  const contracts = Object.entries(handlers).flatMap(([method, handler]) => {
    const info = getRouteInfo(handler);
    return info === undefined ? [] : [[method, info] as const];
  });
  return contracts.length === 0 ? undefined : Object.fromEntries(contracts);
}

/**
 * Finds what is probably wrong with contracts.
 *
 * @param contracts The contracts of a route file.
 * @param route Its place.
 */
export function findContractWarnings(
  contracts: Contracts,
  { id, file, segments }: Pick<RouteEntry, "id" | "file" | "segments">,
): string[] {
  const warnings: string[] = [];
  const warn = (method: string, reason: string) => {
    warnings.push(`The contract of ${method} in "${file}" is probably wrong: ${reason}`);
  };
  for (const [method, info] of Object.entries(contracts)) {
    // Warn only once for GET and its derived HEAD.
    if (method === "HEAD" && info === contracts.GET) continue;
    const { params, body } = info!.contract;
    if (body !== undefined && (method === "GET" || method === "HEAD")) {
      warn(method, `${method} has no body, remove "body" or use another method`);
    }
    if (typeof params === "string" && params !== id) {
      warn(method, `"params" is "${params}", but its folders are "${id}"`);
    }
    const declared = isSchema(params) ? getPropertyNames(toInputJsonSchema(params)) : undefined;
    const names = segments.flatMap((segment) => segment.kind === "static" ? [] : [segment.name]);
    if (declared === undefined) continue;
    for (const name of new Set([...names, ...declared])) {
      if (!declared.includes(name)) warn(method, `"params" has no "${name}", which is a param of "${id}"`);
      if (!names.includes(name)) warn(method, `"params" has "${name}", which is not a param of "${id}"`);
    }
  }
  return warnings;
}

/** Returns the names that an object schema lists; `undefined` if it accepts others too, or is not an object schema. */
function getPropertyNames(schema: Record<string, unknown> | undefined): string[] | undefined {
  const { properties } = schema ?? {};
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : undefined;
}

/**
 * Adds to a handler's context what its contract reads.
 *
 * @param context The context; it is changed.
 * @param scope The scope of the request.
 * @param options How contracts are served.
 */
export function addHost(context: object, scope: RequestScope, options: ContractOptions): void {
  const host: RouteHost = { ...options, bodyLimit: getBodyLimit(scope) };
  Object.assign(context, { "~host": host });
}
