/**
 * Functions on the URLs of files that do not read the disk.
 *
 * @module
 */

/** A specifier and its query. */
export interface SplitSpecifier {
  /** Everything before the question mark. */
  readonly path: string;
  /** The query with its question mark, or an empty string. */
  readonly query: string;
}

/**
 * Splits `./add.wasm?module` at its first question mark, as bundlers do.
 *
 * @param specifier The imported specifier.
 */
export function splitQuery(specifier: string): SplitSpecifier {
  const at = specifier.indexOf("?");
  return at === -1 ? { path: specifier, query: "" } : { path: specifier.slice(0, at), query: specifier.slice(at) };
}

/**
 * Returns the URL of a file without its query and fragment.
 *
 * @param url The URL.
 */
export function toFileUrlOnly(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/**
 * Returns the folder of a file, or the folder itself if the URL ends with a slash.
 *
 * @param url The URL of the file, without query.
 * @returns A URL with a trailing slash.
 */
export function getFolder(url: string): string {
  return url.slice(0, url.lastIndexOf("/") + 1);
}

/** The root of the host and drive that a URL is on: `file:///`, `file:///C:/`, `file://server/`. */
const ROOT = /^file:\/\/[^/]*\/(?:[a-z](?::|%3A)\/)?$/i;

/**
 * Returns the parent of a folder.
 *
 * @param folder A URL with a trailing slash.
 * @returns `undefined` for the root of a disk.
 */
export function getParentFolder(folder: string): string | undefined {
  return ROOT.test(folder) ? undefined : folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
}

/**
 * Returns the last segment of a URL's path.
 *
 * @param url The URL of a file, without query.
 */
export function getFileName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

/**
 * Whether a file was installed by a package manager, as opposed to the user's own code.
 *
 * @param url The URL of the file, with symbolic links resolved: a workspace package is not in `node_modules`.
 */
export function isInNodeModules(url: string): boolean {
  return url.includes("/node_modules/");
}

/** Encodes a path for a URL: `%`, `#` and `?` are characters of the file's name. */
function encodePath(path: string): string {
  return path.replaceAll("%", "%25").replaceAll("#", "%23").replaceAll("?", "%3F");
}

/**
 * Returns the URLs that a relative path may mean, in order of preference.
 *
 * Bundlers treat `./50%.ts` and `./c#/d` as paths, Node.js as URLs. They differ only for names with these characters.
 *
 * @param path The imported path, without query.
 * @param base The URL of the folder or file it is relative to.
 */
export function getRelativeUrls(path: string, base: string): readonly string[] {
  // Double slashes would create a second module of the same file.
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
 * Whether a specifier is an absolute path on any system: `/lib/db`, `C:\lib\db`.
 *
 * @param specifier The imported specifier.
 */
export function isAbsolutePath(specifier: string): boolean {
  return specifier.startsWith("/") || specifier.startsWith("\\\\") || DRIVE.test(specifier);
}

/**
 * Converts an absolute path to a file URL.
 *
 * @param path The path; one from `require.resolve()` has the separators of the system.
 * @param base The URL of the importing file: a path without a drive is on its drive.
 */
export function fromAbsolutePath(path: string, base: string): string {
  const isWindows = !path.startsWith("/");
  const slashes = isWindows ? encodePath(path.replaceAll("\\", "/")) : encodePath(path).replaceAll("\\", "%5C");
  if (slashes.startsWith("//")) {
    return isWindows ? new URL(`file:${slashes}`).href : new URL(slashes.slice(1), base).href;
  }
  return isWindows ? new URL(`file:///${slashes}`).href : new URL(slashes, base).href;
}
