/**
 * The part of the DOM that the page's script uses. Deno's own types do not have it, its library `dom` contradicts them in
 * other modules, and JSR refuses a directive for one module.
 *
 * @module
 */

/** An element, or what is put into one. */
export type PageNode = PageElement | string;

/** An element, with the properties of all elements of the page. */
export interface PageElement {
  textContent: string | null;
  className: string;
  title: string;
  type: string;
  value: string;
  placeholder: string;
  hidden: boolean;
  disabled: boolean;
  tabIndex: number;
  colSpan: number;
  role: string | null;
  ariaLabel: string | null;
  ariaCurrent: string | null;
  ariaInvalid: string | null;
  ariaRequired: string | null;
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly isConnected: boolean;
  readonly childElementCount: number;
  readonly dataset: Record<string, string | undefined>;
  /** The bodies of a table. */
  readonly tBodies: Iterable<PageElement>;
  /** The head of a table. */
  readonly tHead: PageElement;
  append(...nodes: readonly PageNode[]): void;
  after(...nodes: readonly PageNode[]): void;
  replaceChildren(...nodes: readonly PageNode[]): void;
  remove(): void;
  focus(): void;
  /** Selects a part of the text of a field. */
  setSelectionRange(start: number, end: number): void;
  /** Submits a form as its button does. */
  requestSubmit(): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

/** An event, with the properties of all events of the page. */
export interface PageEvent {
  /** The key of a keyboard event. */
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  preventDefault(): void;
}

/** The document. */
export interface PageDocument {
  /** Whether nobody sees it. */
  readonly hidden: boolean;
  readonly activeElement: PageElement | null;
  createElement(name: string): PageElement;
  getElementById(id: string): PageElement | null;
  addEventListener(type: string, listener: () => void): void;
}

/** The address bar. */
export interface PageLocation {
  readonly origin: string;
  readonly hash: string;
  reload(): void;
}

/** The browser's history. */
export interface PageHistory {
  replaceState(state: unknown, title: string, url: string): void;
}

/** The browser. */
export interface PageNavigator {
  /** Missing in pages that are neither local nor encrypted. */
  readonly clipboard?: { writeText(text: string): Promise<void> };
}
