/**
 * The real Next.js and this module on one project: every answer is equal, or listed with the id of a difference.
 *
 * Next is installed from npm, builds the project of `fixtures/whole_project/` and serves it; then this module serves the
 * same folder, and both are sent the same requests. Closes with `N equal, N listed differences, N failed`.
 *
 *     deno task test:parity [--record] [--keep FILE]
 *
 * `--record` writes what Next answers into the list of requests, for `whole_project_test.ts`; `--keep` all answers.
 */
import { equal } from "@std/assert";
import { join } from "@std/path";
import { parseArgs } from "node:util";
import { CLI, jsrProject } from "../helpers/jsr_project.ts";
import { publish, startRegistry } from "../helpers/registry.ts";
import {
  type Answer,
  askAll,
  copyProject,
  readRequests,
  REQUESTS,
  startService,
  type WholeRequest,
} from "../helpers/whole_project.ts";
import { buildNext, installNext, startNext } from "./_next.ts";

const { values } = parseArgs({ options: { record: { type: "boolean" }, keep: { type: "string" } } });
const requests = await readRequests();
await using registry = await startRegistry();
await publish(registry);
// This module is used as from JSR: from a checkout the project's packages are not its own.
await using project = await jsrProject(registry, {}, { npm: true });
await using service = startService();

await installNext(project.dir);
await copyProject(project.dir);
// Both read it, Next when it builds too.
await Deno.writeTextFile(join(project.dir, ".env.local"), `UPSTREAM=${service.origin}\n`);
await buildNext(project.dir);
const next = await answersOfNext();
service.reset();
const ours = await answersHere();
if (values.record) await record();
if (values.keep) await Deno.writeTextFile(values.keep, JSON.stringify({ next, ours }, null, 2));
Deno.exitCode = compareAll() > 0 ? 1 : 0;

async function answersOfNext(): Promise<Answer[]> {
  await using server = await startNext(project.dir);
  return await Array.fromAsync(askAll(server.port, requests, service), ([, answer]) => answer);
}

async function answersHere(): Promise<Answer[]> {
  const args = ["run", "-A", CLI, "start", "--port", "0", "--hostname", "127.0.0.1", "--cache", "memory"];
  await using server = await project.serve(...args);
  const port = Number(new URL(server.origin).port);
  const answers = await Array.fromAsync(askAll(port, requests, service), ([, answer]) => answer);
  await server.stop();
  return answers;
}

/** Prints what differs; gives how many failed. */
function compareAll(): number {
  const counts = { equal: 0, listed: 0, failed: 0 };
  for (const [index, request] of requests.entries()) {
    const result = compare(request, next[index]!, ours[index]!);
    counts[result]++;
    if (result === "equal") continue;
    const { method = "GET", path, name, differs } = request;
    console.log(`${result === "listed" ? `differs (${differs})` : "FAILED"}: ${name} (${method} ${path})`);
    if (result === "listed") continue;
    if (differs !== undefined && equal(next[index], ours[index])) console.log(`  is equal, but has "differs"`);
    console.log(`  next ${JSON.stringify(next[index])}\n  ours ${JSON.stringify(ours[index])}`);
  }
  console.log(`${counts.equal} equal, ${counts.listed} listed differences, ${counts.failed} failed`);
  return counts.failed;
}

/** A difference that is listed must be one, and of the kind that was looked at. */
function compare({ differs, ours: known }: WholeRequest, next: Answer, ours: Answer): "equal" | "listed" | "failed" {
  if (equal(next, ours)) return differs === undefined ? "equal" : "failed";
  if (differs === undefined) return "failed";
  return known === undefined || equal(known, ours) ? "listed" : "failed";
}

async function record(): Promise<void> {
  const recorded = requests.map((request, index) => ({ ...request, next: next[index]! }));
  await Deno.writeTextFile(REQUESTS, `${JSON.stringify(recorded, null, 2)}\n`);
  console.log(`Wrote ${REQUESTS}`);
}
