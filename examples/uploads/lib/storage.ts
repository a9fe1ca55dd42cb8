import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Part } from "./content_range";

/** The folder of the files; one that is not complete yet has the ending `.part`. */
export const FOLDER = process.env.UPLOADS ?? "uploads";

/** How much of a file there is. */
export interface Progress {
  received: number;
  complete: boolean;
}

/** Why bytes were not taken. */
export type Refusal = "busy" | "gap" | "length";

/** Whether a name is that of a file in the folder: no separator, no hidden file, nothing that ends like a part. */
export function isFileName(name: string): boolean {
  return /^[\w-][\w.-]{0,99}$/.test(name) && !name.endsWith(".part");
}

export async function getProgress(name: string): Promise<Progress | null> {
  const complete = await getSize(join(FOLDER, name));
  if (complete !== null) return { received: complete, complete: true };
  const received = await getSize(join(FOLDER, `${name}.part`));
  return received === null ? null : { received, complete: false };
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}

async function getSize(path: string): Promise<number | null> {
  return await stat(path).then(({ size }) => size, () => null);
}

/**
 * Appends a body to a file that is not complete yet, as the bytes arrive: what has arrived stays if the client leaves.
 *
 * @param part Which part of the file it is; without one it is the whole file, of any size.
 */
export async function appendBody(
  name: string,
  body: ReadableStream<Uint8Array>,
  part: Part | undefined,
): Promise<Progress | Refusal> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}.part`);
  using file = await Deno.open(path, { write: true, create: true });
  // The system ends the lock with the process, so a server that was killed leaves none behind.
  if (!await file.tryLock(true)) return "busy";
  const first = part?.first ?? 0;
  if (part !== undefined && (await file.stat()).size !== first) return "gap";
  await file.truncate(first);
  await file.seek(first, Deno.SeekMode.Start);
  // A chunk is written before the next one is read, so a file of any size takes the memory of one chunk. Not by
  // `pipeTo(file.writable)`, which holds bytes back until it is closed, and so loses them if the client leaves.
  for await (const chunk of body) await writeAll(file, chunk);
  const { size } = await file.stat();
  if (part !== undefined && size !== part.end) {
    await file.truncate(first);
    return "length";
  }
  await file.syncData();
  if (part !== undefined && size < part.size) return { received: size, complete: false };
  await rename(path, join(FOLDER, name));
  return { received: size, complete: true };
}
