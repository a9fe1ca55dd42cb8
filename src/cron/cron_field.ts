/**
 * The fields of a cron expression.
 *
 * @module
 */

/** A field, and the values that it can have. */
interface FieldRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Where `*` ends, if not at `max`. */
  readonly end?: number;
  /** Names of values, from `min` on. */
  readonly names?: readonly string[];
}

/** The fields, in the order of an expression. 7 is Sunday too. */
export const CRON_FIELDS = {
  minute: { name: "minute", min: 0, max: 59 },
  hour: { name: "hour", min: 0, max: 23 },
  day: { name: "day of month", min: 1, max: 31 },
  month: {
    name: "month",
    min: 1,
    max: 12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  },
  weekday: { name: "day of week", min: 0, max: 7, end: 6, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] },
} as const satisfies Readonly<Record<string, FieldRange>>;

/** The name of a field. */
export type CronField = keyof typeof CRON_FIELDS;

const ELEMENT = /^(?:\*|([\dA-Z]+)(?:-([\dA-Z]+))?)(?:\/(\d+))?$/;

/**
 * Parses a field: a list of values, ranges (`1-5`) and steps (`*\/15`, `8-18/2`, `5/10`).
 *
 * @param text The field.
 * @param field Which one it is.
 * @returns Its values.
 * @throws {TypeError} If it is invalid.
 */
export function parseCronField(text: string, field: CronField): ReadonlySet<number> {
  const range: FieldRange = CRON_FIELDS[field];
  return new Set(text.split(",").flatMap((element) => parseElement(element, range)));
}

function parseElement(element: string, range: FieldRange): number[] {
  const match = ELEMENT.exec(element.toUpperCase());
  if (match === null) {
    throw createError(
      range,
      element,
      `cannot be read, expected *, a value, a range such as ${range.min}-${range.min + 4}, or */2`,
    );
  }
  const [, from, to, step] = match;
  const first = from === undefined ? range.min : parseValue(from, range);
  // `5/10` means from 5 on, and `5` only 5.
  const isOpen = from === undefined || (to === undefined && step !== undefined);
  const last = isOpen ? Math.max(first, range.end ?? range.max) : to === undefined ? first : parseValue(to, range);
  if (last < first) {
    throw createError(range, element, `ends before it begins, write ${split(match, range)}`);
  }
  const by = Number(step ?? 1);
  if (by === 0) throw createError(range, element, "has step 0, write a number from 1");
  const values: number[] = [];
  for (let value = first; value <= last; value += by) values.push(value);
  return range === CRON_FIELDS.weekday ? values.map((value) => value % 7) : values;
}

function parseValue(text: string, range: FieldRange): number {
  const { name, min, max, names = [] } = range;
  const index = names.indexOf(text);
  if (index !== -1) return min + index;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  const alternative = names.length === 0 ? "" : ` or ${names[0]} to ${names.at(-1)}`;
  throw new TypeError(`"${text}" is not a valid ${name}, write ${min} to ${max}${alternative}`);
}

function split([, from, to]: RegExpExecArray, { min, max, names }: FieldRange): string {
  const last = names === undefined ? max : names.at(-1), first = names === undefined ? min : names[0];
  return `${from}-${last},${first}-${to}`;
}

function createError({ name }: FieldRange, element: string, problem: string): TypeError {
  return new TypeError(`${name} "${element}" ${problem}`);
}
