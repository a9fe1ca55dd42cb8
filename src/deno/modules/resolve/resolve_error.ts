/**
 * The error for a module that cannot be resolved.
 *
 * @module
 */

/** The codes that Node.js uses for such errors; packages check them to detect a missing optional dependency. */
export type ModuleResolveErrorCode =
  | "ERR_MODULE_NOT_FOUND"
  | "MODULE_NOT_FOUND"
  | "ERR_PACKAGE_PATH_NOT_EXPORTED"
  | "ERR_PACKAGE_IMPORT_NOT_DEFINED"
  | "ERR_INVALID_PACKAGE_TARGET"
  | "ERR_INVALID_PACKAGE_CONFIG"
  | "ERR_INVALID_MODULE_SPECIFIER";

/** An import that cannot be resolved. The message has the import, the importing file, what was tried and a fix. */
export class ModuleResolveError extends Error {
  /** The name of the class, as it is logged. */
  override readonly name: string = "ModuleResolveError";
  /** The code that Node.js uses for such an error. */
  readonly code: ModuleResolveErrorCode;

  /**
   * Creates the error.
   *
   * @param code The code that Node.js uses for such an error.
   * @param message What is wrong, why, and how to fix it.
   */
  constructor(code: ModuleResolveErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Formats the path of a file for messages, relative to the project if it is inside it.
 *
 * @param url The URL of the file.
 * @param root The URL of the project's folder, with a trailing slash.
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
