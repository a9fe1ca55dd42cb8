/**
 * Work that the processes of the suite, and later runs of it, do once.
 *
 * @module
 */

import { exists } from "@std/fs";
import { dirname, join } from "@std/path";

/**
 * Returns a folder of temporary files that has been filled before, or fills it. Processes that want the same folder wait
 * for the one that fills it.
 *
 * @param name What the folder is for.
 * @param key What it was made of: another key, another folder.
 * @param fill Fills a folder that is empty; if it throws, nothing is kept.
 */
export async function once(name: string, key: string, fill: (dir: string) => Promise<void>): Promise<string> {
  const parent = join(await temporaryRoot(), name);
  const dir = join(parent, key.slice(0, 16));
  await Deno.mkdir(parent, { recursive: true });
  using lock = await Deno.open(`${dir}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await exists(dir)) return dir;
  const making = await Deno.makeTempDir({ dir: parent, prefix: "making_" });
  try {
    await fill(making);
    await Deno.rename(making, dir);
    return dir;
  } catch (error) {
    await Deno.remove(making, { recursive: true });
    throw error;
  }
}

/** The folder that temporary files are made in. */
export async function temporaryRoot(): Promise<string> {
  const probe = await Deno.makeTempDir();
  await Deno.remove(probe);
  return await Deno.realPath(dirname(probe));
}
