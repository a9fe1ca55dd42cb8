/**
 * The `Content-Disposition` header, RFC 6266.
 *
 * @module
 */

/**
 * Returns a `Content-Disposition` header.
 *
 * @param type Whether the browser saves the file or shows it.
 * @param name The name, any text. A name that is not plain ASCII is written twice: for old clients with `_` for other
 * characters, and encoded (RFC 8187).
 */
export function toContentDisposition(type: "attachment" | "inline", name: string): string {
  const text = name.toWellFormed();
  const fallback = text.replace(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = fallback === text ? "" : `; filename*=UTF-8''${encodeValue(text)}`;
  return `${type}; filename="${fallback}"${encoded}`;
}

/** Encodes all characters except `attr-char` (RFC 8187 §3.2.1). */
function encodeValue(text: string): string {
  const encode = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/['()*]/g, encode);
}
