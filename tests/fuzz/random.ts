/**
 * What random inputs are made of: choices, numbers and texts, the same for the same seed.
 *
 * @module
 */

import { seeded } from "../helpers/random.ts";

/** Numbers from 0 to 1. */
export type Random = () => number;

/**
 * The random numbers of one input, so that it can be made again without those before it.
 *
 * @param seed The seed of the run.
 * @param area The name of the area.
 * @param number The number of the input in its area.
 */
export function randomOf(seed: number, area: string, number: number): Random {
  // FNV-1a: seeds that differ in one character give sequences that have nothing in common.
  let hash = 0x811c9dc5;
  for (const character of `${seed} ${area} ${number}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return seeded(hash);
}

/** A whole number from 0, less than `below`. */
export function integer(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** Whether something of this probability happens. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** One of a list. */
export function pick<T>(random: Random, from: readonly T[]): T {
  return from[integer(random, from.length)]!;
}

/** A list of up to `most` things. */
export function several<T>(random: Random, most: number, make: (random: Random) => T): T[] {
  return Array.from({ length: integer(random, most + 1) }, () => make(random));
}

/** A text of up to `most` pieces. */
export function pieces(random: Random, most: number, from: readonly string[]): string {
  return several(random, most, () => pick(random, from)).join("");
}

/** A text that is its pieces again and again, `most` characters at most: what a parser may need too long for. */
export function longText(random: Random, most: number, from: readonly string[]): string {
  const unit = pieces(random, 3, from) || "a";
  const length = Math.floor(most * (0.5 + random() / 2));
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length) + pick(random, from);
}
