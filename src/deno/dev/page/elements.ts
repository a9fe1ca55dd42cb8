/**
 * Creates the elements of the page. The functions run in the browser. They set what a route, a client or a file says as
 * text, never as HTML.
 *
 * @module
 */

import type { PageDocument, PageElement, PageNode } from "./dom.ts";

declare const document: PageDocument;

/** Creates an element. */
export function element(name: string, properties: Partial<PageElement>, ...children: readonly PageNode[]): PageElement {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...children);
  return created;
}

/** Returns an element of the page. */
export function getElement(id: string): PageElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}"`);
  return found;
}

/** Creates a cell of a table. */
export function createCell(className: string, ...children: readonly PageNode[]): PageElement {
  return element("td", { className }, ...children);
}

/** Creates a row that belongs to the row above it. */
export function createRowBelow(child: PageNode, colSpan: number): PageElement {
  return element("tr", {}, element("td", { className: "under", colSpan }, child));
}

/** Creates a box for a text of any length; it can be scrolled, by the keyboard too. */
export function createBox(label: string, ...children: readonly PageNode[]): PageElement {
  return element("pre", { className: "wrap", tabIndex: 0, role: "group", ariaLabel: label }, ...children);
}

/** Returns the class of a status. */
export function getTone(status: number): string {
  return status >= 500 ? "bad" : status >= 400 ? "warn" : "good";
}
