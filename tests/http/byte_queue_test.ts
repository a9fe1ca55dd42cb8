import { assert, assertEquals } from "@std/assert";
import { createByteQueue } from "../../src/http/byte_queue.ts";

/** Returns numbered bytes as a view of a larger buffer. */
function createChunk(start: number, size: number, bufferSize: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(new ArrayBuffer(bufferSize), bufferSize - size);
  for (let index = 0; index < size; index++) chunk[index] = start + index;
  return chunk;
}

const CHUNKS: readonly [what: string, count: number, size: number, bufferSize: number][] = [
  ["1 byte of 64 KiB", 20_000, 1, 65_536],
  ["1,000 bytes of 64 KiB", 300, 1000, 65_536],
  ["40,000 bytes of 64 KiB", 20, 40_000, 65_536],
  ["64 KiB", 20, 65_536, 65_536],
  ["1 byte", 20_000, 1, 1],
  ["255 bytes", 100, 255, 255],
];

for (const [what, count, size, bufferSize] of CHUNKS) {
  Deno.test(`S81 a queue of chunks of ${what} holds their bytes, and not much more`, () => {
    const queue = createByteQueue();
    for (let index = 0; index < count; index++) queue.push(createChunk(index * size, size, bufferSize));
    assertEquals(queue.size, count * size);
    const blocks = queue.takeAll();
    const held = [...new Set(blocks.map(({ buffer }) => buffer))].reduce((sum, { byteLength }) => sum + byteLength, 0);
    assert(held <= 2 * count * size + 65_536, `${held} bytes are held for ${count * size}`);
    assert(blocks.length <= count && blocks.length <= 16 + count * size / 256, `in ${blocks.length} blocks`);
    let next = 0;
    for (const block of blocks) for (const byte of block) assertEquals(byte, next++ % 256);
    assertEquals([next, queue.size], [count * size, 0]);
  });
}

Deno.test("shift() returns the bytes in their order, however they arrived", () => {
  const queue = createByteQueue();
  let pushed = 0, taken = 0;
  const push = (size: number) => {
    queue.push(createChunk(pushed, size, size));
    pushed += size;
  };
  const take = () => {
    for (const byte of queue.shift() ?? []) assertEquals(byte, taken++ % 256);
  };
  for (const sizes of [[1, 2, 3], [500], [1, 500, 1], [], [70_000, 1], [3, 300, 300, 3]]) {
    sizes.forEach(push);
    take();
  }
  while (queue.size > 0) take();
  assertEquals([taken, queue.shift()], [pushed, undefined]);
});

Deno.test("join() returns all bytes, and the queue continues empty", () => {
  const queue = createByteQueue();
  assertEquals(queue.join(), new Uint8Array());
  for (const size of [1, 600, 1]) queue.push(createChunk(0, size, size));
  assertEquals(queue.join().length, 602);
  queue.push(new Uint8Array([7]));
  assertEquals(queue.join(), new Uint8Array([7]));
});
