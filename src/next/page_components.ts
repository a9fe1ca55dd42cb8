/**
 * Classes that pages extend. They are rendered by React, which knows them by `isReactComponent`.
 *
 * @module
 */

import type { Props, ReactNode } from "./element.ts";

/** A component that is a class. */
export class PageComponent {
  /** What React hands to it. */
  readonly props: Props;

  /** Takes the props that React hands to it. */
  constructor(props: Props = {}) {
    this.props = props;
  }

  /** What it renders. */
  render(): ReactNode {
    return null;
  }
}

Object.defineProperty(PageComponent.prototype, "isReactComponent", { value: {} });
