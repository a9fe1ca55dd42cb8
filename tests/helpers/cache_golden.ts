/**
 * Replays the recorded responses of Next 16.4.6 to projects with `"use cache"` and images (`fixtures/cache_golden/`).
 * A step with `differs` is an intentional difference, as in `golden.ts`.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { copy } from "@std/fs";
import { assertAnswer, type RecordedAnswer } from "./recorded_answer.ts";
import { type CliServer, startCli } from "./cli.ts";
import { sendRequest } from "./wire.ts";

interface Step {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string | null;
  };
  readonly response: RecordedAnswer;
  readonly differs?: string;
  readonly ours?: RecordedAnswer;
  /** Lines that the server logs. */
  readonly server_log?: readonly string[];
  /** How long to wait before the request, in milliseconds. */
  readonly wait_ms?: number;
  /** How many equal requests are sent at once. */
  readonly parallel?: number;
  /** The name under which the cookie of the response is kept: `$draft` in a later header stands for it. */
  readonly save_cookie?: string;
}

interface Restart {
  /** The server is stopped and started. */
  readonly restart: true;
}

/** A case: requests, or what a build printed. */
export interface CacheCase extends Partial<Step> {
  readonly project: string;
  readonly route_file: string;
  readonly id: string;
  readonly group: string;
  readonly steps?: readonly (Step | Restart)[];
  readonly build?: Build;
}

/** What `next build` said. */
export interface Build {
  /** The route, and its line of the table. */
  readonly route?: string;
  readonly printed?: Printed & { readonly paths?: readonly Printed[] };
  /** The paths of its prerendered responses. */
  readonly prerendered?: readonly string[];
  /** The exit code, and the error. */
  readonly exit?: number;
  readonly message?: string | null;
  readonly file?: string;
  readonly log?: readonly string[];
  readonly differs?: string;
  /** What `routes check` or `routes list` says instead. */
  readonly ours?: string;
}

interface Printed {
  readonly mark: string | null;
  readonly revalidate: string | null;
  readonly expire: string | null;
}

const golden = new URL("../fixtures/cache_golden/", import.meta.url).pathname;

/** All cases, in order. */
export async function readCacheCases(): Promise<CacheCase[]> {
  const lines = (await Deno.readTextFile(`${golden}cases.jsonl`)).trim().split("\n");
  return lines.map((line): CacheCase => JSON.parse(line));
}

/** Copies a project to a folder: the server writes its cache there. */
export async function copyProject(name: string): Promise<AsyncDisposable & { readonly dir: string }> {
  const parent = await Deno.makeTempDir({ prefix: "routes_golden_" });
  const dir = `${parent}/${name}`;
  await copy(`${golden}projects/${name}`, dir);
  return { dir, [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }) };
}

/** Sends the requests of a project to a server of a copy, and checks each case in a step of the test. */
export async function replayCache(t: Deno.TestContext, project: string, all: readonly CacheCase[]): Promise<void> {
  await using copied = await copyProject(project);
  const server = await startServer(copied.dir);
  await prerender(all, server);
  const cases = all.filter(({ build }) => build === undefined);
  try {
    const failures = await sendAll(cases, server);
    const log = await server.stop();
    for (const each of cases) {
      const differences = new Set([each, ...getSteps(each)].flatMap(({ differs }) => differs ?? []));
      await t.step(getTitle(each.id, ...differences), () => {
        const failure = failures.get(each);
        if (failure !== undefined) throw failure;
        const missing = getSteps(each).flatMap(({ server_log = [] }) => server_log).filter((line) =>
          !isLogged(line, log)
        );
        if (missing.length > 0) throw new Error(`Not logged: ${missing.join("\n")}`);
      });
    }
  } finally {
    await server.stop();
  }
}

/** Returns the name of a case, with the ids of its differences. */
export function getTitle(id: string, ...differences: readonly string[]): string {
  return differences.length === 0 ? id : `${id} (differs: ${differences.join(", ")})`;
}

/** Sends the requests of all cases, and returns the errors of those that fail. */
async function sendAll(cases: readonly CacheCase[], server: GoldenServer): Promise<Map<CacheCase, unknown>> {
  const failures = new Map<CacheCase, unknown>();
  const send = async (cases: readonly CacheCase[]) => {
    for (const each of cases) await sendCase(each, server).catch((error) => failures.set(each, error));
  };
  // Counters are shared within a file and within the tags; what waits does so at the same time.
  const sequences = Map.groupBy(
    cases,
    ({ group, route_file }) => ["restart", "tag"].includes(group) ? group : route_file,
  );
  const restarts = sequences.get("restart") ?? [];
  sequences.delete("restart");
  const [waiting = [], quick = []] = [true, false].map((waits) =>
    [...sequences.values()].filter((cases) =>
      cases.flatMap(getSteps).some(({ wait_ms, parallel }) => (wait_ms ?? parallel) !== undefined) === waits
    )
  );
  await send(quick.flat());
  await Promise.all(waiting.map(send));
  await send(restarts);
  return failures;
}

async function sendCase({ steps, ...single }: CacheCase, server: GoldenServer): Promise<void> {
  const countsTwice = single.differs === "prerendered-once";
  const cookies: Record<string, string> = {};
  for (const step of steps ?? [single as Step]) {
    if ("restart" in step) {
      await server.restart();
      continue;
    }
    const { request: { method, path, headers, body }, response, ours = response, save_cookie } = step;
    if (step.wait_ms !== undefined) await delay(step.wait_ms);
    const { port } = server;
    const sent = headers.map(([name, value]) => [name, value.replace(/\$(\w+)/, (_, name) => cookies[name]!)] as const);
    const request = { method, path, headers: sent, body: body ?? "" };
    const answers = await Promise.all(Array.from({ length: step.parallel ?? 1 }, () => sendRequest(port, request)));
    for (const answer of answers) assertAnswer(answer, ours, { port, countsTwice });
    if (save_cookie !== undefined) cookies[save_cookie] = answers[0]!.headers["set-cookie"]![0]!.split(";")[0]!;
  }
}

function getSteps({ steps, ...single }: CacheCase): Step[] {
  return (steps ?? [single as Step]).filter((step): step is Step => "request" in step);
}

/** Whether a line that Next.js logged is logged here. */
function isLogged(line: string, log: string): boolean {
  // Next.js names the files that it has generated.
  const withoutFiles = (text: string) => text.replaceAll(/(?<=from route handler )'[^']*'/g, "''");
  return withoutFiles(log).includes(withoutFiles(getMessage(line)));
}

/** Returns a line of a log without what formats it as an error. */
export function getMessage(line: string): string {
  return line.replace(/^\s*(?:⨯ )?(?:\[cause\]: )?(?:\w*Error(?: \[\w+\])?: )?/, "");
}

interface GoldenServer {
  readonly port: number;
  restart(): Promise<void>;
  /** Stops it; returns all that it has logged. */
  stop(): Promise<string>;
}

/** Generates what `next build` prerenders, in another process. */
async function prerender(cases: readonly CacheCase[], server: GoldenServer): Promise<void> {
  for (const path of cases.flatMap(({ build }) => build?.prerendered ?? [])) await sendRequest(server.port, { path });
  await server.restart();
}

async function startServer(dir: string): Promise<GoldenServer> {
  const start = () => startCli(["start", dir, "--hostname", "127.0.0.1", "--cache", `sqlite:${dir}/cache.db`]);
  let log = "";
  let server: CliServer | undefined = await start();
  const stop = async () => {
    const { stdout = "", stderr = "" } = await server?.stop() ?? {};
    server = undefined;
    return log += stdout + stderr;
  };
  const restart = async () => {
    await stop();
    server = await start();
  };
  return {
    get port() {
      return Number(new URL(server!.origin).port);
    },
    restart,
    stop,
  };
}
