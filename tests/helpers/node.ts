/**
 * Running this package on Node, as projects with Next.js do.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { temporaryFiles } from "./app.ts";

const hasNode = await new Deno.Command("node", { args: ["--version"] }).output().then(
  ({ success }) => success,
  () => false,
);

/** Whether tests on Node are ignored: not in CI, where they fail instead. */
export const IGNORE_NODE: boolean = !hasNode && !Deno.env.get("CI");

if (IGNORE_NODE) console.log("Tests on Node are ignored: no node is on PATH");

/**
 * Bundles entry points, and runs a script on Node that imports them all from `process.argv[1]`.
 *
 * @param entries The files in `src/`: `route.ts`.
 * @param script The script; it prints one JSON value, and nothing to stderr.
 * @param env Variables of the environment.
 * @returns The value.
 */
export async function runOnNode(
  entries: readonly string[],
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const urls = entries.map((entry) => new URL(`../../src/${entry}`, import.meta.url).href);
  await using project = await temporaryFiles({ "entry.ts": urls.map((url) => `export * from "${url}";`).join("\n") });
  const { dir } = project;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = ["bundle", "--config", config, "--format", "esm", "--output", `${dir}/all.mjs`, `${dir}/entry.ts`];
  const bundled = await new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" }).output();
  assertEquals(bundled.success, true, new TextDecoder().decode(bundled.stderr));
  const run = ["--input-type=module", "--eval", script, `${dir}/all.mjs`];
  const { stdout, stderr } = await new Deno.Command("node", { args: run, env }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}
