/**
 * The list of routes. It runs in the browser.
 *
 * @module
 */

import type { PageDocument, PageElement } from "./dom.ts";
import { createBox, createCell, createRowBelow, element, getElement } from "./elements.ts";
import type { ShownRoute } from "./state.ts";

declare const document: PageDocument;

/** The list of routes. */
export interface RouteList {
  /** Shows the routes, and the errors in the names of files. */
  show(routes: readonly ShownRoute[], problems: readonly string[]): void;
  /** Shows that the routes are not known. */
  fail(message: string): void;
  /** Marks the route of a path as the current one. */
  select(path: string): void;
}

/**
 * Creates the list.
 *
 * @param methods All methods, in order.
 * @param onPick Called with the route that was clicked.
 */
export function createRouteList(methods: readonly string[], onPick: (route: ShownRoute) => void): RouteList {
  const table = getElement("routes"), summary = getElement("summary"), filter = getElement("filter");
  /** Methods that most routes have without an export of their own. */
  const implied = ["HEAD", "OPTIONS"];
  const order = [...methods.filter((name) => !implied.includes(name)), ...implied];
  let rows: { readonly route: ShownRoute; readonly body: PageElement; readonly button: PageElement }[] = [];
  let shown = "", selected = "";

  function createRow(route: ShownRoute, sameAs: ShownRoute | undefined) {
    const { id, file, error } = route;
    const button = element("button", { type: "button", className: "link", title: "Fill the form" }, id);
    button.addEventListener("click", () => onPick(route));
    const sorted = route.methods.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
    const words = error === undefined
      ? sorted.flatMap((name) => [createWord(name, implied.includes(name) ? "soft" : ""), " "])
      : [createWord("broken", "bad")];
    const config = route.config.map((text) => element("span", { className: "line" }, text));
    const cells = [
      createCell("", button, element("small", {}, file)),
      createCell("", ...words),
      createCell("", ...config),
    ];
    const body = element("tbody", {}, element("tr", {}, ...cells));
    if (error !== undefined) {
      const text = sameAs === undefined ? error : `The same error as ${sameAs.id}`;
      body.append(createRowBelow(createBox("Error", text), 3));
    }
    return { route, body, button };
  }

  function createWord(text: string, className: string): PageElement {
    return element("span", { className: `word ${className}` }, text);
  }

  function applyFilter(): void {
    const words = filter.value.toLowerCase().split(/\s+/);
    for (const { route: { id, file, methods, error }, body } of rows) {
      const text = [id, file, ...methods, error === undefined ? "" : "broken"].join(" ").toLowerCase();
      body.hidden = !words.every((word) => text.includes(word));
    }
    const visible = rows.filter(({ body }) => !body.hidden).length;
    const broken = rows.filter(({ route }) => route.error !== undefined).length;
    const total = `${rows.length} ${rows.length === 1 ? "route" : "routes"}`;
    summary.textContent = (visible === rows.length ? total : `${visible} of ${total}`) +
      (broken === 0 ? "" : `, ${broken} broken`);
  }

  function markSelected(): void {
    for (const { route, button } of rows) button.ariaCurrent = route.path === selected ? "true" : null;
  }

  filter.addEventListener("input", applyFilter);
  return {
    show(routes, problems) {
      const state = JSON.stringify([routes, problems]);
      if (state === shown) return;
      shown = state;
      getElement("problems").replaceChildren(...problems.map((text) => element("li", {}, text)));
      const focused = rows.find(({ button }) => button === document.activeElement)?.route.id;
      for (const { body } of rows) body.remove();
      rows = routes.map((route, index) =>
        createRow(route, routes.slice(0, index).find(({ error }) => error !== undefined && error === route.error))
      );
      table.append(...rows.map(({ body }) => body));
      rows.find(({ route }) => route.id === focused)?.button.focus();
      markSelected();
      applyFilter();
    },
    fail(message) {
      shown = "";
      summary.textContent = message;
    },
    select(path) {
      selected = path;
      markSelected();
    },
  };
}
