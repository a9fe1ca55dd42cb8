/**
 * Runs the whole suite, documentation included, and closes with one line: `N passed, N failed`.
 *
 * A test that is ignored (its real server is absent) is counted with its reason on the way; where `CI` is set it is a
 * failure. `--coverage` also prints which lines ran.
 */
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ options: { coverage: { type: "boolean" } }, allowPositionals: true });
const args = ["test", "-A", "--sanitize-ops", "--sanitize-resources", "--doc"];
if (values.coverage) args.push("--coverage=coverage", "--clean");
const child = new Deno.Command(Deno.execPath(), {
  args: [...args, ...positionals],
  env: { DENO_NO_UPDATE_CHECK: "1" },
  stdout: "piped",
}).spawn();

let text = "";
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  await Deno.stdout.write(chunk);
  text += decoder.decode(chunk, { stream: true });
}
const { code } = await child.status;
if (values.coverage) await reportCoverage();

// deno-lint-ignore no-control-regex -- the colours of the report
const totals = text.replace(/\x1b\[[0-9;]*m/g, "").match(/\d+ passed[^\n]*\| \d+ failed[^\n]*/g)?.at(-1) ?? "";
const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(totals)?.[1] ?? 0);
const ignored = count("ignored");
const failed = count("failed") + (Deno.env.has("CI") ? ignored : 0);
// A file that does not even compile fails no test.
const lost = code !== 0 && failed === 0 ? 1 : 0;
const skipped = ignored > 0 && !Deno.env.has("CI") ? `, ${ignored} skipped` : "";
console.log(`${count("passed")} passed, ${failed + lost} failed${skipped}`);
Deno.exit(failed + lost > 0 ? 1 : 0);

async function reportCoverage(): Promise<void> {
  // A process that a test kills leaves an empty file, which would be the end of the report.
  for await (const { name } of Deno.readDir("coverage")) {
    const path = `coverage/${name}`;
    if ((await Deno.stat(path)).size === 0) await Deno.remove(path);
  }
  const report = new Deno.Command(Deno.execPath(), { args: ["coverage", "coverage", "--include=/src/"] });
  const { success } = await report.spawn().status;
  if (!success) throw new Error("Cannot report the coverage: see above");
}
