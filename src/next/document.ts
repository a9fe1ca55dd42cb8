/**
 * `next/document`: the parts of a `pages/_document`.
 *
 * @module
 */

import { type Props, withModuleNames } from "./element.ts";
import { PageComponent } from "./page_components.ts";

function refuse(name: string): never {
  throw new Error(
    `<${name}> should not be imported outside of pages/_document.\nRead more: https://nextjs.org/docs/messages/no-document-import-in-page`,
  );
}

/**
 * Only for a `pages/_document`.
 *
 * @throws {Error} When it is rendered.
 */
export function Html(_props?: Props): never {
  return refuse("Html");
}

/**
 * Only for a `pages/_document`.
 *
 * @throws {Error} When it is rendered.
 */
export function Main(_props?: Props): never {
  return refuse("Main");
}

/** Only for a `pages/_document`. */
export class Head extends PageComponent {
  /**
   * Not available in a route handler.
   *
   * @throws {Error} Always.
   */
  override render(): never {
    return refuse("Head");
  }
}

/** Only for a `pages/_document`. */
export class NextScript extends PageComponent {
  /**
   * Not available in a route handler.
   *
   * @throws {Error} Always.
   */
  override render(): never {
    return refuse("NextScript");
  }
}

/**
 * The base class of a `pages/_document`.
 *
 * @see https://nextjs.org/docs/pages/building-your-application/routing/custom-document
 */
class Document extends PageComponent {
  /** Renders the page. */
  static getInitialProps(context: { defaultGetInitialProps(context: unknown): Promise<unknown> }): Promise<unknown> {
    return context.defaultGetInitialProps(context);
  }

  /**
   * Not available in a route handler.
   *
   * @throws {Error} Always.
   */
  override render(): never {
    return refuse("Html");
  }
}

/** The base class of a `pages/_document`. */
export default withModuleNames(Document, { Html, Main, Head, NextScript }) as typeof Document;
