/**
 * Security requirements.
 *
 * @module
 */

import type { Contract } from "../contract/contract.ts";
import type { Security } from "../contract/middleware.ts";
import type { Components } from "./components.ts";
import type { SecurityRequirement } from "./openapi_objects.ts";

/** The largest number of combinations of alternatives. */
const MAX_ALTERNATIVES = 50;

/**
 * Creates the security of an operation. The entries of a contract's own `security` are alternatives. Each middleware
 * requires one of its entries.
 *
 * @returns `undefined` if neither the contract nor middleware has `security`.
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
