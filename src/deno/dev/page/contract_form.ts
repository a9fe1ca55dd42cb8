/**
 * The fields of a contract, and the problems of what was sent. It runs in the browser.
 *
 * @module
 */

import type { PageElement } from "./dom.ts";
import { createBox, element, getElement } from "./elements.ts";
import { type FieldValues, getFieldKey } from "./request_values.ts";
import type { ResponsePart, ShownContract, ShownField } from "./state.ts";

/** The fields of a contract. */
export interface ContractForm {
  /**
   * Shows a contract, or nothing. A contract that is shown already stays as it is.
   *
   * @param place The method and path that it belongs to.
   * @param contract The contract.
   * @param values The values to begin with.
   */
  show(place: string, contract: ShownContract | undefined, values: FieldValues): void;
  /** Returns what was typed. */
  read(): FieldValues;
  /** Returns a function that takes the parts of a response, and shows the problems that it reports. */
  watch(): (part: ResponsePart) => void;
}

/**
 * Creates the fields.
 *
 * @param onInput Called when something was typed.
 */
export function createContractForm(onInput: () => void): ContractForm {
  const box = getElement("fields");
  let inputs = new Map<string, { readonly input: PageElement; readonly problem: PageElement }>();
  let others = element("ul", {});
  let shown = "";

  function createInput({ kind, choices = [], isRequired, hint = "" }: ShownField): PageElement {
    const options = kind === "boolean" ? ["true", "false"] : choices;
    const input = options.length > 0
      ? element("select", {}, ...["", ...options].map((name) => element("option", {}, name)))
      : element("input", { placeholder: hint || (kind === "json" ? "JSON" : "") });
    input.ariaRequired = `${isRequired}`;
    input.title = hint;
    input.addEventListener("input", () => {
      clearProblems();
      onInput();
    });
    return input;
  }

  function createField(field: ShownField): PageElement {
    const input = createInput(field);
    const problem = element("span", { className: "bad", role: "status" });
    inputs.set(getFieldKey(field), { input, problem });
    const name = field.path.join(".") || field.in;
    return element("label", {}, `${name}${field.isRequired ? " *" : ""}`, input, problem);
  }

  function createGroup(part: ShownField["in"], fields: readonly ShownField[]): PageElement[] {
    if (fields.length === 0) return [];
    const row = element("div", { className: "row" }, ...fields.map(createField));
    return [element("fieldset", {}, element("legend", {}, part), row)];
  }

  function clearProblems(): void {
    for (const { input, problem } of inputs.values()) {
      problem.textContent = "";
      input.ariaInvalid = null;
    }
    others.replaceChildren();
  }

  function showProblems(errors: readonly { in: ShownField["in"]; path: readonly unknown[]; message: string }[]): void {
    for (const { in: part, path, message } of errors) {
      // The problem of an item is shown next to the field of its array.
      const names = path.map(String);
      let found;
      do {
        found = inputs.get(getFieldKey({ in: part, path: names }));
      } while (found === undefined && names.pop() !== undefined);
      if (found === undefined) {
        others.append(element("li", {}, `${[part, ...path].join(".")}: ${message}`));
      } else {
        found.problem.textContent = [found.problem.textContent, message].filter((text) => text).join(", ");
        found.input.ariaInvalid = "true";
      }
    }
  }

  return {
    show(place, contract, values) {
      const state = contract === undefined ? "" : JSON.stringify([place, contract]);
      if (state === shown) return;
      shown = state;
      inputs = new Map();
      others = element("ul", { className: "bad", role: "status" });
      if (contract === undefined) return box.replaceChildren();
      const parts = ["params", "query", "headers", "cookies", "body"] as const;
      const groups = parts.flatMap((part) => createGroup(part, contract.fields.filter((field) => field.in === part)));
      const schemas = contract.schemas.map(({ part, text }) =>
        element("div", {}, element("h3", {}, part), createBox(`Schema of ${part}`, text))
      );
      const details = schemas.length === 0
        ? []
        : [element("details", {}, element("summary", {}, "Schemas"), ...schemas)];
      box.replaceChildren(...groups, others, ...details);
      for (const [key, { input }] of inputs) input.value = values[key] ?? "";
    },
    read: () => Object.fromEntries([...inputs].map(([key, { input }]) => [key, input.value])),
    watch() {
      let isProblem = false, text = "";
      clearProblems();
      return (part) => {
        if (part.type === "head") {
          isProblem = part.headers.some(([name, value]) =>
            name === "content-type" && value.startsWith("application/problem+json")
          );
        } else if (part.type === "body") {
          if (isProblem) text += part.text;
        } else if (part.type === "end" && isProblem) {
          try {
            showProblems(JSON.parse(text).errors ?? []);
          } catch {
            // A problem of the project's own, which is shown as the body.
          }
        }
      };
    },
  };
}
