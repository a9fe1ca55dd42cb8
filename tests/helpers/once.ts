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
  const dir = await onceFolder(name, key);
  const parent = dirname(dir);
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

/** Returns the folder that `once()` fills, which may not be there yet. */
export async function onceFolder(name: string, key: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return join(await temporaryRoot(), name, new Uint8Array(bytes).toHex().slice(0, 16));
}

/** The folder that temporary files are made in. */
async function temporaryRoot(): Promise<string> {
  const probe = await Deno.makeTempDir();
  await Deno.remove(probe);
  return await Deno.realPath(dirname(probe));
}
