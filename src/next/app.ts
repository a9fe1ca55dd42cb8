/**
 * `next/app`: the class that a `pages/_app` extends.
 *
 * @module
 */

import { createElement, type Props, type ReactElement, withModuleNames } from "./element.ts";
import { PageComponent } from "./page_components.ts";

/** What a page is asked for its props with. */
interface AppContext {
  readonly Component: { getInitialProps?(context: unknown): unknown };
  readonly ctx: unknown;
}

async function getInitialProps({ Component, ctx }: AppContext): Promise<{ pageProps: unknown }> {
  return { pageProps: await Component.getInitialProps?.(ctx) ?? {} };
}

/**
 * Renders the page that it is given as `Component`.
 *
 * @see https://nextjs.org/docs/pages/building-your-application/routing/custom-app
 */
class App extends PageComponent {
  /** Asks the page for its props. */
  static getInitialProps: (context: AppContext) => Promise<{ pageProps: unknown }> = getInitialProps;
  /** The same, where a subclass has replaced it. */
  static origGetInitialProps: (context: AppContext) => Promise<{ pageProps: unknown }> = getInitialProps;

  /** Renders the page. */
  override render(): ReactElement {
    const { Component, pageProps } = this.props;
    return createElement(Component, pageProps as Props ?? {}, undefined);
  }
}

/** What a `pages/_app` extends. */
export default withModuleNames(App) as typeof App;
