/**
 * `next/package.json`, if the package `next` is not installed: the version of Next.js that this package is compatible
 * with.
 *
 * @module
 */

/** The name of the package. */
export const name = "next";
/** The version of Next.js whose route handlers are supported. */
export const version = "16.4.6";

/** The manifest of the package. */
const manifest: { readonly name: string; readonly version: string } = { name, version };
export default manifest;
