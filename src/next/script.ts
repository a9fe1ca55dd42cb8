/**
 * `next/script`: scripts of pages, of which a route handler renders none.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";
import { type Component, withModuleNames } from "./element.ts";

/**
 * Renders nothing, as on a server of Next.js, which loads the script in the browser.
 *
 * @see https://nextjs.org/docs/app/api-reference/components/script
 */
const Script: Component = () => null;

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 */
export function handleClientScriptLoad(_props?: unknown): void {
  throw createClientOnlyError("handleClientScriptLoad");
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 */
export function initScriptLoader(_scripts?: unknown): void {
  throw createClientOnlyError("initScriptLoader");
}

/** Renders nothing. */
export default withModuleNames(Script, { handleClientScriptLoad, initScriptLoader }) as Component;
