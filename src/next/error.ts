/**
 * `next/error`: the page that is rendered for an error.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";
import { createElement, type ReactElement, withModuleNames } from "./element.ts";
import { PageComponent } from "./page_components.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "This page could not be found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
};

/** The response or the error that has the status of the page. */
interface ErrorPageContext {
  readonly res?: { readonly statusCode?: number };
  readonly err?: { readonly statusCode?: number } | null;
}

function getInitialProps({ res, err }: ErrorPageContext): { statusCode: number } {
  return { statusCode: res?.statusCode || err?.statusCode || 404 };
}

/**
 * Renders a status and its meaning.
 *
 * @see https://nextjs.org/docs/pages/building-your-application/routing/custom-error
 */
class ErrorPage extends PageComponent {
  /** The name of the component in messages. */
  static displayName = "ErrorPage";
  /** Gets the status of a response or of an error. */
  static getInitialProps: (context: ErrorPageContext) => { statusCode: number } = getInitialProps;
  /** The original, for subclasses that override it. */
  static origGetInitialProps: (context: ErrorPageContext) => { statusCode: number } = getInitialProps;

  /** Renders the status and the title. */
  override render(): ReactElement {
    const { statusCode, title } = this.props;
    const text = title ?? TITLES[Number(statusCode)] ?? "An unexpected error has occurred";
    return createElement("div", { children: [statusCode, text].filter(Boolean).join(": ") }, undefined);
  }
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/catchError
 */
export function catchError(_fallback?: unknown): never {
  throw createClientOnlyError("catchError");
}

/** The base class of a `pages/_error`. */
export default withModuleNames(ErrorPage, { catchError }) as typeof ErrorPage;
