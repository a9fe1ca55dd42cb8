/**
 * `next/package.json`, where the package `next` is not installed: which Next.js this module does as.
 *
 * @module
 */

/** The name of the package. */
export const name = "next";
/** The version of Next.js whose route handlers these are. */
export const version = "16.4.6";

/** The manifest of the package. */
const manifest: { readonly name: string; readonly version: string } = { name, version };
export default manifest;
