/**
 * `next/link`: renders a plain `<a>`.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";
import { type Component, createElement, omitProps, type Props, type ReactElement, withModuleNames } from "./element.ts";
import { formatHref } from "./href.ts";

const OWN_PROPS: ReadonlySet<string> = new Set([
  "href",
  "as",
  "replace",
  "scroll",
  "shallow",
  "passHref",
  "prefetch",
  "locale",
  "legacyBehavior",
  "onNavigate",
  "transitionTypes",
  "unstable_dynamicOnHover",
]);

/**
 * Renders an `<a>`.
 *
 * @param props The props of `<a>`, where `href` may be an object; the additional ones of `next/link` are ignored.
 * @see https://nextjs.org/docs/app/api-reference/components/link
 */
const Link: Component = (props: Props, context?: unknown): ReactElement =>
  createElement("a", { ...omitProps(props, OWN_PROPS), href: formatHref(props.as ?? props.href) }, context);

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-link-status
 */
export function useLinkStatus(): { pending: boolean } {
  throw createClientOnlyError("useLinkStatus");
}

/** Renders an `<a>`. */
export default withModuleNames(Link, { useLinkStatus }) as Component;
