/**
 * The form that sends a request. It runs in the browser.
 *
 * @module
 */

import type { PageHistory, PageLocation, PageNavigator } from "./dom.ts";
import { createBox, element, getElement } from "./elements.ts";
import { readFragment, toCurlCommand, toFragment } from "./request_text.ts";
import { createContractForm } from "./contract_form.ts";
import { type FieldValues, toRequest } from "./request_values.ts";
import { createResponseView } from "./response_view.ts";
import type { RequestForm, ResponsePart, ShownContract, ShownRoute } from "./state.ts";

declare const history: PageHistory;
declare const location: PageLocation;
declare const navigator: PageNavigator;

/** What {@linkcode createRequestForm} needs of the page. */
export interface RequestFormOptions {
  /** All methods, in order. */
  readonly methods: readonly string[];
  /** Called when a response has arrived. */
  onSent(): void;
  /** Called with the path of the route that the form is filled for. */
  onSelect(path: string): void;
}

/** The form that sends a request. */
export interface SendForm {
  /** Fills it for a route. */
  fill(route: ShownRoute): void;
  /** Shows the fields of the contract of the current route and method. */
  update(routes: readonly ShownRoute[]): void;
}

/**
 * Creates the form. What is typed survives a reload: method and path are in the fragment of the URL, and all of it in the
 * session storage, because a link must not contain credentials.
 */
export function createRequestForm({ methods, onSent, onSelect }: RequestFormOptions): SendForm {
  const names = ["method", "path", "headers", "body"] as const;
  const fields = {
    method: getElement("method"),
    path: getElement("path"),
    headers: getElement("headers"),
    body: getElement("body"),
  };
  const form = getElement("form"), cancel = getElement("cancel"), copied = getElement("copied");
  const storageKey = "routes dev: request";
  const contractForm = createContractForm(applyFields);
  let selected = "";
  let routes: readonly ShownRoute[] = [];
  /** What was typed into the fields of a contract before the page was loaded again. */
  let restored: FieldValues = {};
  /** The method and path of the fields. */
  let shown = "";
  let running: AbortController | undefined;

  function read(): RequestForm {
    const { method, path, headers, body } = fields;
    return { method: method.value, path: path.value, headers: headers.value, body: body.value };
  }

  function fill(request: Partial<RequestForm>): void {
    for (const name of names) fields[name].value = request[name] ?? fields[name].value;
    fitBody();
  }

  function fitBody(): void {
    const { method: { value: method }, body } = fields;
    body.disabled = method === "GET" || method === "HEAD";
    body.placeholder = body.disabled ? `${method} has no body` : "";
  }

  function select(path: string): void {
    selected = path;
    onSelect(path);
    showContract();
  }

  function getContract(): ShownContract | undefined {
    return routes.find(({ path }) => path === selected)?.contracts[fields.method.value];
  }

  function showContract(): void {
    const contract = getContract(), place = `${fields.method.value} ${selected}`;
    // What was typed outlives a change of the contract.
    contractForm.show(place, contract, place === shown ? contractForm.read() : restored);
    if (contract === undefined) return;
    shown = place;
    restored = {};
  }

  function applyFields(): void {
    const contract = getContract();
    if (contract !== undefined) fill(toRequest(read(), selected, contract, contractForm.read()));
  }

  function remember(): void {
    const request = read();
    const fragment = toFragment(request.method, request.path);
    if (fragment !== location.hash) history.replaceState(null, "", fragment);
    sessionStorage.setItem(
      storageKey,
      JSON.stringify({ ...request, selected, values: contractForm.read(), hash: location.hash }),
    );
  }

  /** Fills the form by the link that has led here, or as it was before the page was loaded again. */
  function restore(): void {
    const stored = JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");
    const linked = readFragment(location.hash);
    if (linked === null || stored.hash === location.hash) {
      fill(stored);
      restored = stored.values ?? {};
      select(stored.selected ?? "");
    } else {
      fill({ ...stored, ...linked });
      select(linked.path);
    }
  }

  async function send(): Promise<void> {
    running?.abort();
    const control = running = new AbortController();
    const request = read();
    const view = createResponseView(request.method, request.path);
    const watch = contractForm.watch();
    cancel.hidden = false;
    try {
      // What arrives late does not take the place of what was sent after it.
      await receive(request, control.signal, (part) => {
        if (running !== control) return;
        view.add(part);
        watch(part);
      });
    } catch (error) {
      if (running === control) view.fail(control.signal.aborted ? "Canceled" : `${(error as Error).message}`);
    }
    if (running === control) {
      running = undefined;
      cancel.hidden = true;
    }
    onSent();
  }

  async function receive(
    request: RequestForm,
    signal: AbortSignal,
    onPart: (part: ResponsePart) => void,
  ): Promise<void> {
    const response = await fetch("/_routes/send", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      signal,
    });
    if (response.body === null || !response.headers.get("content-type")?.includes("json")) {
      throw new Error(`The development server answered ${response.status}: ${await response.text()}`);
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const lines = (rest + chunk.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onPart(JSON.parse(line));
    }
  }

  function stop(): void {
    if (running === undefined) return;
    running.abort();
    getElement("submit").focus();
  }

  async function copy(): Promise<void> {
    const command = toCurlCommand(location.origin, read());
    try {
      await navigator.clipboard!.writeText(command);
      copied.textContent = "Copied";
    } catch {
      // The clipboard is missing or forbidden.
      copied.replaceChildren(createBox("curl command", command));
    }
  }

  fields.method.append(...methods.map((name) => element("option", {}, name)));
  fields.method.addEventListener("change", () => {
    fitBody();
    showContract();
  });
  form.addEventListener("input", () => {
    copied.replaceChildren();
    remember();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (event.key === "Escape") stop();
  });
  cancel.addEventListener("click", stop);
  getElement("copy").addEventListener("click", copy);
  addEventListener("hashchange", restore);
  restore();
  fitBody();

  return {
    fill({ path, methods: own }) {
      fill({ method: methods.find((name) => own.includes(name)) ?? "GET", path });
      select(path);
      remember();
      fields.path.focus();
      // The first param is what is typed over.
      const param = /\[+[^\]]*\]+/.exec(path);
      if (param !== null) fields.path.setSelectionRange(param.index, param.index + param[0].length);
    },
    update(current) {
      routes = current;
      showContract();
    },
  };
}
