/**
 * The files of `public/`, served as they are.
 *
 * @module
 */

import { dirname, isAbsolute, join, relative } from "@std/path";
import { followLink, type LinkTarget } from "./followed_link.ts";
import { getContentType } from "../../http/content_type.ts";
import { getFileTag, readFilePart } from "../../http/file_part.ts";
import { sendRepresentation } from "../../http/representation.ts";
import { encodeSegment } from "../../routing/canonical_path.ts";

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
  const etag = getFileTag(size, mtime?.getTime());
  const headers = new Headers({ "cache-control": "public, max-age=0", "content-type": getContentType(path) });
  const open = (start: number, end: number) => readFilePart(path, start, end);
  return sendRepresentation(request, { size, etag, lastModified: mtime ?? undefined, open }, headers);
}
