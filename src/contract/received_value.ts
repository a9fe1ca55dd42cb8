/**
 * Removes received values from the messages of schemas, so that no response contains a password or token.
 *
 * Zod names only types. Valibot and ArkType quote the value, and provide the quoted value as `received` and `actual`.
 * In other messages, the strings and numbers of the value are searched for.
 *
 * @module
 */

import type { StandardIssue } from "./standard_schema.ts";

/** A value shorter than this is removed only in quotes, since it may be a word of the message. */
const MIN_BARE_LENGTH = 4;
/** A value shorter than this is not removed inside a word: `edit` leaves `editor`. */
const MIN_PART_LENGTH = 8;
/** The message is replaced if the value has more strings and numbers than this. */
const MAX_LEAVES = 1000;

/** The properties in which libraries store the quoted value. */
interface QuotingIssue extends StandardIssue {
  /** Valibot: `"ada"`, `12`, `Object`. */
  readonly received?: unknown;
  /** ArkType: `"ada"`, `12`, `a string`. */
  readonly actual?: unknown;
}

/**
 * Returns the message of an issue without the received value.
 *
 * @param issue The issue.
 * @param path Its path.
 * @param received The whole value that was validated.
 */
export function removeReceived(issue: StandardIssue, path: readonly PropertyKey[], received: unknown): string {
  const leaves = collectLeaves(getAt(received, path));
  if (leaves === undefined) return "is invalid";
  return leaves.reduce(removeValue, removeQuoted(issue));
}

/** Removes the value that a library quoted, with the words around it. */
function removeQuoted(issue: StandardIssue): string {
  const { message, received, actual = received } = issue as QuotingIssue;
  // The name of a type is not a value.
  if (typeof actual !== "string" || !/^["'{[\d-]/.test(actual)) return message;
  let safe = message;
  for (const phrase of [` (was ${actual})`, `: Received ${actual}`, ` but received ${actual}`, `(${actual}) `]) {
    safe = safe.replace(phrase, () => "");
  }
  return actual.length < MIN_BARE_LENGTH ? safe : safe.replaceAll(actual, "…");
}

function removeValue(message: string, value: string): string {
  if (!message.includes(value)) return message;
  const forms = [JSON.stringify(value), `"${value}"`, `'${value}'`, `\`${value}\``];
  if (value.length >= MIN_PART_LENGTH) forms.push(value);
  const safe = forms.reduce((safe, form) => safe.replaceAll(form, "…"), message);
  return value.length < MIN_BARE_LENGTH || value.length >= MIN_PART_LENGTH ? safe : removeWord(safe, value);
}

function removeWord(message: string, word: string): string {
  const isInWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);
  return message.replaceAll(word, (found, at: number) => {
    const isPart = isInWord(message[at - 1]) || isInWord(message[at + word.length]);
    return isPart ? found : "…";
  });
}

function getAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[key];
  }
  return inner;
}

/** The strings and numbers in a value, longest first; `undefined` if there are too many. */
function collectLeaves(value: unknown): string[] | undefined {
  const leaves = new Set<string>();
  const open: unknown[] = [value];
  for (let visited = 0; open.length > 0; visited++) {
    const next = open.pop();
    if (typeof next === "string" && next !== "") leaves.add(next);
    else if (typeof next === "number") leaves.add(String(next));
    else if (typeof next === "object" && next !== null) open.push(...Object.values(next).slice(0, MAX_LEAVES + 1));
    if (visited + open.length > MAX_LEAVES) return undefined;
  }
  return [...leaves].sort((a, b) => b.length - a.length);
}
