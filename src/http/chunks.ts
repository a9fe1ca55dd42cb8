/**
 * Bytes that came in pieces.
 *
 * @module
 */

/**
 * Joins pieces.
 *
 * @param chunks The pieces; a single one that fills its memory is given back itself.
 * @param size How many bytes they have together.
 */
export function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  if (chunks.length === 1 && first!.buffer instanceof ArrayBuffer && first!.buffer.byteLength === size) {
    return first as Uint8Array<ArrayBuffer>;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
