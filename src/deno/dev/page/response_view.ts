/**
 * The response to the request that the form has sent, as it arrives. It runs in the browser.
 *
 * @module
 */

import { createBox, element, getElement, getTone } from "./elements.ts";
import { formatJson } from "./request_text.ts";
import type { ResponsePart } from "./state.ts";

/** The response to one request. */
export interface ResponseView {
  /** Shows a part of it. */
  add(part: ResponsePart): void;
  /** Shows why there is no more of it. */
  fail(message: string): void;
}

/**
 * Shows that a request is sent.
 *
 * @param method Its method.
 * @param path Its path.
 */
export function createResponseView(method: string, path: string): ResponseView {
  const status = getElement("status"), answer = getElement("answer");
  const body = createBox("Response body");
  let text = "", isJson = false, statusCode = 0;

  function showStatus(state: string): void {
    const code = element("strong", { className: getTone(statusCode) }, `${statusCode}`);
    status.replaceChildren(code, " ", element("span", { className: "mono" }, `${method} ${path}`), state);
  }

  function showHead(headers: readonly (readonly [string, string])[]): void {
    isJson = headers.some(([name, value]) => name === "content-type" && /[/+]json\s*(?:;|$)/i.test(value));
    const lines = headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    answer.replaceChildren(
      element("h3", {}, "Response headers"),
      createBox("Response headers", lines),
      element("h3", {}, "Response body"),
      body,
    );
  }

  function addText(more: string): void {
    // A reader who has scrolled up stays where they are.
    const isAtEnd = body.scrollTop + body.clientHeight >= body.scrollHeight - 4;
    text += more;
    body.append(more);
    if (isAtEnd) body.scrollTop = body.scrollHeight;
  }

  function finish(): void {
    if (text === "") body.replaceChildren(element("span", { className: "soft" }, "Empty"));
    else if (isJson) body.replaceChildren(formatJson(text));
    if (isJson) body.scrollTop = 0;
  }

  status.textContent = `Sending ${method} ${path}`;
  answer.replaceChildren();
  return {
    add(part) {
      if (part.type === "head") {
        statusCode = part.status;
        showHead(part.headers);
        showStatus(", receiving");
      } else if (part.type === "body") {
        addText(part.text);
      } else if (part.type === "end") {
        finish();
        showStatus(` in ${Math.round(part.duration)} ms${part.note}`);
      } else {
        this.fail(part.message);
      }
    },
    fail(message) {
      if (statusCode !== 0) return showStatus(`: ${message}`);
      status.replaceChildren(element("span", { className: "bad" }, message));
    },
  };
}
