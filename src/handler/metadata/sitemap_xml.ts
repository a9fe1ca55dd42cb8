/**
 * Formats a sitemap as XML in the order of Next.js; unlike there, every value is escaped.
 *
 * @module
 */

/** A URL of a sitemap. */
export interface SitemapEntry {
  /** The absolute URL. */
  url: string;
  /** When the page last changed. */
  lastModified?: string | Date;
  /** How often the page changes. */
  changeFrequency?: "always" | "hourly" | "daily" | "weekly" | "monthly" | "yearly" | "never";
  /** The priority, from 0 to 1. */
  priority?: number;
  /** The same page in other languages. */
  alternates?: { languages?: Readonly<Record<string, string>> };
  /** URLs of images on the page. */
  images?: readonly string[];
  /** Videos on the page. */
  videos?: readonly Readonly<Record<string, unknown>>[];
}

const NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';
const EXTENSIONS: readonly (readonly [keyof SitemapEntry, string])[] = [
  ["images", 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'],
  ["videos", 'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'],
  ["alternates", 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'],
];

/** The elements of a video, in Next's order. */
const VIDEO = [
  "title",
  "thumbnail_loc",
  "description",
  "content_loc",
  "player_loc",
  "duration",
  "view_count",
  "tag",
  "rating",
  "expiration_date",
  "publication_date",
  "family_friendly",
  "requires_subscription",
  "live",
  "restriction",
  "platform",
  "uploader",
];

/**
 * Formats a sitemap.
 *
 * @param entries The URLs of the sitemap.
 * @see https://www.sitemaps.org/protocol.html
 */
export function formatSitemap(entries: readonly SitemapEntry[]): string {
  const extensions = EXTENSIONS.filter(([key]) => entries.some((entry) => hasContent(entry, key)));
  const namespaces = [NAMESPACE, ...extensions.map(([, namespace]) => namespace)].join(" ");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset ${namespaces}>\n${
    entries.map(formatUrl).join("")
  }</urlset>\n`;
}

function hasContent(entry: SitemapEntry, key: keyof SitemapEntry): boolean {
  const value = key === "alternates" ? entry.alternates?.languages : entry[key];
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function formatUrl(entry: SitemapEntry): string {
  const languages = Object.entries(entry.alternates?.languages ?? {});
  const { lastModified, changeFrequency, priority } = entry;
  return [
    "<url>",
    formatElement("loc", entry.url),
    ...languages.map(([language, href]) =>
      `<xhtml:link rel="alternate" hreflang="${escapeXml(language)}" href="${escapeXml(href)}" />`
    ),
    ...(entry.images ?? []).flatMap((image) => ["<image:image>", formatElement("image:loc", image), "</image:image>"]),
    ...(entry.videos ?? []).flatMap(formatVideo),
    ...lastModified
      ? [formatElement("lastmod", lastModified instanceof Date ? lastModified.toISOString() : lastModified)]
      : [],
    ...changeFrequency ? [formatElement("changefreq", changeFrequency)] : [],
    ...typeof priority === "number" ? [formatElement("priority", priority)] : [],
    "</url>\n",
  ].join("\n");
}

function formatVideo(video: Readonly<Record<string, unknown>>): string[] {
  const present = VIDEO.filter((name) => video[name] !== undefined && video[name] !== null);
  return ["<video:video>", ...present.map((name) => formatVideoElement(name, video[name])), "</video:video>"];
}

/** Attribute names that need no namespace; any other name could end the tag. */
const ATTRIBUTE = /^[A-Za-z_][\w.-]*$/;

function formatVideoElement(name: string, value: unknown): string {
  if (typeof value !== "object" || value === null) return formatElement(`video:${name}`, value);
  const { content, ...attributes } = value as Record<string, unknown>;
  const text = Object.entries(attributes).filter(([key]) => ATTRIBUTE.test(key))
    .map(([key, each]) => ` ${key}="${escapeXml(each)}"`).join("");
  return `<video:${name}${text}>${escapeXml(content)}</video:${name}>`;
}

function formatElement(name: string, value: unknown): string {
  return `<${name}>${escapeXml(value)}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Characters that XML 1.0 (§2.2) cannot represent, not even as a reference. */
// deno-lint-ignore no-control-regex -- control characters are what it finds
const NO_CHARACTER = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
const NO_CHARACTERS = new RegExp(NO_CHARACTER, "g");

/**
 * A reference that needs no DTD (one of five names, or a number; case-sensitive), or a character that must be escaped.
 */
const REFERENCE_OR_SIGN = /&(?:(?:amp|lt|gt|quot|apos)|#(\d+)|#x([\da-fA-F]+));|[&<>"']/g;

/** Keeps existing references: Next.js escapes nothing, so authors had to do it themselves. */
function escapeXml(value: unknown): string {
  return String(value).toWellFormed().replaceAll(REFERENCE_OR_SIGN, (found, decimal?: string, hex?: string) => {
    if (found.length === 1) return ESCAPES[found]!;
    const isName = decimal === undefined && hex === undefined;
    return isName || isCharacter(parseInt(decimal ?? hex!, decimal === undefined ? 16 : 10))
      ? found
      : `&amp;${found.slice(1)}`;
  }).replaceAll(NO_CHARACTERS, "");
}

/** Whether a code point is a character that XML 1.0 can reference (§4.1). */
function isCharacter(code: number): boolean {
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && !NO_CHARACTER.test(String.fromCodePoint(code));
}
