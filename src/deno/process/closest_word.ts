/**
 * "Did you mean …?" for a mistyped word.
 *
 * `closestString()` of `@std/text` always returns a word, however far away it is; knowing when to return none takes the
 * distance itself, and that is too little code for another dependency.
 *
 * @module
 */

import { getEditDistance, LEVENSHTEIN_COSTS } from "./edit_distance.ts";

const MAX_TYPOS = 2;

/**
 * Returns the word that was probably intended.
 *
 * @param word The typed word.
 * @param candidates The words that exist.
 * @returns The closest candidate, or `undefined` if there is no similar one.
 */
export function findClosestWord(word: string, candidates: readonly string[]): string | undefined {
  const getDistance = (candidate: string) => getEditDistance([...word], [...candidate], LEVENSHTEIN_COSTS);
  const isAbbreviation = (candidate: string) => word.length > 1 && candidate.startsWith(word);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: isAbbreviation(candidate) ? 1 : getDistance(candidate) }))
    .filter(({ candidate, distance }) => distance <= MAX_TYPOS && distance < candidate.length)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}
