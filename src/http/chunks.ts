/**
 * Bytes that arrive in chunks.
 *
 * @module
 */

/**
 * Joins chunks. `concat()` of `@std/bytes` is not used: it copies a single chunk too.
 *
 * @param chunks The chunks; a single one that fills its buffer is returned as it is.
 * @param size The total size of the chunks.
 */
export function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  if (chunks.length === 1 && first!.buffer instanceof ArrayBuffer && first!.buffer.byteLength === size) {
    return first as Uint8Array<ArrayBuffer>;
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
