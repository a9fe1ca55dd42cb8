/**
 * What a `User-Agent` header says of the client.
 *
 * @module
 */

import { UserAgent as Parser } from "@std/http/user-agent";

/** What a `User-Agent` header says; what it does not say is left out. */
export interface UserAgent {
  /** The header itself, or `""`. */
  ua: string;
  /** The browser. */
  browser: { name?: string; version?: string; major?: string };
  /** The layout engine. */
  engine: { name?: string; version?: string };
  /** The operating system. */
  os: { name?: string; version?: string };
  /** The device, for those that name it. */
  device: { vendor?: string; model?: string; type?: string };
  /** The processor. */
  cpu: { architecture?: string };
  /** Whether it calls itself a crawler. */
  isBot: boolean;
}

const BOT =
  /Googlebot|Mediapartners-Google|AdsBot-Google|googleweblight|Storebot-Google|Google-PageRenderer|Google-InspectionTool|Bingbot|BingPreview|Slurp|DuckDuckBot|baiduspider|yandex|sogou|LinkedInBot|bitlybot|tumblr|vkShare|quora link preview|facebookexternalhit|facebookcatalog|Twitterbot|applebot|redditbot|Slackbot|Discordbot|WhatsApp|SkypeUriPreview|ia_archiver/i;

/**
 * How much of a header is parsed, in characters: the expressions of the parser take cubic time. The parser of Next.js
 * stops there too.
 */
const PARSED_LENGTH = 500;

/**
 * Reads the `User-Agent` header of a request.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/userAgent
 */
export function userAgent({ headers }: { headers: Headers }): UserAgent {
  return userAgentFromString(headers.get("user-agent") ?? undefined);
}

/** Reads the text of a `User-Agent` header. */
export function userAgentFromString(ua: string | undefined): UserAgent {
  const { browser, engine, os, device, cpu } = new Parser(ua?.slice(0, PARSED_LENGTH) ?? null);
  return {
    ua: ua ?? "",
    browser: known(browser),
    engine: known(engine),
    os: known(os),
    device: known({ vendor: device.vendor, model: device.model, type: device.type }),
    cpu: known(cpu),
    isBot: ua !== undefined && BOT.test(ua),
  };
}

/** The entries that have a value, so that `JSON.stringify` and spreading show only those. */
function known<T extends object>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
