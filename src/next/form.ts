/**
 * `next/form`: renders a plain `<form>`.
 *
 * @module
 */

import { type Component, createElement, omitProps, type Props, type ReactElement, withModuleNames } from "./element.ts";

const OWN_PROPS: ReadonlySet<string> = new Set(["replace", "scroll", "prefetch"]);

/**
 * Renders a `<form>`.
 *
 * @param props The props of `<form>`; the additional ones of `next/form` are ignored.
 * @see https://nextjs.org/docs/app/api-reference/components/form
 */
const Form: Component = (props: Props, context?: unknown): ReactElement =>
  createElement("form", omitProps(props, OWN_PROPS), context);

/** Renders a `<form>`. */
export default withModuleNames(Form) as Component;
