/**
 * `next/jest`, if the package `next` is not installed.
 *
 * @module
 */

import { withModuleNames } from "./element.ts";
import { createPackageMissingError } from "./package_missing.ts";

/**
 * Would configure Jest, which requires the package `next`.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/guides/testing/jest
 */
function nextJest(_options?: unknown): never {
  throw createPackageMissingError("configure Jest");
}

/** Would configure Jest, which requires the package `next`. */
export default withModuleNames(nextJest) as typeof nextJest;
