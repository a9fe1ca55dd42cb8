import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { getNextRun, parseCron } from "../../src/cron/cron_expression.ts";

/** Expressions, and their runs after Thursday, 26 November 2026, 05:00:00. */
const RUNS: readonly (readonly [expression: string, ...runs: string[]])[] = [
  ["* * * * *", "2026-11-26T05:01", "2026-11-26T05:02", "2026-11-26T05:03"],
  ["0 5 * * *", "2026-11-27T05:00", "2026-11-28T05:00"],
  ["30 4 * * *", "2026-11-27T04:30"],
  ["59 23 31 12 *", "2026-12-31T23:59", "2027-12-31T23:59"],
  ["*/15 * * * *", "2026-11-26T05:15", "2026-11-26T05:30", "2026-11-26T05:45", "2026-11-26T06:00"],
  ["*/25 5 * * *", "2026-11-26T05:25", "2026-11-26T05:50", "2026-11-27T05:00"],
  ["50/5 * * * *", "2026-11-26T05:50", "2026-11-26T05:55", "2026-11-26T06:50"],
  ["*/90 * * * *", "2026-11-26T06:00", "2026-11-26T07:00"],
  ["5,3,4 6 * * *", "2026-11-26T06:03", "2026-11-26T06:04", "2026-11-26T06:05"],
  ["0 8-18/4 * * *", "2026-11-26T08:00", "2026-11-26T12:00", "2026-11-26T16:00", "2026-11-27T08:00"],
  ["0-2,10 6 * * *", "2026-11-26T06:00", "2026-11-26T06:01", "2026-11-26T06:02", "2026-11-26T06:10"],
  ["0 0 1 * *", "2026-12-01T00:00", "2027-01-01T00:00"],
  ["0 0 31 * *", "2026-12-31T00:00", "2027-01-31T00:00", "2027-03-31T00:00"],
  ["0 0 29 2 *", "2028-02-29T00:00", "2032-02-29T00:00"],
  ["0 0 1 JAN,jul *", "2027-01-01T00:00", "2027-07-01T00:00"],
  ["0 0 1 mar-may/2 *", "2027-03-01T00:00", "2027-05-01T00:00", "2028-03-01T00:00"],
  ["0 9 * * 1-5", "2026-11-26T09:00", "2026-11-27T09:00", "2026-11-30T09:00"],
  ["0 9 * * MON-FRI", "2026-11-26T09:00", "2026-11-27T09:00", "2026-11-30T09:00"],
  ["0 0 * * 0", "2026-11-29T00:00", "2026-12-06T00:00"],
  ["0 0 * * 7", "2026-11-29T00:00", "2026-12-06T00:00"],
  ["0 0 * * 7/2", "2026-11-29T00:00", "2026-12-06T00:00"],
  ["0 0 * * Sun", "2026-11-29T00:00", "2026-12-06T00:00"],
  ["0 0 * * 5-7", "2026-11-27T00:00", "2026-11-28T00:00", "2026-11-29T00:00", "2026-12-04T00:00"],
  ["0 0 * * */3", "2026-11-28T00:00", "2026-11-29T00:00", "2026-12-02T00:00"],
  // Either day, as POSIX says.
  ["0 0 1 * FRI", "2026-11-27T00:00", "2026-12-01T00:00", "2026-12-04T00:00"],
  // Both days, because one of the fields begins with "*".
  ["0 0 */2 * MON", "2026-12-07T00:00", "2026-12-21T00:00"],
  ["0 0 29 2 */7", "2032-02-29T00:00", "2060-02-29T00:00"],
  ["  0   5\t* * *  ", "2026-11-27T05:00"],
];

for (const [expression, ...runs] of RUNS) {
  Deno.test(`the next runs of "${expression}" are ${runs.join(", ")}`, () => {
    const parsed = parseCron(expression);
    let time = Date.parse("2026-11-26T05:00:00Z");
    for (const run of runs) {
      time = getNextRun(parsed, time);
      assertStrictEquals(new Date(time).toISOString(), `${run}:00.000Z`);
    }
  });
}

const INVALID: readonly (readonly [expression: string, message: string])[] = [
  ["", "it has 0 fields, expected 5: minute, hour, day of month, month, day of week"],
  ["daily", "it has 1 field, expected 5: minute, hour, day of month, month, day of week"],
  [
    "0 0 5 * * *",
    "it has 6 fields, expected 5: minute, hour, day of month, month, day of week; seconds are not supported",
  ],
  ["@daily", 'shorthands are not supported, write "0 0 * * *"'],
  ["@Hourly", 'shorthands are not supported, write "0 * * * *"'],
  ["60 * * * *", '"60" is not a valid minute, write 0 to 59'],
  ["0 24 * * *", '"24" is not a valid hour, write 0 to 23'],
  ["0 0 0 * *", '"0" is not a valid day of month, write 1 to 31'],
  ["0 0 1 13 *", '"13" is not a valid month, write 1 to 12 or JAN to DEC'],
  ["0 0 * * 8", '"8" is not a valid day of week, write 0 to 7 or SUN to SAT'],
  ["0 0 * * FUN", '"FUN" is not a valid day of week, write 0 to 7 or SUN to SAT'],
  ["0 0 * MON *", '"MON" is not a valid month, write 1 to 12 or JAN to DEC'],
  ["1,,2 * * * *", 'minute "" cannot be read, expected *, a value, a range such as 0-4, or */2'],
  ["1- * * * *", 'minute "1-" cannot be read, expected *, a value, a range such as 0-4, or */2'],
  ["-5 * * * *", 'minute "-5" cannot be read, expected *, a value, a range such as 0-4, or */2'],
  ["1.5 * * * *", 'minute "1.5" cannot be read, expected *, a value, a range such as 0-4, or */2'],
  ["*/ * * * *", 'minute "*/" cannot be read, expected *, a value, a range such as 0-4, or */2'],
  ["*-5 * * * *", 'minute "*-5" cannot be read, expected *, a value, a range such as 0-4, or */2'],
  ["*/0 * * * *", 'minute "*/0" has step 0, write a number from 1'],
  ["50-10 * * * *", 'minute "50-10" ends before it begins, write 50-59,0-10'],
  ["0 0 * * FRI-MON", 'day of week "FRI-MON" ends before it begins, write FRI-SAT,SUN-MON'],
  ["0 0 ? * *", 'day of month "?" cannot be read, expected *, a value, a range such as 1-5, or */2'],
  ["0 0 L * *", '"L" is not a valid day of month, write 1 to 31'],
  ["0 0 * * 5#2", 'day of week "5#2" cannot be read, expected *, a value, a range such as 0-4, or */2'],
  ["0 0 30 2 *", "no day fits it, write a day that its months have"],
  ["0 0 31 4,6,9,11 *", "no day fits it, write a day that its months have"],
];

for (const [expression, message] of INVALID) {
  Deno.test(`parseCron() rejects "${expression}"`, () => {
    assertStrictEquals(assertThrows(() => parseCron(expression), TypeError).message, message);
  });
}

Deno.test("getNextRun() is after the given time, also in the middle of a minute", () => {
  const every = parseCron("* * * * *");
  const minute = Date.parse("2026-11-26T05:00:00Z");
  const table = [[-1, 0], [0, 60_000], [1, 60_000], [59_999, 60_000], [60_000, 120_000]] as const;
  assertEquals(table.map(([after]) => getNextRun(every, minute + after) - minute), table.map(([, next]) => next));
});

Deno.test("getNextRun() agrees with a search minute by minute", () => {
  const fields = (text: string) => text.split(" ").map((field) => field === "*" ? null : Number(field));
  for (const text of ["7 * * * *", "7 3 * * *", "7 3 2 * *", "* 3 * 12 *", "7 * * * 2"]) {
    const [minute, hour, day, month, weekday] = fields(text);
    const fits = (date: Date) =>
      [
        [minute, date.getUTCMinutes()],
        [hour, date.getUTCHours()],
        [day, date.getUTCDate()],
        [month, date.getUTCMonth() + 1],
        [weekday, date.getUTCDay()],
      ].every(([wanted, actual]) => wanted === null || wanted === actual);
    const parsed = parseCron(text);
    let expected = Date.parse("2026-11-26T05:00:00Z"), time = expected;
    for (let run = 0; run < 5; run++) {
      do expected += 60_000; while (!fits(new Date(expected)));
      assertStrictEquals(time = getNextRun(parsed, time), expected, text);
    }
  }
});
