import process from "node:process";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

// Every function is one SQL statement. SQLite runs it as a whole or not at all, so requests, and other processes on
// the same file, never come between a check and its write.

export interface Link {
  slug: string;
  url: string;
  createdAt: string;
}

export interface Stats {
  slug: string;
  hits: number;
  lastHitAt: string | null;
}

type Row = Record<string, SQLOutputValue>;

// A writer waits this long for another process to finish before it fails.
const db = new DatabaseSync(process.env.SHORTENER_DB || ":memory:", { timeout: 5_000 });
db.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS links (
    slug TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    created_at TEXT NOT NULL,
    hits INTEGER NOT NULL DEFAULT 0,
    last_hit_at TEXT
  ) STRICT, WITHOUT ROWID;
`);

const insert = db.prepare(
  "INSERT INTO links (slug, url, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING *",
);
const select = db.prepare("SELECT * FROM links WHERE slug = ?");
const page = db.prepare("SELECT * FROM links WHERE slug > ? ORDER BY slug LIMIT ?");
const update = db.prepare("UPDATE links SET url = ? WHERE slug = ? RETURNING *");
const remove = db.prepare("DELETE FROM links WHERE slug = ?");
const hit = db.prepare("UPDATE links SET hits = hits + 1, last_hit_at = ? WHERE slug = ? RETURNING *");

/** Returns `undefined` when the slug is taken. Without a slug, a free one is made up. */
export function createLink(url: string, slug?: string): Link | undefined {
  const row = insert.get(slug ?? randomSlug(), url, now());
  if (row) return toLink(row);
  return slug === undefined ? createLink(url) : undefined;
}

/** The links whose slugs come after `after`, in order; `next` is the `after` of the page that follows. */
export function listLinks(limit: number, after: string): { links: Link[]; next: string | null } {
  // One more than asked for tells whether there is another page.
  const links = page.all(after, limit + 1).map(toLink);
  const hasMore = links.length > limit;
  if (hasMore) links.pop();
  return { links, next: hasMore ? links.at(-1)?.slug ?? null : null };
}

export function findLink(slug: string): Link | undefined {
  const row = select.get(slug);
  return row && toLink(row);
}

export function changeLink(slug: string, url: string): Link | undefined {
  const row = update.get(url, slug);
  return row && toLink(row);
}

/** Returns whether there was such a link. */
export function deleteLink(slug: string): boolean {
  return remove.run(slug).changes > 0;
}

/** Counts a hit. */
export function followLink(slug: string): Link | undefined {
  const row = hit.get(now(), slug);
  return row && toLink(row);
}

export function readStats(slug: string): Stats | undefined {
  const row = select.get(slug);
  return row && {
    slug: String(row.slug),
    hits: Number(row.hits),
    lastHitAt: row.last_hit_at === null ? null : String(row.last_hit_at),
  };
}

function toLink(row: Row): Link {
  return { slug: String(row.slug), url: String(row.url), createdAt: String(row.created_at) };
}

function now(): string {
  return new Date().toISOString();
}

/** Eight characters, 40 random bits; without i, l, o and u nothing is misread or offends. */
function randomSlug(): string {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => alphabet[byte % 32]).join("");
}
