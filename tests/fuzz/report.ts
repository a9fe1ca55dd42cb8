/**
 * What a fuzz run prints.
 *
 * @module
 */

import { asciiJson } from "./ascii_json.ts";
import type { AreaReport, Finding } from "./runner.ts";

/** How much of an input is printed, in characters; `--input` has all of it. */
const MOST_INPUT = 2000;

/** A line for an area: inputs, inputs a second, findings. */
export function formatReport({ name, inputs, seconds, findings }: AreaReport): string {
  const rate = Math.round(inputs / seconds).toLocaleString("en");
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  return `${name.padEnd(10)}${inputs.toLocaleString("en").padStart(10)} inputs ${rate.padStart(8)}/s   ${count}`;
}

/** A finding: what is wrong, the smallest input, and how to make it again. */
export function formatFinding({ area, seed, number, count, problem, input }: Finding): string {
  const text = asciiJson(input);
  const shown = text.length <= MOST_INPUT
    ? text
    : `${text.slice(0, MOST_INPUT)}... (${text.length - MOST_INPUT} characters more)`;
  return [
    `${area}: ${problem.kind} (${count} ${count === 1 ? "input" : "inputs"})`,
    `  ${problem.detail.trimEnd().replaceAll("\n", "\n  ")}`,
    `  input:  ${shown}`,
    `  replay: deno task fuzz --seed ${seed} --only ${area} --input ${number}`,
  ].join("\n");
}
