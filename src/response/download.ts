/**
 * Files as responses.
 *
 * @module
 */

import { realpath, stat } from "node:fs/promises";
import { eTag } from "@std/http/etag";
import { basename, fromFileUrl, join, relative } from "@std/path";
import { createProblem, problemResponse } from "../contract/problem.ts";
import { getContentType } from "../http/content_type.ts";
import { getFileTag, readFilePart } from "../http/file_part.ts";
import { type Representation, sendRepresentation } from "../http/representation.ts";
import { toContentDisposition } from "./content_disposition.ts";

/** The source of {@linkcode download}: the path or URL of a file, a `Blob`, bytes, or a stream. */
export type DownloadSource = string | URL | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  /** The name to save the file as; any text. Default: the name of the path or the `File`. */
  name?: string;
  /** The content type. Default: by the ending of the name. */
  type?: string;
  /** Whether a browser may show the file instead of saving it. Default: `false`. */
  inline?: boolean;
  /**
   * The folder of the path. Required if any part of the path comes from a client: the response is 404 for a hidden
   * file, and for a path that leads out of the folder, also by a symbolic link.
   */
  root?: string | URL;
  /**
   * The entity tag, with quotes. Default: from size and date for a path, from the content for bytes, otherwise none.
   */
  etag?: string;
  /** The date of the last change. Default: the date of a path, otherwise none. */
  lastModified?: Date;
}

/**
 * Sends a file, the range of it that the client requests, or 304 if the client has it. The response is the problem
 * 404 if there is no file, which a contract declares as `404: Problem`. Browsers save it under its name, do not guess its type, and revalidate their copy before they use it; set
 * `cache-control` on the response to change that.
 *
 * A stream has no ranges, since its size is unknown. `@std/http/file-server` is not used: it names no downloads, and
 * serves paths only.
 *
 * @param request The request, whose `Range` and conditions are answered.
 * @param source The file.
 * @param options Its name and type.
 * @see https://www.rfc-editor.org/rfc/rfc6266
 *
 * @example
 * ```ts
 * import { download } from "@x/routes/response";
 * import { assertEquals } from "@std/assert";
 *
 * const GET = (request: Request) => download(request, new Blob(["a;b"]), { name: "März.csv" });
 *
 * const { status, headers } = await GET(new Request("http://localhost/", { headers: { range: "bytes=0-1" } }));
 * assertEquals(status, 206);
 * assertEquals(headers.get("content-disposition"), `attachment; filename="M_rz.csv"; filename*=UTF-8''M%C3%A4rz.csv`);
 * ```
 */
export async function download(
  request: Request,
  source: DownloadSource,
  options: DownloadOptions = {},
): Promise<Response> {
  if (source instanceof ReadableStream) return sendStream(request, source, toHeaders("download", options));
  if (typeof source === "string" || source instanceof URL) return await sendFile(request, source, options);
  const representation = await describe(source);
  const name = source instanceof File ? source.name : "download";
  return sendRepresentation(
    request,
    { ...representation, ...getValidators(options) },
    toHeaders(name, options, source),
  );
}

async function sendFile(request: Request, source: string | URL, options: DownloadOptions): Promise<Response> {
  const path = options.root === undefined ? source : await findInside(toPath(options.root), toPath(source));
  const info = path === undefined ? undefined : await stat(path).catch(undefinedIfMissing);
  if (path === undefined || !info?.isFile()) return problemResponse(createProblem(404));
  const { size, mtime } = info;
  const open = (start: number, end: number) => readFilePart(path, start, end);
  const validators = { etag: getFileTag(size, mtime.getTime()), lastModified: mtime, ...getValidators(options) };
  return sendRepresentation(request, { size, open, ...validators }, toHeaders(basename(toPath(source)), options));
}

function sendStream({ method }: Request, stream: ReadableStream<Uint8Array>, headers: Headers): Response {
  if (method !== "HEAD") return new Response(stream, { headers });
  stream.cancel().catch(() => {});
  return new Response(null, { headers });
}

async function describe(source: Blob | Uint8Array<ArrayBuffer>): Promise<Representation> {
  if (source instanceof Blob) return { size: source.size, open: (start, end) => source.slice(start, end) };
  return { size: source.length, open: (start, end) => source.subarray(start, end), etag: await eTag(source) };
}

function getValidators({ etag, lastModified }: DownloadOptions): Partial<Representation> {
  return { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}

/** @param source The source, if it may have a type. */
function toHeaders(
  ownName: string,
  { name = ownName, type, inline = false }: DownloadOptions,
  source?: unknown,
): Headers {
  const ownType = source instanceof Blob && source.type !== "" ? source.type : getContentType(name);
  return new Headers({
    "content-type": type ?? ownType,
    "content-disposition": toContentDisposition(inline ? "inline" : "attachment", name),
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
  });
}

function toPath(path: string | URL): string {
  return path instanceof URL ? fromFileUrl(path) : path;
}

/** Returns the real path of a file in a folder; `undefined` if it is missing, hidden or elsewhere. */
async function findInside(folder: string, path: string): Promise<string | undefined> {
  if (path.includes("\0")) return undefined;
  const root = await realpath(folder);
  const file = await realpath(join(root, path)).catch(undefinedIfMissing);
  if (file === undefined) return undefined;
  const names = relative(root, file).split(/[\\/]/);
  return names.some((name) => name.startsWith(".")) ? undefined : file;
}

/** A name that is too long, a folder that is a file, and a loop of links are missing files too. */
function undefinedIfMissing(error: unknown): undefined {
  const { code } = error as { code?: string };
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ELOOP") return undefined;
  throw error;
}
