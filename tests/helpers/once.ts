/**
 * Does work once for all processes of the suite and for later runs.
 *
 * @module
 */

import { exists } from "@std/fs";
import { dirname, join } from "@std/path";

/**
 * Returns a folder of temporary files, and creates its content if necessary. Other processes that need the same folder
 * wait meanwhile.
 *
 * @param name The purpose of the folder.
 * @param key Identifies the input: each key has its own folder.
 * @param fill Creates the content in an empty folder; if it throws, nothing is kept.
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

/** Returns the folder of `once()`, which may not exist yet. */
export async function onceFolder(name: string, key: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return join(await temporaryRoot(), name, new Uint8Array(bytes).toHex().slice(0, 16));
}

/** The folder of temporary files. */
async function temporaryRoot(): Promise<string> {
  const probe = await Deno.makeTempDir();
  await Deno.remove(probe);
  return await Deno.realPath(dirname(probe));
}
