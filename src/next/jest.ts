/**
 * `next/jest`, where the package `next` is not installed.
 *
 * @module
 */

import { withModuleNames } from "./element.ts";
import { createPackageMissingError } from "./package_missing.ts";

/**
 * Configures Jest; the package does.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/guides/testing/jest
 */
function nextJest(_options?: unknown): never {
  throw createPackageMissingError("configure Jest");
}

/** Configures Jest; the package does. */
export default withModuleNames(nextJest) as typeof nextJest;
