import { assertEquals } from "@std/assert";
import { getImageSize } from "../../../../src/deno/modules/load/image_size.ts";

const svg = (attributes: string) => new TextEncoder().encode(`<?xml version="1.0"?>\n<svg ${attributes}><path/></svg>`);
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  new Uint8Array(parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : [...part]));
const zeros = (length: number) => new Array<number>(length).fill(0);

const SIZES: readonly (readonly [name: string, image: Uint8Array, size: readonly [number, number] | undefined])[] = [
  ["PNG", bytes([0x89], "PNG", [13, 10, 26, 10, 0, 0, 0, 13], "IHDR", [0, 0, 1, 2, 0, 0, 0, 3]), [258, 3]],
  ["GIF", bytes("GIF89a", [2, 1, 3, 0]), [258, 3]],
  [
    "JPEG with a segment before its frame",
    bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 3, 1, 2, 3, 0]),
    [258, 3],
  ],
  ["lossy WebP", bytes("RIFF", zeros(4), "WEBPVP8 ", zeros(10), [2, 1, 3, 0]), [258, 3]],
  ["lossless WebP", bytes("RIFF", zeros(4), "WEBPVP8L", zeros(4), [0x2f, 1, 0x81, 0, 0]), [258, 3]],
  ["extended WebP", bytes("RIFF", zeros(4), "WEBPVP8X", zeros(8), [1, 1, 0, 2, 0, 0]), [258, 3]],
  ["AVIF", bytes([0, 0, 0, 0], "ftypavif", zeros(8), "ispe", zeros(4), [0, 0, 1, 2, 0, 0, 0, 3], zeros(20)), [258, 3]],
  ["ICO of two images", bytes([0, 0, 1, 0, 2, 0, 16, 16], zeros(14), [0, 0], zeros(14)), [256, 256]],
  ["BMP", bytes("BM", zeros(16), [2, 1, 0, 0, 0xfd, 0xff, 0xff, 0xff]), [258, 3]],
  ["SVG with a size", svg(`width="20px" height='10'`), [20, 10]],
  ["SVG with a box", svg(`viewBox="0 0 24 12"`), [24, 12]],
  ["SVG with a box and a width", svg(`viewBox="0,0,24,12" width="48"`), [48, 24]],
  ["SVG with a size in percent", svg(`viewBox="0 0 24 12" width="100%" height="100%"`), [24, 12]],
  ["SVG without a size", svg(`id="a"`), [300, 150]],
  ["a PNG that ends in its header", bytes([0x89], "PNG", [13, 10]), undefined],
  ["text", bytes("hello"), undefined],
  ["nothing", bytes(), undefined],
];

for (const [name, image, size] of SIZES) {
  Deno.test(`getImageSize() of ${name}`, () => {
    assertEquals(getImageSize(image), size && { width: size[0], height: size[1] });
  });
}
