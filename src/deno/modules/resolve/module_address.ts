/**
 * The URLs of modules that are not the files they stand for: generated ones, and files under a URL that has Deno ask the
 * load hook for them.
 *
 * @module
 */

/**
 * What is generated for a file: an ES module that has what a CommonJS module exports, the names of CommonJS for an ES
 * module, or what a bundler makes of JSON, of WebAssembly or of an asset.
 */
export type GeneratedKind = "commonjs" | "scope" | "json" | "wasm" | "wasm-module" | "asset";

/** The address of a generated module. */
export interface GeneratedAddress {
  readonly kind: GeneratedKind;
  /** What the module depends on besides the file; without a colon. */
  readonly details: string;
  /** The URL of the file, with its query. */
  readonly url: string;
}

const GENERATED = /^x-routes-(commonjs|scope|json|wasm|wasm-module|asset):([^:]*):(.*)$/;

/**
 * The URL of a generated module. Deno cannot read it, and so always asks the load hook.
 *
 * @param kind What is generated.
 * @param url The URL of the file.
 * @param details What the module depends on besides the file; without a colon.
 */
export function toGeneratedUrl(kind: GeneratedKind, url: string, details = ""): string {
  return `x-routes-${kind}:${details}:${url}`;
}

/**
 * Reads the URL of a generated module.
 *
 * @param url Any URL.
 * @returns `undefined` if it is another one.
 */
export function parseGeneratedUrl(url: string): GeneratedAddress | undefined {
  const [, kind, details = "", file = ""] = GENERATED.exec(url) ?? [];
  return kind === undefined ? undefined : { kind: kind as GeneratedKind, details, url: file };
}

/**
 * The folder of the modules that are made up under the URL of a file: one that no file has. On Windows it is on a drive,
 * without which such a URL is not the path of any file, and an error where one is made of it.
 *
 * @param os The operating system.
 * @returns A URL that ends with a slash.
 */
export function getVirtualFolder(os: typeof Deno.build.os): string {
  return os === "windows" ? "file:///C:/@x/routes/" : "file:///@x/routes/";
}

/** A file of a package in Deno's own cache: `…/npm/registry.npmjs.org/@scope/name/1.2.3/…`. */
const CACHED = /\/npm\/[^/]+\/(?:@[^/]+\/)?[^/]+\/\d+\.\d+\.\d+[^/]*\//;

/**
 * Whether a file is of a package that Deno keeps in its own cache, where there is no `node_modules`.
 *
 * @param url The URL of the file.
 */
export function isInDenoCache(url: string): boolean {
  return CACHED.test(url) && !url.includes("/node_modules/");
}

/**
 * The folder of the package in Deno's cache that a file belongs to.
 *
 * @param url The URL of the file.
 * @returns A URL that ends with a slash, or `undefined` if the file is not in the cache.
 */
export function getCachedPackage(url: string): string | undefined {
  const found = CACHED.exec(url);
  return found === null || url.includes("/node_modules/") ? undefined : url.slice(0, found.index + found[0].length);
}

/**
 * Whether a file was installed, and is not the user's own.
 *
 * @param url The URL of the file, with links followed.
 */
export function isInstalled(url: string): boolean {
  return url.includes("/node_modules/") || isInDenoCache(url);
}

/**
 * The URL under which the load hook is asked for a file of a package. Under its own URL Deno takes it for CommonJS, or
 * for TypeScript that it does not load. The path is the same once decoded, so `import.meta` tells the truth.
 *
 * @param url The URL of the file.
 */
export function toHookedUrl(url: string): string {
  return isInDenoCache(url) ? url.replace("/npm/", "/np%6D/") : url.replaceAll("/node_modules/", "/node%5Fmodules/");
}

/**
 * The URL of the file that a module was made of, with its query.
 *
 * @param url The URL of a module.
 */
export function toSourceUrl(url: string): string {
  const file = parseGeneratedUrl(url)?.url ?? url;
  return file.includes("%") ? file.replaceAll("/node%5Fmodules/", "/node_modules/").replace("/np%6D/", "/npm/") : file;
}
