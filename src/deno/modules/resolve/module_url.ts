/**
 * What can be read from the URL of a file without looking at the disk.
 *
 * @module
 */

/** A name or path that is imported, and the query behind it. */
export interface SplitSpecifier {
  /** All before the question mark. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

/**
 * Splits `./add.wasm?module` at its first question mark, as bundlers do.
 *
 * @param specifier What is imported.
 */
export function splitQuery(specifier: string): SplitSpecifier {
  const at = specifier.indexOf("?");
  return at === -1 ? { path: specifier, query: "" } : { path: specifier.slice(0, at), query: specifier.slice(at) };
}

/**
 * The URL of a file without query and fragment, which say nothing about where it is.
 *
 * @param url The URL.
 */
export function toFileUrlOnly(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/**
 * The folder of a file, or the folder itself if the URL ends with a slash.
 *
 * @param url The URL of the file, without query.
 * @returns A URL that ends with a slash.
 */
export function getFolder(url: string): string {
  return url.slice(0, url.lastIndexOf("/") + 1);
}

/** The root of the host and drive that a URL is on: `file:///`, `file:///C:/`, `file://server/`. */
const ROOT = /^file:\/\/[^/]*\/(?:[a-z](?::|%3A)\/)?$/i;

/**
 * The folder above a folder.
 *
 * @param folder A URL that ends with a slash.
 * @returns `undefined` above the root of a disk.
 */
export function getParentFolder(folder: string): string | undefined {
  return ROOT.test(folder) ? undefined : folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
}

/**
 * The last part of a URL's path.
 *
 * @param url The URL of a file, without query.
 */
export function getFileName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

/**
 * Whether a file was installed by a package manager, and is not the user's own.
 *
 * @param url The URL of the file, with links followed: a workspace package is not in `node_modules`.
 */
export function isInNodeModules(url: string): boolean {
  return url.includes("/node_modules/");
}

/** A path as its characters mean it, in a URL: a percent sign and a number sign are part of a file's name. */
function encodePath(path: string): string {
  return path.replaceAll("%", "%25").replaceAll("#", "%23").replaceAll("?", "%3F");
}

/**
 * The URLs that a relative path may mean, best first.
 *
 * Bundlers take `./50%.ts` and `./c#/d` for paths, Node.js for URLs. They differ only in names with these signs.
 *
 * @param path What is imported, without query.
 * @param base The URL of the folder or file it is relative to.
 */
export function getRelativeUrls(path: string, base: string): readonly string[] {
  // Two slashes would make a second module of the same file.
  const single = path.includes("//") ? path.replace(/\/{2,}/g, "/") : path;
  if (!/[%#]/.test(single)) return [new URL(single, base).href];
  const asUrl = toFileUrlOnly(new URL(single, base).href);
  return [new URL(encodePath(single), base).href, ...(isDecodable(asUrl) ? [asUrl] : [])];
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

const DRIVE = /^[a-z]:[\\/]/i;

/**
 * Whether a specifier is an absolute path of any system: `/lib/db`, `C:\lib\db`.
 *
 * @param specifier What is imported.
 */
export function isAbsolutePath(specifier: string): boolean {
  return specifier.startsWith("/") || specifier.startsWith("\\\\") || DRIVE.test(specifier);
}

/**
 * The file URL of an absolute path.
 *
 * @param path The path; `require()` of what `require.resolve()` gave has the separators of the system.
 * @param base The URL of the importing file: a path without drive is on its drive.
 */
export function fromAbsolutePath(path: string, base: string): string {
  const isWindows = !path.startsWith("/");
  const slashes = isWindows ? encodePath(path.replaceAll("\\", "/")) : encodePath(path).replaceAll("\\", "%5C");
  if (slashes.startsWith("//")) {
    return isWindows ? new URL(`file:${slashes}`).href : new URL(slashes.slice(1), base).href;
  }
  return isWindows ? new URL(`file:///${slashes}`).href : new URL(slashes, base).href;
}
