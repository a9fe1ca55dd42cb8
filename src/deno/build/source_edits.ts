/**
 * Replaces parts of a source.
 *
 * @module
 */

/** A part of a source, and the text that replaces it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Quotes a text like the one that it replaces: what looks like a call may be part of a string, which other quotes would end.
 *
 * @param text The text.
 * @param quote The quote.
 */
export function toLiteral(text: string, quote: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return quote + (quote === '"' ? inner : inner.replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`)) + quote;
}

/** Applies edits to a source; an edit that overlaps an earlier one is left out. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "", done = 0;
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start < done) continue;
    result += text.slice(done, start) + replacement;
    done = end;
  }
  return result + text.slice(done);
}
