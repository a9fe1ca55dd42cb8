/**
 * An import as it is written, and who asks.
 *
 * @module
 */

/** Who asks for a module: an `import`, static or not, or a `require()`. */
export type ImportMode = "import" | "require";

/** An import. */
export interface ImportRequest {
  /** What is imported. */
  readonly specifier: string;
  /** The URL of the importing file, without query. */
  readonly parent: string;
  /** Who asks. */
  readonly mode: ImportMode;
}
