/** Which part of a file a body is: `Content-Range: bytes 0-999/5000` (RFC 9110 §14.4). */
export interface Part {
  /** The position of the first byte. */
  first: number;
  /** The position after the last byte. */
  end: number;
  /** The size of the whole file. */
  size: number;
}

const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/;

/** Reads a header; `null` if it is not a range of bytes in a file of known size. */
export function parseContentRange(header: string): Part | null {
  const [first, last, size] = (CONTENT_RANGE.exec(header)?.slice(1) ?? []).map(Number);
  if (first === undefined || last === undefined || size === undefined) return null;
  return first <= last && last < size ? { first, end: last + 1, size } : null;
}
