/**
 * Reads the size of an image from its header.
 *
 * @module
 */

/** Width and height, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Reads the size of a PNG, GIF, JPEG, WebP, AVIF, ICO, BMP or SVG.
 *
 * @param bytes The image.
 * @returns `undefined` if it has another format, or its header is invalid.
 */
export function getImageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (const read of [readPng, readGif, readJpeg, readWebp, readAvif, readIco, readBmp]) {
      const size = read(view);
      if (size !== undefined) return size;
    }
  } catch (error) {
    // The file is truncated within its header.
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
  return readSvg(new TextDecoder().decode(bytes));
}

function getText(view: DataView, at: number, length: number): string {
  if (at + length > view.byteLength) return "";
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

/** Portable Network Graphics, section 11.2.2. */
function readPng(view: DataView): ImageSize | undefined {
  if (getText(view, 1, 3) !== "PNG") return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function readGif(view: DataView): ImageSize | undefined {
  if (!/^GIF8[79]a$/.test(getText(view, 0, 6))) return undefined;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** The first frame header, SOF0 to SOF15; ISO/IEC 10918-1, table B.1. */
function readJpeg(view: DataView): ImageSize | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // A marker may be preceded by fill bytes.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** RFC 9649, sections 2.5 to 2.7. */
function readWebp(view: DataView): ImageSize | undefined {
  if (getText(view, 0, 4) !== "RIFF" || getText(view, 8, 4) !== "WEBP") return undefined;
  const kind = getText(view, 12, 4);
  if (kind === "VP8X") {
    const get24 = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
    return { width: get24(24) + 1, height: get24(27) + 1 };
  }
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/** The property `ispe` of ISO/IEC 23008-12; the largest, as there may be a thumbnail. */
function readAvif(view: DataView): ImageSize | undefined {
  if (!/^ftyp(?:avi[fs]|mif1|heic)/.test(getText(view, 4, 8))) return undefined;
  let size: ImageSize | undefined;
  const end = Math.min(view.byteLength - 20, 65_536);
  for (let at = 0; at < end; at++) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const candidate = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (size === undefined || candidate.width > size.width) size = candidate;
  }
  return size;
}

/** The largest of the images; 0 means 256. */
function readIco(view: DataView): ImageSize | undefined {
  if (view.byteLength < 22 || view.getUint32(0) !== 0x00000100) return undefined;
  let size: ImageSize | undefined;
  for (let i = 0; i < view.getUint16(4, true); i++) {
    const candidate = { width: view.getUint8(6 + i * 16) || 256, height: view.getUint8(7 + i * 16) || 256 };
    if (size === undefined || candidate.width > size.width) size = candidate;
  }
  return size;
}

function readBmp(view: DataView): ImageSize | undefined {
  if (getText(view, 0, 2) !== "BM") return undefined;
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function readSvg(text: string): ImageSize | undefined {
  const tag = /<svg\b[^<>]*>/.exec(text)?.[0];
  if (tag === undefined) return undefined;
  const get = (name: string) =>
    Number.parseFloat(new RegExp(`\\s${name}\\s*=\\s*["']([\\d.]+)(?:px)?["']`).exec(tag)?.[1] ?? "");
  const [, , boxWidth, boxHeight] =
    /\sviewBox\s*=\s*["']([^"']*)["']/.exec(tag)?.[1]?.trim().split(/[\s,]+/).map(Number) ?? [];
  const ratio = boxWidth && boxHeight ? boxWidth / boxHeight : undefined;
  let width = get("width"), height = get("height");
  if (Number.isNaN(width)) width = ratio !== undefined && !Number.isNaN(height) ? height * ratio : boxWidth ?? 300;
  if (Number.isNaN(height)) height = ratio !== undefined ? width / ratio : boxHeight ?? 150;
  return { width: Math.round(width), height: Math.round(height) };
}
