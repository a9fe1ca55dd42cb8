/**
 * Reports the errors of cached functions, and masks them for the callers.
 *
 * @module
 */

import { readControlFlow } from "../http/control_flow.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import { MASKED_MESSAGE } from "./value_format.ts";

/** The error that a caller receives. */
export interface MaskedError extends Error {
  /** Identifies the error in the log of the server. */
  digest: string;
}

/** The masked errors, whose originals have been reported. */
const reported = new WeakSet<object>();

/**
 * Reports a value thrown by a cached function, unless `redirect()`, `notFound()` or the like threw it.
 *
 * @param thrown The value.
 * @param scope The scope of the function.
 * @returns The digest of the error, or a new one if it has none.
 */
export function reportThrown(thrown: unknown, scope: RequestScope): string {
  const error = toError(thrown);
  const { digest = getDigest(error) } = error;
  if (!reported.has(error) && readControlFlow(error) === null) {
    scope.application.report(error, scope, `a cached function (digest ${digest})`);
  }
  return digest;
}

/** Creates a masked error for a caller. */
export function createMaskedError(digest: string): MaskedError {
  const error = Object.assign(new Error(MASKED_MESSAGE), { digest });
  reported.add(error);
  return error;
}

function toError(thrown: unknown): Error & { readonly digest?: string } {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === "string" ? thrown : JSON.stringify(thrown) ?? String(thrown));
}

/** Returns a number that is equal for equal errors at the same place. */
function getDigest({ message, stack = "" }: Error): string {
  let hash = 5381;
  for (const char of message + stack) hash = (hash * 33) ^ char.codePointAt(0)!;
  return String(hash >>> 0);
}
