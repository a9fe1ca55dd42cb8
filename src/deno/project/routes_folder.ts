/**
 * The folder `.routes` of a project, for what is generated and may be deleted.
 *
 * @module
 */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path/join";

/** Makes the folder of a project that is this module's own and no part of its sources; returns its path. */
export function makeRoutesFolder(root: string): string {
  const folder = join(root, ".routes");
  const fresh = !existsSync(folder);
  mkdirSync(folder, { recursive: true });
  if (fresh) writeFileSync(join(folder, ".gitignore"), "*\n");
  return folder;
}
