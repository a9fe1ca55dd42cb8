/**
 * Random values that a cached function can take and return.
 *
 * @module
 */

/**
 * Creates a value; equal random numbers give equal values.
 *
 * @param random Random numbers.
 * @param hasUndefined Whether properties may be `undefined`.
 * @param depth How deep it is at most.
 */
export function createValue(random: () => number, hasUndefined: boolean, depth = 4): unknown {
  const below = (limit: number) => Math.floor(random() * limit);
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const many = <T>(create: () => T): T[] => Array.from({ length: below(4) }, create);
  const child = () => createValue(random, hasUndefined, depth - 1);
  const scalars: readonly (() => unknown)[] = [
    () => one([null, undefined, true, false, NaN, Infinity, -Infinity, 0, -0]),
    () => (random() - 0.5) * 10 ** below(20),
    () => BigInt(below(1e9)) ** BigInt(below(5)) * (random() < 0.5 ? -1n : 1n),
    () => one(["", "$", "$$", "$1", "$undefined", "$d0", "é\u0000\ud800", "__proto__", '"', "text"]),
    () => new Date(below(2) === 0 ? below(1e9) : 8.64e15),
  ];
  const bytes = () => Uint8Array.from({ length: below(3) * 8 }, () => below(256));
  const objects: readonly (() => unknown)[] = [
    () => many(child),
    () => {
      const names = many(() => one(["a", "b", "$a", "10", "2", "__proto__", "constructor", "then_"]));
      const object: Record<string, unknown> = {};
      for (const name of names) {
        const value = hasUndefined ? child() : child() ?? null;
        Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
      }
      return object;
    },
    () => new Map(many(() => [child(), child()])),
    () => new Set(many(child)),
    () => one([bytes(), bytes().buffer, new DataView(bytes().buffer), new Float64Array(bytes().buffer)]),
    () => {
      const shared = child();
      return [shared, { again: shared ?? null }];
    },
    () => {
      const cyclic: Record<string, unknown> = { inside: child() ?? null };
      cyclic.self = random() < 0.5 ? cyclic : new Map([["up", [cyclic]]]);
      return cyclic;
    },
  ];
  return one(depth > 0 && random() < 0.7 ? objects : scalars)();
}

/** Returns the objects that two values share, to find what is no copy. */
export function findShared(a: unknown, b: unknown): unknown[] {
  const own = collect(a, new Set());
  return [...collect(b, new Set())].filter((value) => own.has(value));
}

function collect(value: unknown, found: Set<object>): Set<object> {
  if (typeof value !== "object" || value === null || found.has(value)) return found;
  found.add(value);
  const inside = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  for (const item of inside) collect(item, found);
  return found;
}
