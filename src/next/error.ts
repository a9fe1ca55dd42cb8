/**
 * `next/error`: the page that is rendered of an error.
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

/** What the page gets its status from. */
interface ErrorPageContext {
  readonly res?: { readonly statusCode?: number };
  readonly err?: { readonly statusCode?: number } | null;
}

function getInitialProps({ res, err }: ErrorPageContext): { statusCode: number } {
  return { statusCode: res?.statusCode || err?.statusCode || 404 };
}

/**
 * Renders a status and what it means.
 *
 * @see https://nextjs.org/docs/pages/building-your-application/routing/custom-error
 */
class ErrorPage extends PageComponent {
  /** What messages call it. */
  static displayName = "ErrorPage";
  /** Reads the status of a response or of an error. */
  static getInitialProps: (context: ErrorPageContext) => { statusCode: number } = getInitialProps;
  /** The same, where a subclass has replaced it. */
  static origGetInitialProps: (context: ErrorPageContext) => { statusCode: number } = getInitialProps;

  /** Renders the status and the title. */
  override render(): ReactElement {
    const { statusCode, title } = this.props;
    const text = title ?? TITLES[Number(statusCode)] ?? "An unexpected error has occurred";
    return createElement("div", { children: [statusCode, text].filter(Boolean).join(": ") }, undefined);
  }
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/catchError
 */
export function catchError(_fallback?: unknown): never {
  throw createClientOnlyError("catchError");
}

/** What a `pages/_error` extends. */
export default withModuleNames(ErrorPage, { catchError }) as typeof ErrorPage;
