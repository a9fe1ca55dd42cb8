/**
 * The destinations of redirects and rewrites.
 *
 * @module
 */

import type { RuleParams } from "./path_rule.ts";
import { expandTemplate } from "./template.ts";

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The destination of a rule. */
export interface Destination {
  /** Builds the URL: a path with its query, or an absolute URL. */
  to(params: RuleParams): string;
  /** Whether it is on another server. */
  readonly external: boolean;
  /** Whether a param chooses a host below a domain; the client's credentials are not sent to such a host. */
  readonly hasHostParams: boolean;
}

/**
 * Parses a destination.
 *
 * @param destination A path, or an `http:` or `https:` URL.
 * @param where The rule's place, for messages.
 * @throws {TypeError} If it is neither, or if its host has params that are not single labels below a literal domain,
 * which would let the client choose the server.
 */
export function readDestination(destination: unknown, where: string): Destination {
  const fail = (state: string): never => {
    throw new TypeError(`Cannot read the destination ${JSON.stringify(destination)} (${where}): ${state}`);
  };
  if (typeof destination !== "string") return fail("expected a string");
  // URL parsers drop these characters, so they must not hide the host from the checks below.
  const text = destination.replace(/[\t\r\n]/g, "");
  // deno-lint-ignore no-control-regex -- control characters are what it refuses
  if (/[\x00-\x1f\x7f]/.test(text)) fail("it has a control character, write it percent-encoded");
  const [, origin = "", rest = ""] = /^([a-z][a-z+.-]*:\/\/[^/?#]*)?(.*)$/is.exec(text)!;
  if (/^https?:\/\/$/i.test(origin)) fail("the URL has no host");
  if (origin === "" && !/^\/(?![/\\])/.test(rest)) fail('write a path as "/blog", or a URL as "https://example.com/"');
  if (origin !== "" && !/^https?:\/\//i.test(origin)) fail("it is a URL of neither http: nor https:");
  const hasHostParams = /:(?!\d+$)/.test(origin.replace(/^https?:/i, "").replace(/\[[^\]]*\]/, ""));
  if (hasHostParams && !HOST_OF_PARAMS.test(origin)) {
    fail("its host has a param, write the host out, or a param as one label: https://:region.example.com");
  }
  const [path = "", query = ""] = rest.split(/(?=\?)/s, 2);
  // Decoded as in Next.js; characters that would end a value or change its meaning stay encoded.
  const shownQuery = query.replace(/%(?:2[14789ACF]|3[ABF]|40|7E)/gi, decodeURIComponent);
  return {
    external: origin !== "",
    hasHostParams,
    to(params) {
      const written = expandTemplate(removeAbsent(path, params), params, (value) => {
        // A value may have several segments; a dot segment in it would escape the folder of the destination.
        if (hasDotSegment(value)) throw new RangeError("a param has a dot segment");
        return value;
      });
      // The slashes that an absent param leaves must not become a host, or a double slash.
      const tidy = origin === "" ? `/${written}`.replace(/[\\/]+/g, "/") : written;
      // Encoded, so that a value remains a single value in the query.
      const host = hasHostParams ? expandTemplate(origin, params, toLabel) : origin;
      return host + tidy + expandTemplate(shownQuery, params, (value) => encodeURIComponent(decode(value)));
    },
  };
}

/** Labels with at most one param each, and two final labels without: a client never chooses the domain. */
const HOST_OF_PARAMS = /^https?:\/\/(?:[\w-]*(?::[a-z_]\w*)?\.)+[\w-]+\.[\w-]*[a-z][\w-]*(?::\d+)?$/i;

function toLabel(value: string): string {
  if (!/^[a-z\d-]{1,63}$/i.test(value)) throw new RangeError("a param is not one label of a host");
  return value;
}

/** Removes the slashes before absent params. */
function removeAbsent(path: string, params: RuleParams): string {
  return path.replace(/\/:(\w+)[*+?]?/g, (whole, name: string) => params[name] === "" ? "" : whole);
}

/** Whether a value has a dot segment, also after decoding it twice, or before a `;`, as some servers read it. */
function hasDotSegment(value: string): boolean {
  return decodeEach(decodeEach(value)).split(/[\\/]/).some((part) => /^\.\.?(?:;|$)/.test(part));
}

/** Decodes each escape of ASCII by itself: a malformed one must not hide the others. */
function decodeEach(text: string): string {
  return text.replace(/%[0-7][\da-f]/gi, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)));
}
