/**
 * Parses `User-Agent` headers.
 *
 * @module
 */

import { UserAgent as Parser } from "@std/http/user-agent";

/** The parsed `User-Agent` header; unknown properties are omitted. */
export interface UserAgent {
  /** The header itself, or `""`. */
  ua: string;
  /** The browser. */
  browser: { name?: string; version?: string; major?: string };
  /** The layout engine. */
  engine: { name?: string; version?: string };
  /** The operating system. */
  os: { name?: string; version?: string };
  /** The device, if the header names it. */
  device: { vendor?: string; model?: string; type?: string };
  /** The processor. */
  cpu: { architecture?: string };
  /** Whether it identifies itself as a crawler. */
  isBot: boolean;
}

const BOT =
  /Googlebot|Mediapartners-Google|AdsBot-Google|googleweblight|Storebot-Google|Google-PageRenderer|Google-InspectionTool|Bingbot|BingPreview|Slurp|DuckDuckBot|baiduspider|yandex|sogou|LinkedInBot|bitlybot|tumblr|vkShare|quora link preview|facebookexternalhit|facebookcatalog|Twitterbot|applebot|redditbot|Slackbot|Discordbot|WhatsApp|SkypeUriPreview|ia_archiver/i;

/**
 * How many characters of a header are parsed, because the regular expressions of the parser take cubic time. The limit
 * is that of Next.js.
 */
const MAX_PARSED_LENGTH = 500;

/**
 * Parses the `User-Agent` header of a request.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/userAgent
 */
export function userAgent({ headers }: { headers: Headers }): UserAgent {
  return userAgentFromString(headers.get("user-agent") ?? undefined);
}

/** Parses a `User-Agent` header. */
export function userAgentFromString(ua: string | undefined): UserAgent {
  const { browser, engine, os, device, cpu } = new Parser(ua?.slice(0, MAX_PARSED_LENGTH) ?? null);
  return {
    ua: ua ?? "",
    browser: omitUndefined(browser),
    engine: omitUndefined(engine),
    os: omitUndefined(os),
    device: omitUndefined({ vendor: device.vendor, model: device.model, type: device.type }),
    cpu: omitUndefined(cpu),
    isBot: ua !== undefined && BOT.test(ua),
  };
}

/** Returns the properties that have a value, so that `JSON.stringify` and spreading show only those. */
function omitUndefined<T extends object>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
