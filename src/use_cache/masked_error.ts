/**
 * The errors of cached functions: reported whole on the server, and masked for the caller.
 *
 * @module
 */

import { readControlFlow } from "../http/control_flow.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import { MASKED_MESSAGE } from "./value_format.ts";

/** An error as callers get it. */
export interface MaskedError extends Error {
  /** What identifies the error in the log of the server. */
  digest: string;
}

/** The masked errors, which have been reported. */
const reported = new WeakSet<object>();

/**
 * Reports what a cached function threw. What `redirect()`, `notFound()` and the like throw is no failure.
 *
 * @param thrown What it threw.
 * @param scope The scope that it ran in.
 * @returns The digest, which is the one of the error if it has one.
 */
export function reportThrown(thrown: unknown, scope: RequestScope): string {
  const error = toError(thrown);
  const { digest = getDigest(error) } = error;
  if (!reported.has(error) && readControlFlow(error) === null) {
    scope.application.report(error, scope, `a cached function (digest ${digest})`);
  }
  return digest;
}

/** Creates the error for a caller. */
export function createMaskedError(digest: string): MaskedError {
  const error = Object.assign(new Error(MASKED_MESSAGE), { digest });
  reported.add(error);
  return error;
}

function toError(thrown: unknown): Error & { readonly digest?: string } {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === "string" ? thrown : JSON.stringify(thrown) ?? String(thrown));
}

/** A number that is the same for the same error at the same place. */
function getDigest({ message, stack = "" }: Error): string {
  let hash = 5381;
  for (const char of message + stack) hash = (hash * 33) ^ char.codePointAt(0)!;
  return String(hash >>> 0);
}
