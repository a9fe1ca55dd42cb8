/**
 * `next/form`: a form that is rendered as `<form>`.
 *
 * @module
 */

import { type Component, createElement, omitProps, type Props, type ReactElement, withModuleNames } from "./element.ts";

const OWN_PROPS: ReadonlySet<string> = new Set(["replace", "scroll", "prefetch"]);

/**
 * Renders a `<form>`.
 *
 * @param props Those of `<form>`; those of `next/form` are left out.
 * @see https://nextjs.org/docs/app/api-reference/components/form
 */
const Form: Component = (props: Props, context?: unknown): ReactElement =>
  createElement("form", omitProps(props, OWN_PROPS), context);

/** Renders a `<form>`. */
export default withModuleNames(Form) as Component;
