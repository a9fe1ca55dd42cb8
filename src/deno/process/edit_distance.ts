/**
 * The edit distance of two lists: of words, character by character, or of paths, segment by segment.
 *
 * @module
 */

/** What it costs to change a list into another one. */
export interface EditCosts<From, To> {
  /** The cost of an item that is only in the first list. */
  readonly removed: number;
  /** The cost of an item that is only in the second list. */
  readonly added: number;
  /** Returns the cost of an item that stands for another one. */
  replaced(from: From, to: To): number;
}

/** The costs of the Levenshtein distance: 1 for each change. */
export const LEVENSHTEIN_COSTS: EditCosts<string, string> = {
  removed: 1,
  added: 1,
  replaced: (from, to) => from === to ? 0 : 1,
};

/**
 * Returns the least that it costs to change a list into another one, computed one row of the matrix at a time.
 *
 * @param from The first list.
 * @param to The second list.
 * @param costs What the changes cost.
 */
export function getEditDistance<From, To>(
  from: readonly From[],
  to: readonly To[],
  { removed, added, replaced }: EditCosts<From, To>,
): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column * added);
  for (const one of from) {
    const next = [row[0]! + removed];
    for (const [column, other] of to.entries()) {
      next.push(Math.min(next[column]! + added, row[column + 1]! + removed, row[column]! + replaced(one, other)));
    }
    row = next;
  }
  return row.at(-1)!;
}
