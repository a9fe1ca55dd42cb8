/**
 * Serves the files of `public/`.
 *
 * @module
 */

import { dirname, isAbsolute, join, relative } from "@std/path";
import { followLink, type LinkTarget } from "./followed_link.ts";
import { getContentType } from "../../http/content_type.ts";
import { getFileTag, readFilePart } from "../../http/file_part.ts";
import type { PublicFile } from "../../handler/rules/pipeline.ts";
import { sendRepresentation } from "../../http/representation.ts";
import { encodeSegment, unifySpelling } from "../../routing/canonical_path.ts";

/**
 * Creates the function that answers with a file of a folder.
 *
 * The folder is listed once, and only listed files are opened, so no path can escape from it. Names that start with a
 * dot are not listed, nor are symbolic links that lead out of the project.
 *
 * @param folder The absolute path of the folder.
 * @returns `undefined` if the folder does not exist or is empty.
 */
export async function servePublicFiles(
  folder: string,
): Promise<PublicFile | undefined> {
  const files = new Map<string, string>();
  await collect(folder, "", { files, root: dirname(folder) });
  if (files.size === 0) return undefined;
  return (pathname, request) => {
    const file = files.get(unifySpelling(pathname));
    return file === undefined ? null : answer(file, request()).catch(toNullIfGone);
  };
}

/** Returns `null` for a file that was removed since the folder was listed. */
function toNullIfGone(error: unknown): null {
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
 * Resolves a link in `public/`. It may lead to a file of the project, but not to a hidden one, or out of the project.
 *
 * @param link The path of the link.
 * @param root The project's folder.
 * @param followed The folders to which links have already led on the way to it.
 * @returns `null` if the target must not be served.
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
