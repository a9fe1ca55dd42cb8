/**
 * The command line in a process that has the project's configuration.
 *
 * Deno looks for `deno.json` and `package.json` beside the main module, or where a `jsr:` main module was started: an
 * installed command, or one that is given another folder, would not see the project's dependencies. So it starts itself
 * again in the project's folder.
 *
 * @module
 */

import { join } from "@std/path";

const CONFIGS = ["deno.json", "deno.jsonc", "package.json"];
const PERMISSIONS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

/**
 * Whether a project needs a process of its own.
 *
 * @param root The project's folder.
 */
export async function needsOwnProcess(root: string): Promise<boolean> {
  if (!await hasConfig(root)) return false;
  // Only who may do anything can give a child the same; who grants less starts it in the project.
  const granted = await Promise.all(PERMISSIONS.map((name) => Deno.permissions.query({ name })));
  return granted.every(({ state }) => state === "granted");
}

async function hasConfig(root: string): Promise<boolean> {
  const found = await Promise.all(CONFIGS.map((name) => Deno.stat(join(root, name)).then(() => true, () => false)));
  return found.includes(true);
}

/**
 * Runs the command line in the project's folder; a signal to stop is passed on.
 *
 * @param root The project's folder.
 * @param self The specifier of the command line: `jsr:@x/routes@0.1.0/cli`.
 * @param args Its arguments.
 * @returns Its exit code.
 */
export async function runInProject(root: string, self: string, args: readonly string[]): Promise<number> {
  const lock = await Deno.stat(join(root, "deno.lock")).then(() => [], () => ["--no-lock"]);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...lock, self, ...args],
    cwd: root,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    // A terminal would send its interrupt to both, and two are one too many.
    detached: true,
  }).spawn();
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const passes = signals.map((signal) => [signal, () => child.kill(signal)] as const);
  for (const [signal, pass] of passes) Deno.addSignalListener(signal, pass);
  try {
    return (await child.status).code;
  } finally {
    for (const [signal, pass] of passes) Deno.removeSignalListener(signal, pass);
  }
}
