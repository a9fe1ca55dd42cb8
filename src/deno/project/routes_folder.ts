/**
 * The folder `.routes` of a project, for generated files that may be deleted.
 *
 * @module
 */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path/join";

/** Creates the `.routes` folder of a project, excluded from version control, and returns its path. */
export function makeRoutesFolder(root: string): string {
  const folder = join(root, ".routes");
  const fresh = !existsSync(folder);
  mkdirSync(folder, { recursive: true });
  if (fresh) writeFileSync(join(folder, ".gitignore"), "*\n");
  return folder;
}
