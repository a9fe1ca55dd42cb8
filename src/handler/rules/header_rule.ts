/**
 * Headers set by a rule of `next.config`, with the params that the rule captured.
 *
 * @module
 */

import { isHeaderName, isHeaderValue } from "../../http/header_text.ts";
import type { HeaderPair } from "../../http/runtime_internals.ts";
import type { RuleParams } from "./path_rule.ts";
import { expandTemplate, hasParams } from "./template.ts";

/** Headers of the connection rather than the message (RFC 9110 §7.6.1). */
export const HOP_BY_HOP: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers of the connection, and those that describe the bytes of a body, which only the code that writes it knows. */
const FRAMING: ReadonlySet<string> = new Set([...HOP_BY_HOP, "content-length", "content-encoding"]);

/** Whether a header, in lower case, controls how a message is framed, so that a rule must not set it. */
export function isFraming(name: string): boolean {
  return FRAMING.has(name);
}

/**
 * Creates a header from the params that a rule captured. It returns `null` if the header is invalid, or if a client could
 * change the framing of the response with it.
 */
export type RuleHeader = (params: RuleParams) => HeaderPair | null;

/**
 * Compiles a header of a rule.
 *
 * @param key Its name.
 * @param value Its value; both may contain params.
 */
export function createRuleHeader(key: string, value: string): RuleHeader {
  if (hasParams(key) || hasParams(value)) return (params) => expandHeader(key, value, params);
  const literal: HeaderPair | null = isHeaderName(key) && isHeaderValue(value) ? [key, value] : null;
  return () => literal;
}

function expandHeader(key: string, value: string, params: RuleParams): HeaderPair | null {
  const name = expandTemplate(key, params), written = expandTemplate(value, params);
  if (!isHeaderName(name) || !isHeaderValue(written)) return null;
  const isWritten = name === key && written === value;
  return !isWritten && isFraming(name.toLowerCase()) ? null : [name, written];
}
