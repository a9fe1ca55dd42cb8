/**
 * `next/app`: the base class of a `pages/_app`.
 *
 * @module
 */

import { createElement, type Props, type ReactElement, withModuleNames } from "./element.ts";
import { PageComponent } from "./page_components.ts";

/** The argument of {@linkcode getInitialProps}. */
interface AppContext {
  readonly Component: { getInitialProps?(context: unknown): unknown };
  readonly ctx: unknown;
}

async function getInitialProps({ Component, ctx }: AppContext): Promise<{ pageProps: unknown }> {
  return { pageProps: await Component.getInitialProps?.(ctx) ?? {} };
}

/**
 * Renders the page in its prop `Component`.
 *
 * @see https://nextjs.org/docs/pages/building-your-application/routing/custom-app
 */
class App extends PageComponent {
  /** Gets the props of the page. */
  static getInitialProps: (context: AppContext) => Promise<{ pageProps: unknown }> = getInitialProps;
  /** The original, for subclasses that override it. */
  static origGetInitialProps: (context: AppContext) => Promise<{ pageProps: unknown }> = getInitialProps;

  /** Renders the page. */
  override render(): ReactElement {
    const { Component, pageProps } = this.props;
    return createElement(Component, pageProps as Props ?? {}, undefined);
  }
}

/** The base class of a `pages/_app`. */
export default withModuleNames(App) as typeof App;
