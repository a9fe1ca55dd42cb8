/**
 * Packages that are names only.
 *
 * @module
 */

/** Packages that mark a module for one side of a Next.js application; on a server they say nothing. */
export const MARKERS: readonly string[] = ["server-only", "client-only"];
