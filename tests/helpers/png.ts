/**
 * PNG files.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

/** Returns the size of an image, `1200x630`, and checks that it is a PNG. */
export function readPngSize(bytes: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assertEquals(view.getUint32(0).toString(16), "89504e47");
  return `${view.getUint32(16)}x${view.getUint32(20)}`;
}
