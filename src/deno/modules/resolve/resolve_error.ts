/**
 * What is said when a module cannot be resolved.
 *
 * @module
 */

/** The codes that Node.js gives such errors; packages ask for them to tell whether an optional package is missing. */
export type ModuleResolveErrorCode =
  | "ERR_MODULE_NOT_FOUND"
  | "MODULE_NOT_FOUND"
  | "ERR_PACKAGE_PATH_NOT_EXPORTED"
  | "ERR_PACKAGE_IMPORT_NOT_DEFINED"
  | "ERR_INVALID_PACKAGE_TARGET"
  | "ERR_INVALID_PACKAGE_CONFIG"
  | "ERR_INVALID_MODULE_SPECIFIER";

/** An import that leads to no file. The message names the import, the file that has it, what was tried and a fix. */
export class ModuleResolveError extends Error {
  /** The name of the class, which messages begin with. */
  override readonly name: string = "ModuleResolveError";
  /** The code that Node.js gives such an error. */
  readonly code: ModuleResolveErrorCode;

  /**
   * Creates an error.
   *
   * @param code The code that Node.js gives such an error.
   * @param message What is wrong, why, and how to fix it.
   */
  constructor(code: ModuleResolveErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A file as messages show it: by its path, relative to the project if it is in it.
 *
 * @param url The URL of the file.
 * @param root The URL of the project's folder, with a slash at the end.
 */
export function showFile(url: string, root?: string): string {
  const isInside = root !== undefined && url.startsWith(root) && url !== root;
  const path = isInside ? url.slice(root.length) : url.replace(/^file:\/\/(?:\/(?=[a-z]:))?/i, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
