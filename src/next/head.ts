/**
 * `next/head`: the `<head>` of a page, which a route handler does not have.
 *
 * @module
 */

import { type Component, createElement, type ReactElement, withModuleNames } from "./element.ts";

/**
 * Renders nothing: its children are for the `<head>` of a page.
 *
 * @see https://nextjs.org/docs/pages/api-reference/components/head
 */
const Head: Component = () => null;

/** Returns the default tags of a page. */
export function defaultHead(): ReactElement[] {
  return [
    createElement("meta", { charSet: "utf-8", key: "charset" }, undefined),
    createElement("meta", { name: "viewport", content: "width=device-width", key: "viewport" }, undefined),
  ];
}

/** Renders nothing. */
export default withModuleNames(Head, { defaultHead }) as Component;
