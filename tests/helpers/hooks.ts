/**
 * Tests that import through the resolve hooks.
 *
 * @module
 */

/**
 * Registers a test without the op sanitizer: while module hooks are in place Deno itself polls for imports, across
 * tests, and the sanitizer takes that for a leak. The resource sanitizer stays on.
 */
export function testWithHooks(name: string, run: () => Promise<void>): void {
  Deno.test({ name, sanitizeOps: false, fn: run });
}
