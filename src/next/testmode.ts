/**
 * `next/experimental/testmode/*`, where the package `next` is not installed.
 *
 * @module
 */

import { createPackageMissingError } from "./package_missing.ts";

/**
 * Starts a proxy for tests; the package does.
 *
 * @throws {Error} Always.
 */
export function createProxyServer(_options?: unknown): never {
  throw createPackageMissingError("start a proxy for tests");
}

/**
 * Configures Playwright; the package does.
 *
 * @throws {Error} Always.
 */
export function defineConfig(_config?: unknown): never {
  throw createPackageMissingError("configure Playwright");
}

/**
 * Declares a test of Playwright; the package does.
 *
 * @throws {Error} Always.
 */
export function test(..._args: unknown[]): never {
  throw createPackageMissingError("declare a test of Playwright");
}

/** The configuration of Playwright that the package adds to. */
export const defaultPlaywrightConfig: Readonly<Record<string, unknown>> = {};

export default test;
