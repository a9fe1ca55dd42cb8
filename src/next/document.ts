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
 * For a `pages/_document` only.
 *
 * @throws {Error} When it is rendered.
 */
export function Html(_props?: Props): never {
  return refuse("Html");
}

/**
 * For a `pages/_document` only.
 *
 * @throws {Error} When it is rendered.
 */
export function Main(_props?: Props): never {
  return refuse("Main");
}

/** For a `pages/_document` only. */
export class Head extends PageComponent {
  /**
   * Not for a route handler.
   *
   * @throws {Error} Always.
   */
  override render(): never {
    return refuse("Head");
  }
}

/** For a `pages/_document` only. */
export class NextScript extends PageComponent {
  /**
   * Not for a route handler.
   *
   * @throws {Error} Always.
   */
  override render(): never {
    return refuse("NextScript");
  }
}

/**
 * What a `pages/_document` extends.
 *
 * @see https://nextjs.org/docs/pages/building-your-application/routing/custom-document
 */
class Document extends PageComponent {
  /** Has the page rendered. */
  static getInitialProps(context: { defaultGetInitialProps(context: unknown): Promise<unknown> }): Promise<unknown> {
    return context.defaultGetInitialProps(context);
  }

  /**
   * Not for a route handler.
   *
   * @throws {Error} Always.
   */
  override render(): never {
    return refuse("Html");
  }
}

/** What a `pages/_document` extends. */
export default withModuleNames(Document, { Html, Main, Head, NextScript }) as typeof Document;
