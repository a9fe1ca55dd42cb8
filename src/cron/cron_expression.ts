/**
 * Cron expressions: five fields, in UTC.
 *
 * @module
 */

import { CRON_FIELDS, type CronField, parseCronField } from "./cron_field.ts";

/** A parsed expression. */
export interface CronExpression {
  /** The expression as it was written. */
  readonly text: string;
  /** The values of each field. */
  readonly values: Readonly<Record<CronField, ReadonlySet<number>>>;
  /** Whether a day has to be one of both its fields, and not only of one. */
  readonly needsBothDays: boolean;
}

const FIELDS = Object.keys(CRON_FIELDS) as CronField[];
const ORDER = FIELDS.map((field) => CRON_FIELDS[field].name).join(", ");

const SHORTHANDS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const DAY_MS = 24 * 60 * 60 * 1000;
/** In how many days an expression runs at the latest: 29 February on a given day of the week can take 40 years. */
const MAX_DAYS = 41 * 366;

/**
 * Parses an expression: `minute hour day-of-month month day-of-week`. A field is `*`, a list (`1,15`), a range (`1-5`) or
 * has a step (`*\/10`); months and days of the week also have names (`JAN`, `MON`), and 0 and 7 are Sunday. If both days
 * are limited, it runs on the days of either, unless one of the two fields begins with `*`.
 *
 * @param text The expression.
 * @throws {TypeError} If it is invalid, or no day fits it. The message says what is wrong and how to fix it.
 */
export function parseCron(text: string): CronExpression {
  const shorthand = SHORTHANDS[text.trim().toLowerCase()];
  if (shorthand !== undefined) throw new TypeError(`shorthands are not supported, write "${shorthand}"`);
  const fields = text.trim().split(/\s+/);
  if (fields.length !== FIELDS.length || text.trim() === "") {
    const count = text.trim() === "" ? 0 : fields.length;
    const seconds = count === 6 ? "; seconds are not supported" : "";
    throw new TypeError(`it has ${count} ${count === 1 ? "field" : "fields"}, expected 5: ${ORDER}${seconds}`);
  }
  const entries = FIELDS.map((field, index) => [field, parseCronField(fields[index]!, field)]);
  const needsBothDays = fields[2]!.startsWith("*") || fields[4]!.startsWith("*");
  const expression = { text, values: Object.fromEntries(entries), needsBothDays };
  if (findNextDay(expression, 0) === null) {
    throw new TypeError("no day fits it, write a day that its months have");
  }
  return expression;
}

/**
 * Returns the first time after another one that fits an expression.
 *
 * @param expression The expression.
 * @param after A time, in milliseconds since 1970.
 */
export function getNextRun(expression: CronExpression, after: number): number {
  const { hour: hours, minute: minutes } = expression.values;
  for (let from = after + 1;;) {
    const day = findNextDay(expression, Math.floor(from / DAY_MS));
    if (day === null) throw new RangeError(`Cannot find the next run of "${expression.text}"`);
    for (const hour of sort(hours)) {
      for (const minute of sort(minutes)) {
        const time = day * DAY_MS + (hour * 60 + minute) * 60_000;
        if (time >= from) return time;
      }
    }
    from = (day + 1) * DAY_MS;
  }
}

/** Finds the first day, counted from 1970, that fits and is not before another one. */
function findNextDay(expression: CronExpression, from: number): number | null {
  for (let day = from; day < from + MAX_DAYS; day++) if (fitsDay(expression, day)) return day;
  return null;
}

function fitsDay({ values, needsBothDays }: CronExpression, day: number): boolean {
  const date = new Date(day * DAY_MS);
  if (!values.month.has(date.getUTCMonth() + 1)) return false;
  const fits = [values.day.has(date.getUTCDate()), values.weekday.has(date.getUTCDay())];
  return needsBothDays ? fits.every(Boolean) : fits.some(Boolean);
}

function sort(values: ReadonlySet<number>): number[] {
  return [...values].sort((a, b) => a - b);
}
