/**
 * The headers that a rule of `next.config` sets, made of what the rule captured of a request.
 *
 * @module
 */

import { isHeaderName, isHeaderValue } from "../../http/header_text.ts";
import { fillTemplate, type RuleParams } from "./path_rule.ts";

/** Of one connection, and not of the message (RFC 9110 §7.6.1). */
export const HOP_BY_HOP: readonly string[] = [
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding"],
  "upgrade",
];

/** What says how the bytes of a body are read, besides: only who writes the body knows. */
const BODY_HEADERS = ["content-length", "content-encoding"];

/** Whether a header is about how a message is sent, so that nothing but the message itself may set it. */
export function isFraming(name: string): boolean {
  return HOP_BY_HOP.includes(name) || BODY_HEADERS.includes(name);
}

/**
 * Writes a header of a rule.
 *
 * @param header Its name and value, params in either.
 * @param params What the rule captured.
 * @returns `null` for a header that HTTP does not have, or that would frame the response as a client wants it.
 */
export function createRuleHeader(
  { key, value }: { readonly key: string; readonly value: string },
  params: RuleParams,
): [name: string, value: string] | null {
  const name = fillTemplate(key, params), filled = fillTemplate(value, params);
  if (!isHeaderName(name) || !isHeaderValue(filled)) return null;
  const isWritten = name === key && filled === value;
  return !isWritten && isFraming(name.toLowerCase()) ? null : [name, filled];
}
