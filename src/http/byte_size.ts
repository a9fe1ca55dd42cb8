/**
 * Sizes in bytes, in human-readable form.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/**
 * Parses a size.
 *
 * @param value A number of bytes, or a string with a unit based on 1024: `"64kb"`, `"1.5mb"`; `false` for no limit.
 * @returns The size in bytes; `Infinity` for `false`, `undefined` if the value is not a size.
 *
 * @example
 * ```ts ignore
 * parseByteSize("64kb"); // 65536
 * parseByteSize("a lot"); // undefined
 * ```
 */
export function parseByteSize(value: unknown): number | undefined {
  if (value === false) return Infinity;
  if (typeof value === "number") return value >= 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  const [, amount, unit = "b"] = /^(\d{1,15}(?:\.\d{1,3})?) ?([kmg]?b)?$/i.exec(value.trim()) ?? [];
  return amount === undefined ? undefined : Math.floor(Number(amount) * UNITS[unit.toLowerCase()]!);
}

/** Formats a size so that {@linkcode parseByteSize} can read it: `100mb`, `65kb`, `17b`. */
export function formatByteSize(bytes: number): string {
  const unit = Object.keys(UNITS).findLast((unit) => bytes >= UNITS[unit]!) ?? "b";
  return `${Math.floor(bytes / UNITS[unit]! * 10) / 10}${unit}`;
}
