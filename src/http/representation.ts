/**
 * Sends a representation of known size: conditions, ranges, and the headers that describe it.
 *
 * @module
 */

import { matchesIfNoneMatch } from "./etag.ts";

/** A representation to send. */
export interface Representation {
  /** Its size in bytes. */
  readonly size: number;
  /** Its entity tag, with quotes. */
  readonly etag?: string | undefined;
  /** When it was last changed. */
  readonly lastModified?: Date | undefined;
  /**
   * Returns a part of it.
   *
   * @param start The first byte.
   * @param end The byte after the last one.
   */
  open(start: number, end: number): BodyInit;
}

/**
 * Answers GET and HEAD: 304 if the client already has the representation (RFC 9110 §13), 206 or 416 for a range (§14),
 * otherwise 200 with all of it. Several ranges are answered with all of it, which is allowed.
 *
 * @param request The request.
 * @param representation The representation.
 * @param headers Other headers, to which those that describe the representation are added.
 */
export function sendRepresentation(
  request: Request,
  { size, etag, lastModified, open }: Representation,
  headers: Headers,
): Response {
  if (etag !== undefined) headers.set("etag", etag);
  if (lastModified !== undefined) headers.set("last-modified", lastModified.toUTCString());
  if (isNotModified(request.headers, etag, lastModified)) {
    headers.delete("content-type");
    return new Response(null, { status: 304, headers });
  }
  headers.set("accept-ranges", "bytes");
  const range = isRangeOf(request.headers.get("if-range"), etag)
    ? parseRange(request.headers.get("range"), size)
    : null;
  if (range === "outside") {
    headers.delete("content-type");
    headers.set("content-range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const [start, end] = range ?? [0, size];
  headers.set("content-length", String(end - start));
  if (range !== null) headers.set("content-range", `bytes ${start}-${end - 1}/${size}`);
  const body = request.method === "HEAD" ? null : open(start, end);
  return new Response(body, { status: range === null ? 200 : 206, headers });
}

function isNotModified(request: Headers, etag: string | undefined, lastModified: Date | undefined): boolean {
  const condition = request.get("if-none-match");
  if (condition !== null) return etag !== undefined && matchesIfNoneMatch(condition, etag);
  const since = Date.parse(request.get("if-modified-since") ?? "");
  // RFC 9110 §13.1.3: a date has whole seconds, and counts only without an entity tag.
  return lastModified !== undefined && since >= Math.floor(lastModified.getTime() / 1000) * 1000;
}

/**
 * Whether the client's part and a range are parts of the same: only a strong entity tag can say so (RFC 9110 §13.1.5). A
 * date of a file cannot: it may have changed twice in that second.
 */
function isRangeOf(condition: string | null, etag: string | undefined): boolean {
  return condition === null || (condition.startsWith('"') && condition === etag);
}

/** Parses one range (RFC 9110 §14.1.2); returns `null` for none, or for several. */
function parseRange(header: string | null, size: number): [start: number, end: number] | "outside" | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (start >= size || (first === "" && Number(last) === 0)) return "outside";
  return start >= end ? null : [start, end];
}
