/**
 * The script of the page at `/_routes`.
 *
 * @module
 */

import type { PageDocument } from "./dom.ts";
import { createBox, createCell, createRowBelow, element, getElement, getTone } from "./elements.ts";
import { createContractForm } from "./contract_form.ts";
import { createRequestForm } from "./request_form.ts";
import { createRequestList } from "./request_list.ts";
import { formatJson, readFragment, toCurlCommand, toFragment } from "./request_text.ts";
import { getFieldKey, parseValue, setProperty, toRequest } from "./request_values.ts";
import { createResponseView } from "./response_view.ts";
import { createRouteList } from "./route_list.ts";
import type { DevState } from "./state.ts";

declare const document: PageDocument;

/** How often the page asks for the state. */
const REFRESH_MS = 1000;

/** Everything that runs in the browser. */
const FUNCTIONS = [
  element,
  getElement,
  createCell,
  createRowBelow,
  createBox,
  getTone,
  toFragment,
  readFragment,
  formatJson,
  toCurlCommand,
  createResponseView,
  getFieldKey,
  parseValue,
  setProperty,
  toRequest,
  createContractForm,
  createRequestForm,
  createRequestList,
  createRouteList,
  startPage,
];

/**
 * Creates the script. It consists of functions of these modules, as text: so they are linted, type-checked and tested like
 * all others, and no build is needed. Deno has removed their types when it loaded them, from a folder or from JSR, and has
 * renamed nothing. So a function may use only its own names, those of the other functions, and those of the browser.
 *
 * @param methods All methods, in order.
 */
export function createPageScript(methods: readonly string[]): string {
  return [...FUNCTIONS, `startPage(${JSON.stringify(methods)}, ${REFRESH_MS});`].join("\n\n");
}

function startPage(methods: readonly string[], refreshMs: number): void {
  const showRequests = createRequestList();
  const routes = createRouteList(methods, (route) => form.fill(route));
  const form = createRequestForm({ methods, onSent: refresh, onSelect: routes.select });

  async function refresh(): Promise<void> {
    try {
      const state: DevState = await (await fetch("/_routes/state")).json();
      routes.show(state.routes, state.problems);
      form.update(state.routes);
      showRequests(state.requests);
    } catch {
      routes.fail("The server is not responding; it may be restarting");
    }
  }

  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  setInterval(() => document.hidden || refresh(), refreshMs);
  refresh();
}
