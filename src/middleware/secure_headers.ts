/**
 * Response headers that limit what a browser does with a response.
 *
 * @module
 */

import type { Middleware } from "../contract/middleware.ts";
import { isHeaderValue } from "../http/header_text.ts";
import { respondWith } from "./respond.ts";

/** The directives of a Content Security Policy: `{ "default-src": ["'self'"], "upgrade-insecure-requests": [] }`. */
export type CspDirectives = Readonly<Record<string, readonly string[]>>;

/** Options of {@linkcode secureHeaders}: the value of each header, or `false` to leave it out. */
export interface SecureHeadersOptions {
  /** Default: `default-src 'none'; frame-ancestors 'none'`, for data. Pages need a policy of their own. */
  contentSecurityPolicy?: string | CspDirectives | false;
  /** Default: `same-origin`. */
  crossOriginOpenerPolicy?: string | false;
  /** Default: `same-origin`. It concerns `<img>` and the like; scripts that use `fetch()` need `cors()`. */
  crossOriginResourcePolicy?: string | false;
  /** Default: none. */
  permissionsPolicy?: string | false;
  /** Default: `no-referrer`. */
  referrerPolicy?: string | false;
  /** Default: `max-age=31536000`, a year. Browsers ignore it without TLS. */
  strictTransportSecurity?: string | false;
  /** Default: `nosniff`. */
  xContentTypeOptions?: string | false;
  /** Default: `DENY`, for browsers without `frame-ancestors`. */
  xFrameOptions?: string | false;
}

/** Header names, and their default values. */
const HEADERS: Readonly<Record<keyof SecureHeadersOptions, readonly [name: string, value: string | false]>> = {
  contentSecurityPolicy: ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  crossOriginOpenerPolicy: ["cross-origin-opener-policy", "same-origin"],
  crossOriginResourcePolicy: ["cross-origin-resource-policy", "same-origin"],
  permissionsPolicy: ["permissions-policy", false],
  referrerPolicy: ["referrer-policy", "no-referrer"],
  strictTransportSecurity: ["strict-transport-security", "max-age=31536000"],
  xContentTypeOptions: ["x-content-type-options", "nosniff"],
  xFrameOptions: ["x-frame-options", "DENY"],
};

/**
 * Adds headers that limit what a browser does with a response. A header that the handler sets stays as it is.
 *
 * The defaults are for data, by the OWASP REST Security Cheat Sheet: a response that a browser shows as a page can load
 * nothing, run nothing and not be framed. No library is used: it is a list of eight headers.
 *
 * @param options The values to send instead of the defaults.
 * @throws {TypeError} If an option is unknown or a value cannot be sent.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 *
 * @example
 * ```ts
 * import { secureHeaders } from "@x/routes/middleware";
 * import { route } from "@x/routes/route";
 *
 * const page = secureHeaders({ contentSecurityPolicy: { "default-src": ["'self'"], "img-src": ["'self'", "data:"] } });
 *
 * export const GET = route({ use: [page] }, () => new Response("<h1>Hi</h1>", { headers: { "content-type": "text/html" } }));
 * ```
 */
export function secureHeaders(options: SecureHeadersOptions = {}): Middleware {
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(HEADERS, option)) continue;
    throw new TypeError(`Cannot set secure header "${option}": expected one of ${Object.keys(HEADERS).join(", ")}`);
  }
  const headers = Object.entries(HEADERS).flatMap(([option, [name, initial]]) => {
    const value = options[option as keyof SecureHeadersOptions] ?? initial;
    return value === false ? [] : [[name, toHeaderValue(option, value)] as const];
  });
  return (_request, _context, next) =>
    respondWith(next, (target) => {
      for (const [name, value] of headers) if (!target.has(name)) target.set(name, value);
    });
}

function toHeaderValue(option: string, value: string | CspDirectives): string {
  const text = typeof value === "string" ? value : Object.entries(value).map(toDirective).join("; ");
  if (isHeaderValue(text)) return text;
  throw new TypeError(`Cannot set secure header "${option}": its value has a control character, remove it`);
}

/** A separator would start another directive (CSP Level 3 §2.3). */
function toDirective([name, values]: readonly [string, readonly string[]]): string {
  const text = [name, ...values].join(" ");
  if (!/[;,]/.test(text)) return text;
  throw new TypeError(`Cannot set CSP directive "${text}": it contains ";" or ",", write each directive as a key`);
}
