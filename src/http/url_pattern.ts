/**
 * The platform's `URLPattern`, which Next.js re-exports.
 *
 * @module
 */

/** The platform's `URLPattern`. */
export type URLPattern = globalThis.URLPattern;

/** The platform's `URLPattern`. */
export const URLPattern: typeof globalThis.URLPattern = globalThis.URLPattern;
