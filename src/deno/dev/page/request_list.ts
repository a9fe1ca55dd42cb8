/**
 * The list of the last requests. It runs in the browser.
 *
 * @module
 */

import type { PageElement } from "./dom.ts";
import { createBox, createCell, createRowBelow, element, getElement, getTone } from "./elements.ts";
import type { ShownRequest } from "./state.ts";

/** Creates the function that shows the requests. */
export function createRequestList(): (requests: readonly ShownRequest[]) => void {
  const table = getElement("requests"), none = getElement("none");
  const cacheTones: Record<string, string> = { HIT: "good", STALE: "warn" };
  const levelTones: Record<string, string> = { error: "bad", warn: "warn" };
  const rows = new Map<string, { readonly body: PageElement; readonly output: PageElement }>();

  /** A restarted server counts from 0 again. */
  function getName({ key, time }: ShownRequest): string {
    return `${key} ${time}`;
  }

  function addRow({ time, method, path, status, duration, cache }: ShownRequest) {
    const cells = [
      createCell("narrow mono soft", new Date(time).toLocaleTimeString([], { hour12: false })),
      createCell("mono", `${method} ${path}`),
      createCell(`narrow mono ${getTone(status)}`, `${status}`),
      createCell("narrow mono", `${Math.round(duration)} ms`),
      createCell(`narrow mono ${cacheTones[cache ?? ""] ?? "soft"}`, cache ?? ""),
    ];
    const row = { body: element("tbody", {}, element("tr", {}, ...cells)), output: createBox("Console") };
    table.tHead.after(row.body);
    return row;
  }

  return (requests) => {
    const kept = new Set(requests.map(getName));
    for (const [name, { body }] of rows) {
      if (kept.has(name)) continue;
      body.remove();
      rows.delete(name);
    }
    for (const request of requests.toReversed()) {
      const name = getName(request);
      const row = rows.get(name) ?? addRow(request);
      rows.set(name, row);
      // More may be printed when the response has long been sent.
      const more = request.output.slice(row.output.childElementCount);
      const lines = more.map(({ level, text }) => element("div", { className: levelTones[level] ?? "" }, text || " "));
      row.output.append(...lines);
      if (lines.length > 0 && !row.output.isConnected) row.body.append(createRowBelow(row.output, 5));
    }
    none.hidden = requests.length > 0;
    table.hidden = requests.length === 0;
  };
}
