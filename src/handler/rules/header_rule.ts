/**
 * Headers set by a rule of `next.config`, with the params that the rule captured.
 *
 * @module
 */

import { isHeaderName, isHeaderValue } from "../../http/header_text.ts";
import { expandTemplate, type RuleParams } from "./path_rule.ts";

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

/** Headers that describe the bytes of a body, which only the code that writes the body knows. */
const BODY_HEADERS = ["content-length", "content-encoding"];

/** Whether a header controls how a message is framed, so that a rule must not set it. */
export function isFraming(name: string): boolean {
  return HOP_BY_HOP.includes(name) || BODY_HEADERS.includes(name);
}

/**
 * Creates a header of a rule.
 *
 * @param header Its name and value; both may contain params.
 * @param params The params that the rule captured.
 * @returns `null` if the header is invalid, or if a client could change the framing of the response with it.
 */
export function createRuleHeader(
  { key, value }: { readonly key: string; readonly value: string },
  params: RuleParams,
): [name: string, value: string] | null {
  const name = expandTemplate(key, params), written = expandTemplate(value, params);
  if (!isHeaderName(name) || !isHeaderValue(written)) return null;
  const isWritten = name === key && written === value;
  return !isWritten && isFraming(name.toLowerCase()) ? null : [name, written];
}
