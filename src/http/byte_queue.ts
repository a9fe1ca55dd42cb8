/**
 * Bytes that are held until they are read.
 *
 * @module
 */

import { joinChunks } from "./chunks.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that are held until they are read, in the order in which they arrived. */
export interface ByteQueue {
  /** How many bytes are held. */
  readonly size: number;
  /** Adds bytes. */
  push(chunk: Uint8Array): void;
  /** Removes and returns the first bytes, as many as are together; `undefined` if there are none. */
  shift(): Bytes | undefined;
  /** Removes and returns all bytes, in one array for each block of memory. */
  takeAll(): Bytes[];
  /** Removes and returns all bytes, in one array. */
  join(): Bytes;
}

/** The sizes of the blocks into which small chunks are copied, in bytes. */
const MIN_BLOCK_BYTES = 256, MAX_BLOCK_BYTES = 65_536;

/**
 * Creates a queue that takes at most about twice the memory of its bytes. A chunk of a request may be a few bytes of a
 * buffer of 64 KiB, so small ones are copied together: otherwise a client that sends one byte at a time would make the
 * server hold 64 KiB for each.
 */
export function createByteQueue(): ByteQueue {
  let blocks: Bytes[] = [];
  let size = 0;
  /** The block for the next small chunks, which is the last one, and how many of its bytes are used. */
  let open: Bytes | undefined;
  let used = 0;

  function copy(chunk: Uint8Array): void {
    for (let rest = chunk; rest.length > 0;) {
      if (open === undefined || used === open.length) {
        close();
        open = new Uint8Array(Math.min(Math.max(size, MIN_BLOCK_BYTES), MAX_BLOCK_BYTES));
        blocks.push(open);
      }
      const part = rest.subarray(0, open.length - used);
      open.set(part, used);
      used += part.length;
      rest = rest.subarray(part.length);
    }
  }

  /** Ends the open block, which has the bytes that are used. */
  function close(): void {
    if (open !== undefined) blocks[blocks.length - 1] = open.subarray(0, used);
    open = undefined;
    used = 0;
  }

  function takeAll(): Bytes[] {
    close();
    const all = blocks;
    blocks = [];
    size = 0;
    return all;
  }

  return {
    get size() {
      return size;
    },
    push(chunk) {
      size += chunk.length;
      if (!fillsHalfOfBuffer(chunk)) return copy(chunk);
      close();
      blocks.push(chunk);
    },
    shift() {
      if (blocks.length === 1) close();
      const first = blocks.shift();
      size -= first?.length ?? 0;
      return first;
    },
    takeAll,
    join() {
      const total = size;
      return joinChunks(takeAll(), total);
    },
  };
}

function fillsHalfOfBuffer(chunk: Uint8Array): chunk is Bytes {
  return chunk.buffer instanceof ArrayBuffer && chunk.length >= MIN_BLOCK_BYTES &&
    chunk.length * 2 >= chunk.buffer.byteLength;
}
