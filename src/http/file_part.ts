/**
 * Parts of files, as bodies.
 *
 * @module
 */

import type { FileHandle } from "node:fs/promises";
import { getBuiltinModule } from "node:process";

/** The size of a chunk. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Returns a part of a file as a stream. The file is opened when the stream is first read, and closed at its end.
 *
 * @param path The path.
 * @param start The first byte.
 * @param end The byte after the last one. A file that has become shorter fails the stream.
 */
export function readFilePart(path: string | URL, start: number, end: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let file: FileHandle | undefined;
  let position = start;

  async function read(): Promise<Uint8Array<ArrayBuffer>> {
    file ??= await getBuiltinModule("node:fs/promises").open(path);
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - position));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) throw new Error(`Cannot read "${path}" to byte ${end}: it was truncated while it was sent`);
    position += bytesRead;
    return chunk.subarray(0, bytesRead);
  }

  return new ReadableStream({
    async pull(controller) {
      try {
        if (position < end) controller.enqueue(await read());
      } catch (error) {
        await file?.close();
        throw error;
      }
      if (position < end) return;
      await file?.close();
      controller.close();
    },
    async cancel() {
      await file?.close();
    },
  }, { highWaterMark: 0 });
}

/**
 * Returns the entity tag of a file: a weak one, because a file may change twice in the resolution of its date.
 *
 * @param size Its size in bytes.
 * @param modified When it was last changed, in milliseconds since 1970, if that is known.
 */
export function getFileTag(size: number, modified: number = 0): string {
  return `W/"${size.toString(16)}-${Math.floor(modified).toString(16)}"`;
}
