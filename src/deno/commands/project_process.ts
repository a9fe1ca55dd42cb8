/**
 * Where a command runs: in the project's folder, and in a process of its own if the project has a configuration.
 *
 * @module
 */

import { resolve } from "@std/path";
import config from "../../../deno.json" with { type: "json" };
import { PACKAGE_URL } from "../modules/own_package.ts";
import { needsOwnProcess, runInProject, type SelfCommand } from "../process/supervisor.ts";
import { findProject } from "../project/scan.ts";
import type { AllFlagValues, CommandName } from "./command_table.ts";

const IS_CHECKOUT = PACKAGE_URL.startsWith("file:");

/** A folder, and flags whose paths are relative to the current folder. */
export interface CommandTarget {
  readonly dir: string;
  readonly flags: AllFlagValues;
  /** The words between the command and the folder. Default: none. */
  readonly action?: readonly string[];
}

/**
 * Makes the project's folder the current one, as `next start DIR` does: handlers read their files from there.
 *
 * @returns The folder and the flags with absolute paths, if another folder is the current one now.
 */
export async function enterProject({ dir, flags }: CommandTarget): Promise<CommandTarget> {
  const project = await findProject(dir).catch(() => undefined);
  if (project === undefined || project.root === Deno.cwd()) return { dir, flags };
  const target = { dir: resolve(dir), flags: { ...flags, ...resolvePaths(flags) } };
  try {
    Deno.chdir(project.root);
    return target;
  } catch {
    // With read access to the app folder alone, the current folder stays.
    return { dir, flags };
  }
}

/**
 * Runs a command again in a process with the project's configuration, if the project needs one.
 *
 * @returns The exit code of that process; `undefined` if the command has to run in this one.
 */
export async function runInProjectProcess(
  name: CommandName,
  target: CommandTarget,
): Promise<number | undefined> {
  // A checkout needs its own configuration.
  if (IS_CHECKOUT) return undefined;
  const { root } = await findProject(target.dir);
  if (!await needsOwnProcess(root)) return undefined;
  return await runInProject({ root, ...createSelfCommand(name, target) });
}

/** Returns how to run a command in another process, whose current folder may be another one. */
export function createSelfCommand(
  name: CommandName,
  { dir, flags, action = [] }: CommandTarget,
): Omit<SelfCommand, "root"> {
  const words = Object.entries({ ...flags, ...resolvePaths(flags) }).flatMap(([flag, value]) => {
    if (typeof value === "boolean") return value ? [`--${flag}`] : [];
    return [value ?? []].flat().flatMap((text) => [`--${flag}`, text]);
  });
  const self = IS_CHECKOUT ? new URL("cli.ts", PACKAGE_URL).href : `jsr:${config.name}@${config.version}/cli`;
  return { self, args: [name, ...action, resolve(dir), ...words, "--in-place"] };
}

/** The flags whose values are paths. */
const PATH_FLAGS = ["out", "check", "unix", "tls-cert", "tls-key"] as const;

function resolvePaths(flags: AllFlagValues): Partial<AllFlagValues> {
  const [, kind, path] = /^(sqlite|kv):(?!https?:)(.+)$/s.exec(flags.cache ?? "") ?? [];
  const paths = PATH_FLAGS.flatMap((name) => flags[name] === undefined ? [] : [[name, resolve(flags[name])]]);
  return { ...Object.fromEntries(paths), ...(path === undefined ? {} : { cache: `${kind}:${resolve(path)}` }) };
}
