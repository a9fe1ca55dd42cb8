/**
 * Tests that import through the resolve hooks.
 *
 * @module
 */

/**
 * Registers a test without the op sanitizer: while module hooks are installed, Deno itself polls for imports across
 * tests, which the sanitizer reports as a leak. The resource sanitizer stays on.
 */
export function testWithHooks(name: string, run: () => Promise<void>): void {
  Deno.test({ name, sanitizeOps: false, fn: run });
}
