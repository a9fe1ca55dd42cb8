/**
 * `next/experimental/testmode/*`, if the package `next` is not installed.
 *
 * @module
 */

import { createPackageMissingError } from "./package_missing.ts";

/**
 * Would start a proxy for tests, which requires the package `next`.
 *
 * @throws {Error} Always.
 */
export function createProxyServer(_options?: unknown): never {
  throw createPackageMissingError("start a proxy for tests");
}

/**
 * Would configure Playwright, which requires the package `next`.
 *
 * @throws {Error} Always.
 */
export function defineConfig(_config?: unknown): never {
  throw createPackageMissingError("configure Playwright");
}

/**
 * Would declare a Playwright test, which requires the package `next`.
 *
 * @throws {Error} Always.
 */
export function test(..._args: unknown[]): never {
  throw createPackageMissingError("declare a test of Playwright");
}

/** The base configuration of Playwright; empty without the package `next`. */
export const defaultPlaywrightConfig: Readonly<Record<string, unknown>> = {};

export default test;
