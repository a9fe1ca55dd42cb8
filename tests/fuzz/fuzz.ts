/**
 * A fuzz run of the server: random inputs for a time, and what is wrong with the answers.
 *
 *     deno task fuzz [--seconds 60] [--seed 1] [--only http1,forms] [--input 17]
 */
import { parseArgs } from "node:util";
import { AREAS } from "./areas.ts";
import { formatFinding, formatReport } from "./report.ts";
import { fuzz } from "./runner.ts";
import { startSubject } from "./subject_process.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    only: { type: "string" },
    input: { type: "string" },
  },
});
const names = values.only?.split(",") ?? AREAS.map(({ name }) => name);
const unknown = names.find((name) => !AREAS.some((area) => area.name === name));
if (unknown !== undefined) {
  fail(`Cannot run the area "${unknown}": expected ${AREAS.map(({ name }) => name).join(", ")}`);
}
const seed = numberOf("seed") ?? crypto.getRandomValues(new Uint32Array(1))[0]!;
const seconds = numberOf("seconds")!;
const input = numberOf("input");

console.log(`Seed ${seed}, ${input === undefined ? `${seconds} s` : `input ${input}`}`);
await using subject = await startSubject();
const reports = await fuzz(AREAS.filter(({ name }) => names.includes(name)), subject, { seed, seconds, input });
for (const report of reports) console.log(formatReport(report));
const findings = reports.flatMap(({ findings }) => findings);
for (const finding of findings) console.log(`\n${formatFinding(finding)}`);
Deno.exitCode = findings.length > 0 ? 1 : 0;

function numberOf(name: "seed" | "seconds" | "input"): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  const isValid = name === "seconds" ? number > 0 : Number.isSafeInteger(number) && number >= 0;
  if (!isValid || text.trim() === "") {
    fail(`Cannot read --${name} ${text}: expected ${name === "seconds" ? "seconds above 0" : "a whole number from 0"}`);
  }
  return number;
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(2);
}
