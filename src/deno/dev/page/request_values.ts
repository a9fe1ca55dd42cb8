/**
 * Makes a request of the values of a contract's fields. The functions run in the browser.
 *
 * @module
 */

import type { RequestForm, ShownContract, ShownField } from "./state.ts";

/** The values that were typed, by {@linkcode getFieldKey}. */
export type FieldValues = Readonly<Record<string, string>>;

/** Returns what identifies a field. */
export function getFieldKey({ in: part, path }: Pick<ShownField, "in" | "path">): string {
  return JSON.stringify([part, ...path]);
}

/**
 * Makes a request of values. Fields without a value are left out, and so is what the request had of them before.
 *
 * @param request The request before; headers that are not fields stay.
 * @param pattern The path of the route: `/users/[id]`.
 * @param contract The contract.
 * @param values The values.
 */
export function toRequest(
  request: RequestForm,
  pattern: string,
  { fields, bodyKind }: ShownContract,
  values: FieldValues,
): RequestForm {
  const getValue = (field: ShownField) => values[getFieldKey(field)] ?? "";
  const given = fields.filter((field) => getValue(field) !== "");
  const ofPart = (part: ShownField["in"]) => given.filter((field) => field.in === part);

  function getPath(): string {
    const path = ofPart("params").reduce((path, field) => {
      const [name] = field.path, value = getValue(field);
      return path
        .replace(`[[...${name}]]`, () => encodeURI(value))
        .replace(`[...${name}]`, () => encodeURI(value))
        .replace(`[${name}]`, () => encodeURIComponent(value));
    }, pattern);
    const query = new URLSearchParams();
    for (const field of ofPart("query")) {
      const value = parseValue(field, getValue(field));
      for (const each of Array.isArray(value) ? value : [getValue(field)]) {
        query.append(field.path[0]!, typeof each === "string" ? each : JSON.stringify(each));
      }
    }
    return query.size === 0 ? path : `${path}?${query}`;
  }

  function getHeaders(): string {
    const cookies = ofPart("cookies").map((field) => `${field.path[0]}=${encodeURIComponent(getValue(field))}`);
    const types = {
      json: "application/json",
      form: "application/x-www-form-urlencoded",
      text: "text/plain",
      bytes: "",
    };
    const type = bodyKind === undefined ? "" : types[bodyKind];
    const added = ofPart("headers").map((field): [string, string] => [field.path[0]!, getValue(field)]);
    const hasCookies = fields.some((field) => field.in === "cookies");
    if (cookies.length > 0) added.push(["cookie", cookies.join("; ")]);
    const replaced = fields.filter((field) => field.in === "headers").map((field) => field.path[0]!.toLowerCase());
    const kept = request.headers.split("\n").filter((line) => {
      const name = line.split(":", 1)[0]!.trim().toLowerCase();
      return name !== "" && !replaced.includes(name) && !(hasCookies && name === "cookie");
    });
    if (type !== "" && !kept.some((line) => /^content-type\s*:/i.test(line))) kept.push(`content-type: ${type}`);
    return [...kept, ...added.map(([name, value]) => `${name}: ${value}`)].join("\n");
  }

  function getBody(): string {
    const whole = ofPart("body").find((field) => field.path.length === 0);
    if (whole !== undefined) {
      const value = getValue(whole);
      return bodyKind === "json" && whole.kind === "text" ? JSON.stringify(value) : value;
    }
    if (bodyKind === "form") {
      return `${new URLSearchParams(ofPart("body").map((field) => [field.path[0]!, getValue(field)]))}`;
    }
    if (bodyKind !== "json") return request.body;
    return JSON.stringify(
      ofPart("body").reduce((body, field) => {
        const value = parseValue(field, getValue(field));
        // Not by assignment: a property may be named __proto__.
        return setProperty(body, field.path, value);
      }, {}),
      null,
      2,
    );
  }

  return {
    method: request.method,
    path: getPath(),
    headers: getHeaders(),
    body: bodyKind === undefined ? request.body : getBody(),
  };
}

/** Returns a copy of an object with a property, which may be in objects within it. */
export function setProperty(object: object, path: readonly string[], value: unknown): object {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  const before = Object.getOwnPropertyDescriptor(object, name)?.value;
  const inner = rest.length === 0 ? value : setProperty(before ?? {}, rest, value);
  const others = Object.entries(object).filter(([key]) => key !== name);
  return Object.fromEntries([...others, [name, inner]]);
}

/** Returns the value of a field; its text if that is not of the field's kind, for the contract to reject. */
export function parseValue({ kind }: Pick<ShownField, "kind">, text: string): unknown {
  if (kind === "text" || kind === "choice") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
