/**
 * An import as it is written in a file.
 *
 * @module
 */

/** How a module is imported: by an `import`, static or dynamic, or by a `require()`. */
export type ImportMode = "import" | "require";

/** An import of a module. */
export interface ImportRequest {
  readonly specifier: string;
  /** The URL of the importing file, without query. */
  readonly parent: string;
  readonly mode: ImportMode;
}
