/**
 * The names by which a project imports this package.
 *
 * @module
 */

/** The modules of `next/*` that this package is. */
export const DOORS: readonly string[] = ["cache", "headers", "navigation", "server"];

/** Packages that mark a module for one side of a Next.js application; on a server they say nothing. */
export const MARKERS: readonly string[] = ["server-only", "client-only"];
