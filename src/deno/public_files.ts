/**
 * The files of `public/`, served as they are.
 *
 * @module
 */

import { extname, join } from "@std/path";
import { ifNoneMatch } from "@std/http/etag";
import { encodeSegment } from "../routing/canonical_path.ts";

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
 * that begin with a dot and symbolic links are not on it either.
 *
 * @param folder The absolute path of the folder.
 * @returns `undefined` if there is no such folder, or nothing in it.
 */
export async function servePublicFiles(
  folder: string,
): Promise<((pathname: string, request: Request) => Promise<Response | null>) | undefined> {
  const files = new Map<string, string>();
  await collect(folder, "", files);
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

async function collect(dir: string, below: string, files: Map<string, string>): Promise<void> {
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(dir));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    throw error;
  }
  for (const { name, isDirectory, isFile } of entries) {
    if (name.startsWith(".") && name !== ".well-known") continue;
    const path = `${below}/${encodeSegment(name)}`;
    if (isDirectory) await collect(join(dir, name), path, files);
    else if (isFile) files.set(path, join(dir, name));
  }
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
  if (!ifNoneMatch(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  headers.set("content-type", TYPES[extname(path).toLowerCase()] ?? "application/octet-stream");
  headers.set("content-length", String(size));
  const file = method === "HEAD" ? null : await Deno.open(path);
  return new Response(file?.readable ?? null, { headers });
}
