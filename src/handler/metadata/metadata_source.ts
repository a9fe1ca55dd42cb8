/**
 * A metadata file of a route, and the module that it is turned into.
 *
 * @module
 */

import type { MetadataFile } from "../../routing/metadata_file.ts";

/** A metadata file of a route. */
export interface MetadataSource {
  readonly metadata: MetadataFile;
  /** The file, for messages. */
  readonly file: string;
  /** The URL pattern. */
  readonly id: string;
}

/** The exports of a module. */
export type Namespace = Readonly<Record<string, unknown>>;
