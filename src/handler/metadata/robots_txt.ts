/**
 * Formats a `robots.txt` with its lines in the order of Next.js.
 *
 * @module
 */

/** A string, or an array of strings. */
export type OneOrMore = string | readonly string[];

/** Rules for robots. */
export interface RobotsRule {
  /** The robots that the rule applies to; default: all. */
  userAgent?: OneOrMore;
  /** Paths that they may fetch. */
  allow?: OneOrMore;
  /** Paths that they may not fetch. */
  disallow?: OneOrMore;
  /** How long to wait between requests, in seconds. */
  crawlDelay?: number;
  /** Additional lines. */
  other?: Readonly<Record<string, OneOrMore>>;
}

/** The content of a `robots.txt`. */
export interface Robots {
  /** The rules. */
  rules: RobotsRule | readonly RobotsRule[];
  /** The URLs of sitemaps. */
  sitemap?: OneOrMore;
  /** The preferred host. */
  host?: string;
}

/** Formats a `robots.txt`. */
export function formatRobots({ rules, sitemap, host }: Robots): string {
  const groups = [rules].flat().map((rule) => formatRule(rule as RobotsRule)).join("");
  return groups + formatLines("Host", host) + formatLines("Sitemap", sitemap);
}

function formatRule({ userAgent, allow, disallow, crawlDelay, other = {} }: RobotsRule): string {
  const own = Object.entries(other).map(([name, value]) => formatLines(toOneLine(name), value)).join("");
  const delay = crawlDelay ? formatLines("Crawl-delay", String(crawlDelay)) : "";
  return formatLines("User-Agent", userAgent ?? "*") + formatLines("Allow", allow) + formatLines("Disallow", disallow) +
    delay + own +
    "\n";
}

function formatLines(name: string, value: OneOrMore | undefined): string {
  if (value === undefined || value === "") return "";
  return [value].flat().map((each) => `${name}: ${toOneLine(String(each))}\n`).join("");
}

/**
 * Removes line breaks, which would start another rule: CR and LF (RFC 9309 §2.2), and those of readers that split by
 * Unicode's rules. Other control characters are meaningless in a rule.
 */
function toOneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what it replaces
  return text.replaceAll(/[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029]+/g, " ");
}
