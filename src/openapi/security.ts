/**
 * How clients authenticate.
 *
 * @module
 */

import type { Contract } from "../contract/contract.ts";
import type { Security } from "../contract/middleware.ts";
import type { Components } from "./components.ts";
import type { SecurityRequirement } from "./openapi_objects.ts";

/** How many combinations of alternatives are listed. */
const MAX_ALTERNATIVES = 50;

/**
 * Creates the security of an operation. Each entry of a contract's own `security` is an alternative. Of middleware, each
 * one requires one of its entries.
 *
 * @returns `undefined` if nothing is said about it.
 */
export function createSecurity(
  { security, use = [] }: Contract,
  { addSecurity }: Components,
): readonly SecurityRequirement[] | undefined {
  const toRequirement = (one: Security) => ({ [addSecurity(one)]: one.scopes ?? [] });
  if (security !== undefined) return security.map(toRequirement);
  const required = use.flatMap((middleware) => middleware.security?.length ? [middleware.security] : []);
  if (required.length === 0) return undefined;
  let combined: SecurityRequirement[] = [{}];
  for (const alternatives of required) {
    const added = alternatives.map(toRequirement);
    combined = combined.flatMap((before) => added.map((one) => ({ ...before, ...one }))).slice(0, MAX_ALTERNATIVES);
  }
  return combined;
}
