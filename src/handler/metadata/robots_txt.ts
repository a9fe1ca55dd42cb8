/**
 * A `robots.txt`, in Next's order.
 *
 * @module
 */

/** A text, or several. */
export type OneOrMore = string | readonly string[];

/** Rules for robots. */
export interface RobotsRule {
  /** Which robots; default: all. */
  userAgent?: OneOrMore;
  /** What they may fetch. */
  allow?: OneOrMore;
  /** What they may not. */
  disallow?: OneOrMore;
  /** How long they wait between requests, in seconds. */
  crawlDelay?: number;
  /** Other lines. */
  other?: Readonly<Record<string, OneOrMore>>;
}

/** The content of a `robots.txt`. */
export interface Robots {
  /** The rules. */
  rules: RobotsRule | readonly RobotsRule[];
  /** Where the sitemaps are. */
  sitemap?: OneOrMore;
  /** The host that is preferred. */
  host?: string;
}

/** Writes a `robots.txt`. */
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
 * A line break in a value would begin a rule of its own: CR and LF by RFC 9309 §2.2, and what readers that split by
 * Unicode's rules take for one. Other control characters mean nothing in a rule.
 */
function toOneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  return text.replaceAll(/[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029]+/g, " ");
}
