/**
 * `next/script`: the scripts of pages, which a route handler does not render.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";
import { type Component, withModuleNames } from "./element.ts";

/**
 * Renders nothing: the browser loads the script.
 *
 * @see https://nextjs.org/docs/app/api-reference/components/script
 */
const Script: Component = () => null;

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 */
export function handleClientScriptLoad(_props?: unknown): void {
  throw createClientOnlyError("handleClientScriptLoad");
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 */
export function initScriptLoader(_scripts?: unknown): void {
  throw createClientOnlyError("initScriptLoader");
}

/** Renders nothing. */
export default withModuleNames(Script, { handleClientScriptLoad, initScriptLoader }) as Component;
