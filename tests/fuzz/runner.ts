/**
 * The fuzz run: makes inputs until its time is over, and finds out what each of them does to the subject.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { FuzzArea, Input, Problem, Subject } from "./area.ts";
import { exchange } from "./http1.ts";
import { randomOf } from "./random.ts";
import { smaller } from "./shrink.ts";

/** How the run goes. */
export interface FuzzOptions {
  /** What the random numbers begin with. */
  readonly seed: number;
  /** How long it takes, in seconds, for all areas together. */
  readonly seconds: number;
  /** The only input that is made, by its number; default: all, from 0. */
  readonly input?: number | undefined;
  /** How long one input may take, in milliseconds. Default: 10,000. */
  readonly deadlineMs?: number;
  /** How much processor time one input may take, in milliseconds. Default: 2000. */
  readonly slowMs?: number;
}

/** A mistake, and an input that shows it. */
export interface Finding {
  readonly area: string;
  readonly seed: number;
  /** The number of the input that showed it first. */
  readonly number: number;
  /** How many inputs showed it. */
  count: number;
  readonly problem: Problem;
  /** The smallest input that shows it. */
  readonly input: Input;
}

/** What came of an area. */
export interface AreaReport {
  readonly name: string;
  readonly inputs: number;
  /** How long its inputs took, without the time to make findings smaller. */
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

/** How often a plain route is asked in between, in inputs. */
const MONITORED = 25;
/** What an input may do to the subject. */
type Limits = Required<Pick<FuzzOptions, "deadlineMs" | "slowMs">>;

/** How long making one finding smaller may take, in milliseconds. */
const SHRINK_MS = 10_000;
const SLOW_MS = 2000;
const DEADLINE_MS = 10_000;

/** Kinds of problems, by the state of the subject after an input without answer. */
const LOST = {
  alive: "an input has no answer",
  crashed: "the server crashed",
  hanging: "the server hangs",
} as const;

/** Runs areas, one after the other. */
export async function fuzz(
  areas: readonly FuzzArea[],
  subject: Subject,
  options: FuzzOptions,
): Promise<readonly AreaReport[]> {
  const reports: AreaReport[] = [];
  for (const area of areas) reports.push(await fuzzArea(area, subject, options, options.seconds / areas.length));
  return reports;
}

async function fuzzArea(
  area: FuzzArea,
  subject: Subject,
  options: FuzzOptions,
  seconds: number,
): Promise<AreaReport> {
  const { seed, input: only } = options;
  const limits = limitsOf(options);
  const findings = new Map<string, Finding>();
  let spent = 0, number = only ?? 0;
  do {
    const begin = performance.now();
    const input = area.make(randomOf(seed, area.name, number));
    const isMonitored = only !== undefined || number % MONITORED === 0;
    const problem = await judge(area, input, subject, limits, isMonitored);
    spent += (performance.now() - begin) / 1000;
    if (problem !== null) {
      const known = findings.get(problem.kind);
      if (known !== undefined) known.count++;
      else findings.set(problem.kind, await explain(area, number, problem, subject, options));
    }
    number++;
  } while (spent < seconds && only === undefined);
  return { name: area.name, inputs: number - (only ?? 0), seconds: spent, findings: [...findings.values()] };
}

function limitsOf({ deadlineMs = DEADLINE_MS, slowMs = SLOW_MS }: FuzzOptions): Limits {
  return { deadlineMs, slowMs };
}

/** Gives an input to the subject, and looks whether that is still what it was. */
async function judge(
  area: FuzzArea,
  input: Input,
  subject: Subject,
  limits: Limits,
  isMonitored: boolean,
): Promise<Problem | null> {
  const { deadlineMs, slowMs } = limits;
  const begin = performance.now();
  const checking = area.check(input, subject).catch((error): Problem => ({
    kind: "the connection failed",
    detail: String(error),
  }));
  const found = await within(checking, deadlineMs);
  const elapsed = performance.now() - begin;
  const state = found === "late" || found !== null || isMonitored || subject.hasCrashed
    ? await stateOf(subject, deadlineMs)
    : "alive";
  if (state !== "alive" || found === "late") {
    const detail = `${Math.round(elapsed)} ms: ${subject.takeErrors() || "nothing was logged"}`;
    await subject.restart();
    await within(checking, deadlineMs);
    return { kind: LOST[state], detail };
  }
  if (found !== null) {
    subject.takeErrors();
    return found;
  }
  return loggedProblem(subject, area.expectedLog) ??
    (elapsed > slowMs ? await slowProblem(area, input, subject, limits) : null);
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | "late"> {
  const abort = new AbortController();
  const late = delay(ms, { signal: abort.signal }).then(() => "late" as const, () => "late" as const);
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
  }
}

/** Asks a plain route. */
async function stateOf(subject: Subject, deadlineMs: number): Promise<keyof typeof LOST> {
  const request = "GET /plain HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
  const asking = exchange(subject.ports.echo, request, true).then(({ answers }) => answers[0]?.body, () => "");
  const body = await within(asking, deadlineMs);
  if (body === "plain") return "alive";
  return body === "late" && !subject.hasCrashed ? "hanging" : "crashed";
}

function loggedProblem(subject: Subject, expected: RegExp | undefined): Problem | null {
  const errors = subject.takeErrors().split("\n").filter((line) => expected?.test(line) !== true).join("\n").trim();
  if (errors === "") return null;
  return { kind: `an error is logged: ${errors.split("\n", 1)[0]!.slice(0, 100)}`, detail: errors.slice(0, 1000) };
}

/** By processor time, and once more: a busy machine takes long for anything. */
async function slowProblem(
  area: FuzzArea,
  input: Input,
  subject: Subject,
  { deadlineMs, slowMs }: Limits,
): Promise<Problem | null> {
  const before = await subject.cpuTime();
  await within(area.check(input, subject).catch(() => null), deadlineMs);
  const used = await subject.cpuTime() - before;
  if (used <= slowMs) return null;
  return { kind: "an input takes too long", detail: `${Math.round(used)} ms of processor time` };
}

/** Finds the smallest input that shows a problem. */
async function explain(
  area: FuzzArea,
  number: number,
  problem: Problem,
  subject: Subject,
  options: FuzzOptions,
): Promise<Finding> {
  const { seed } = options;
  const limits = limitsOf(options);
  const finding = { area: area.name, seed, count: 1 };
  // That a process has ended may be noticed one input too late.
  const numbers = problem.kind === LOST.crashed && number > 0 ? [number, number - 1] : [number];
  for (const number of numbers) {
    const input = area.make(randomOf(seed, area.name, number));
    const again = await judge(area, input, subject, limits, true);
    if (again?.kind === problem.kind) {
      return { ...finding, number, ...await shrink(area, input, again, subject, limits) };
    }
  }
  // It is one that only follows on others: the whole run shows it again.
  return { ...finding, number, problem, input: area.make(randomOf(seed, area.name, number)) };
}

async function shrink(
  area: FuzzArea,
  input: Input,
  problem: Problem,
  subject: Subject,
  limits: Limits,
): Promise<{ input: Input; problem: Problem }> {
  const end = performance.now() + SHRINK_MS;
  let least = { input, problem };
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const input of smaller(least.input, area.kept ?? [])) {
      if (performance.now() > end) return least;
      const problem = await judge(area, input, subject, limits, true);
      if (problem?.kind !== least.problem.kind) continue;
      least = { input, problem };
      isSmaller = true;
      break;
    }
  }
  return least;
}
