/**
 * "Did you mean …?" for a mistyped word.
 *
 * `closestString()` of `@std/text` always returns a word, however far away it is; knowing when to return none takes the
 * distance itself, and that is too little code for another dependency.
 *
 * @module
 */

const MAX_TYPOS = 2;

/**
 * Returns the word that was probably meant.
 *
 * @param word What was typed.
 * @param candidates The words that exist.
 * @returns The closest candidate, or `undefined` if there is no similar one.
 */
export function findClosestWord(word: string, candidates: readonly string[]): string | undefined {
  const isAbbreviation = (candidate: string) => word.length > 1 && candidate.startsWith(word);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: isAbbreviation(candidate) ? 1 : getDistance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= MAX_TYPOS && distance < candidate.length)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Returns the Levenshtein distance, computed one row of the matrix at a time. */
function getDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const substitution = row[column - 1]! + (character === to[column - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
