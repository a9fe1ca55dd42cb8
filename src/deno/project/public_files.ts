/**
 * The files of `public/`, served as they are.
 *
 * @module
 */

import { dirname, extname, isAbsolute, join, relative } from "@std/path";
import { followLink, type LinkTarget } from "./followed_link.ts";
import { matchesIfNoneMatch } from "../../http/etag.ts";
import { encodeSegment } from "../../routing/canonical_path.ts";

/** Content types by ending; anything else is bytes. */
const TYPES: Readonly<Record<string, string>> = {
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".css": "text/css; charset=UTF-8",
  ".csv": "text/csv; charset=UTF-8",
  ".gif": "image/gif",
  ".htm": "text/html; charset=UTF-8",
  ".html": "text/html; charset=UTF-8",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "application/javascript; charset=UTF-8",
  ".json": "application/json; charset=UTF-8",
  ".map": "application/json; charset=UTF-8",
  ".md": "text/markdown; charset=UTF-8",
  ".mjs": "application/javascript; charset=UTF-8",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".ogg": "audio/ogg",
  ".otf": "font/otf",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ttf": "font/ttf",
  ".txt": "text/plain; charset=UTF-8",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webm": "video/webm",
  ".webmanifest": "application/manifest+json; charset=UTF-8",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
  ".zip": "application/zip",
};

/**
 * Makes the function that answers with a file of a folder.
 *
 * The folder is listed once, and only a path of the list is ever opened: what a path could escape to is not on it. Names
 * that begin with a dot are not on it either, nor are symbolic links that lead out of the project.
 *
 * @param folder The absolute path of the folder.
 * @returns `undefined` if there is no such folder, or nothing in it.
 */
export async function servePublicFiles(
  folder: string,
): Promise<((pathname: string, request: Request) => Promise<Response | null>) | undefined> {
  const files = new Map<string, string>();
  await collect(folder, "", { files, root: dirname(folder) });
  if (files.size === 0) return undefined;
  return async (pathname, request) => {
    const file = files.get(pathname);
    return file === undefined ? null : await answer(file, request).catch(nullIfGone);
  };
}

/** A file that was removed since the folder was listed. */
function nullIfGone(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}

interface Found {
  readonly files: Map<string, string>;
  /** The folder of the project. */
  readonly root: string;
}

async function collect(dir: string, below: string, found: Found, followed: readonly string[] = []): Promise<void> {
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(dir));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    throw error;
  }
  for (const entry of entries) {
    const { name } = entry;
    if (name.startsWith(".") && name !== ".well-known") continue;
    const path = `${below}/${encodeSegment(name)}`, file = join(dir, name);
    const target = entry.isSymlink ? await followPublicLink(file, found.root, followed) : entry;
    if (target === null) continue;
    const reached = "path" in target ? [...followed, target.path] : followed;
    if (target.isDirectory) await collect(file, path, found, reached);
    else if (target.isFile) found.files.set(path, "path" in target ? target.path : file);
  }
}

/**
 * Finds what a link in `public/` leads to. A file of the project may be linked; what is outside, or hidden, is not for
 * everyone.
 *
 * @param link The path of the link.
 * @param root The project's folder.
 * @param followed The folders that links have led to on the way to it.
 * @returns `null` if nothing is to be served of it.
 */
export async function followPublicLink(
  link: string,
  root: string,
  followed: readonly string[],
): Promise<LinkTarget | null> {
  const target = await followLink(link, followed);
  if (target === null) return null;
  const inside = relative(await Deno.realPath(root), target.path);
  const isHidden = inside.split(/[\\/]/).some((name) => name.startsWith(".") && name !== ".well-known");
  return isHidden || isAbsolute(inside) ? null : target;
}

async function answer(path: string, request: Request): Promise<Response> {
  const { method } = request;
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow: "GET, HEAD, OPTIONS" } });
  if (method !== "GET" && method !== "HEAD") {
    return new Response(null, { status: 405, headers: { allow: "GET, HEAD, OPTIONS" } });
  }
  const { size, mtime } = await Deno.stat(path);
  const etag = `W/"${size.toString(16)}-${(mtime?.getTime() ?? 0).toString(16)}"`;
  const headers = new Headers({ etag, "cache-control": "public, max-age=0" });
  if (mtime !== null) headers.set("last-modified", mtime.toUTCString());
  const condition = request.headers.get("if-none-match");
  if (matchesIfNoneMatch(condition, etag)) return new Response(null, { status: 304, headers });
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  // RFC 9110 §13.1.3: a date has whole seconds, and counts only without an entity tag.
  if (condition === null && mtime !== null && since >= Math.floor(mtime.getTime() / 1000) * 1000) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", TYPES[extname(path).toLowerCase()] ?? "application/octet-stream");
  headers.set("accept-ranges", "bytes");
  const range = request.headers.has("if-range") ? null : rangeOf(request.headers.get("range"), size);
  if (range === "outside") {
    headers.set("content-range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const [start, end] = range ?? [0, size - 1];
  headers.set("content-length", String(end - start + 1));
  if (range !== null) headers.set("content-range", `bytes ${start}-${end}/${size}`);
  const body = method === "HEAD" ? null : await open(path, start, end - start + 1);
  return new Response(body, { status: range === null ? 200 : 206, headers });
}

/** One range (RFC 9110 §14.1.2); several are answered with the whole, as they may be. */
function rangeOf(header: string | null, size: number): [start: number, end: number] | "outside" | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || (first === "" && Number(last) === 0)) return "outside";
  return start > end ? null : [start, end];
}

/** A part of a file, from `start` on. */
async function open(path: string, start: number, length: number): Promise<ReadableStream<Uint8Array>> {
  const file = await Deno.open(path);
  await file.seek(start, Deno.SeekMode.Start);
  let left = length;
  return file.readable.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left));
        left -= Math.min(left, chunk.length);
        if (left === 0) controller.terminate();
      },
    }),
  );
}
