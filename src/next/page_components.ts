/**
 * The base classes of pages. React renders them, and recognizes them by `isReactComponent`.
 *
 * @module
 */

import type { Props, ReactNode } from "./element.ts";

/** A class component. */
export class PageComponent {
  /** The props that React passes. */
  readonly props: Props;

  /** Creates a component with props. */
  constructor(props: Props = {}) {
    this.props = props;
  }

  /** Renders the component. */
  render(): ReactNode {
    return null;
  }
}

Object.defineProperty(PageComponent.prototype, "isReactComponent", { value: {} });
