/**
 * The command line: `deno run -A jsr:@x/routes/cli start`.
 *
 * @module
 */

import config from "./deno.json" with { type: "json" };
import type { CacheAction } from "./src/deno/commands/cache.ts";
import {
  ALL_FLAGS,
  CHILD_FLAGS,
  type Command,
  type CommandFlagValues,
  type CommandName,
  COMMANDS,
  COMMON_FLAGS,
  getCommandsWithFlag,
  isCommandName,
} from "./src/deno/commands/command_table.ts";
import { devCommand } from "./src/deno/commands/dev.ts";
import {
  type CommandTarget,
  createSelfCommand,
  enterProject,
  runInProjectProcess,
} from "./src/deno/commands/project_process.ts";
import { parseArguments, readPositionals, UsageError } from "./src/deno/process/arguments.ts";
import { findClosestWord } from "./src/deno/process/closest_word.ts";
import { stopServers } from "./src/deno/process/process_guard.ts";
import { onParentGone } from "./src/deno/process/supervisor.ts";
import { environment } from "./src/deno/project/environment.ts";
import { readCount, readPortFlag, readStartFlags } from "./src/deno/server/flags.ts";
import { writeLog } from "./src/log/log.ts";

/** Runs a command; returns the exit code, or nothing for 0. */
type Run<Name extends CommandName> = (
  dir: string,
  flags: CommandFlagValues<Name>,
  action: readonly string[],
) => Promise<number | void>;

/** Commands are imported lazily: importing all of them would double the startup time. */
const RUN: { readonly [Name in CommandName]: Run<Name> } = {
  async init(dir) {
    const { initCommand } = await import("./src/deno/commands/init.ts");
    await initCommand(dir);
  },
  async dev(dir, flags) {
    const inPlace = flags["in-place"] ?? false;
    const again = (port: number) => createSelfCommand("dev", dir, { ...flags, port: `${port}` });
    return await devCommand(dir, {
      port: readPortFlag(flags),
      hostname: flags.hostname,
      cache: flags.cache,
      allowHosts: flags["allow-host"],
      maxGrowth: readCount(flags["max-growth"], "--max-growth"),
    }, { inPlace, again });
  },
  async start(dir, { workers, worker, ...flags }) {
    const { startCommand, startWorkers } = await import("./src/deno/commands/start.ts");
    const start = readStartFlags(flags);
    const count = readCount(workers, "--workers") ?? 1;
    if (count < 2) {
      const number = worker === undefined ? undefined : Number(worker);
      return await startCommand(dir, { ...start, verbose: flags.verbose, worker: number });
    }
    const command = (worker: number, port: number, prewarm: boolean) =>
      createSelfCommand("start", dir, { ...flags, prewarm, port: `${port}`, worker: `${worker}` });
    return await startWorkers(dir, start, { count, command });
  },
  async build(dir, { out, prewarm, redis, external, manifest }) {
    const { buildCommand } = await import("./src/deno/commands/build.ts");
    await buildCommand(dir, { out, prewarm, redis, external, manifest });
  },
  async list(dir, { json = false }) {
    const { listCommand } = await import("./src/deno/commands/list.ts");
    return await listCommand(dir, { json }) ? 0 : 1;
  },
  async check(dir) {
    const { checkCommand } = await import("./src/deno/commands/check.ts");
    return await checkCommand(dir) ? 0 : 1;
  },
  async typegen(dir, { out }) {
    const { typegenCommand } = await import("./src/deno/commands/typegen.ts");
    await typegenCommand(dir, { out });
  },
  async cache(dir, flags, [action, key]) {
    const { cacheCommand } = await import("./src/deno/commands/cache.ts");
    await cacheCommand(action as CacheAction, dir, flags.cache ?? environment("CACHE_URL"), key);
  },
};

/** The commands that import files of the project, which may need the project's own configuration. */
const IMPORTS_PROJECT: readonly CommandName[] = ["start", "build", "check"];

/** The commands that run code of the project, which reads its files from the current folder. */
const RUNS_HANDLERS: readonly CommandName[] = ["start", "dev", "list", "check"];

/**
 * Runs the command line.
 *
 * @param args The arguments: `["start", "app", "--port", "3000"]`.
 * @returns The exit code: 0, 1 for a failure, 2 for a mistake in the arguments.
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args) ?? 0;
  } catch (error) {
    writeLog("error", error instanceof Error ? error.message : String(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(args: readonly string[]): Promise<number | void> {
  const [first, second] = readPositionals(args, ALL_FLAGS);
  if (first === "help") return await printHelp(second === undefined ? undefined : readCommandName(second));
  const named = first === undefined || await isFolder(first) ? undefined : readCommandName(first, " or a folder");
  const name = named ?? "start";
  const command: Command = COMMANDS[name];
  const { values, positionals } = parseArguments(args, { ...ALL_FLAGS, ...COMMANDS[name].flags }, {
    hint: `see "routes ${name} --help"`,
    suggested: Object.keys({ ...command.flags, ...COMMON_FLAGS }),
    allowPositionals: true,
  });
  if (values.version) return console.log(config.version);
  if (values.help) return await printHelp(named);
  const words = named === undefined ? positionals : positionals.slice(1);
  const action = command.actions === undefined ? [] : readAction(name, command.actions, words);
  const [dir = ".", extra] = words.slice(action.length);
  if (extra !== undefined) throw new UsageError(`Cannot read argument "${extra}": "${name}" takes one folder`);
  refuseForeignFlags(name, Object.keys(values));
  return await runCommand(name, { dir, flags: values }, action);
}

async function runCommand(
  name: CommandName,
  target: CommandTarget,
  action: readonly string[],
): Promise<number | void> {
  if (target.flags["in-place"]) onParentGone(stopServers);
  else if (IMPORTS_PROJECT.includes(name) && target.flags.workers === undefined) {
    const code = await runInProjectProcess(name, target);
    if (code !== undefined) return code;
  }
  const { dir, flags } = RUNS_HANDLERS.includes(name) ? await enterProject(target) : target;
  return await RUN[name](dir, flags, action);
}

async function printHelp(command: CommandName | undefined): Promise<void> {
  const { formatCommandHelp, formatHelp } = await import("./src/deno/commands/help.ts");
  console.log(command === undefined ? formatHelp() : formatCommandHelp(command));
}

function readCommandName(word: string, alternative = ""): CommandName {
  if (isCommandName(word)) return word;
  const names = Object.keys(COMMANDS);
  const closest = findClosestWord(word, [...names, "help"]);
  const fix = closest === undefined ? `expected ${names.join(", ")}${alternative}` : `did you mean "${closest}"?`;
  throw new UsageError(`Unknown command "${word}": ${fix}`);
}

/**
 * Whether a word that may be a command is the folder of a command that is left out. A path is one even if nothing is
 * there, and a name only if a folder is: a mistyped command must not be taken for a folder.
 */
async function isFolder(word: string): Promise<boolean> {
  if (isCommandName(word)) return false;
  if (word === "" || /[./\\]/.test(word)) return true;
  try {
    return (await Deno.stat(word)).isDirectory;
  } catch (error) {
    // The command reports the missing permission.
    return error instanceof Deno.errors.NotCapable;
  }
}

function refuseForeignFlags(name: CommandName, flags: readonly string[]): void {
  const taken = { ...COMMANDS[name].flags, ...CHILD_FLAGS };
  const foreign = flags.find((flag) => !Object.hasOwn(taken, flag));
  if (foreign === undefined) return;
  const owners = new Intl.ListFormat("en").format(getCommandsWithFlag(foreign).map((owner) => `"${owner}"`));
  throw new UsageError(`Cannot use "--${foreign}" with "${name}": it is an option of ${owners}`);
}

/** Reads the words between the command and the folder: `rm /news` of `cache rm /news my-app`. */
function readAction(
  name: CommandName,
  actions: NonNullable<Command["actions"]>,
  words: readonly string[],
): readonly string[] {
  const [word] = words;
  if (word === undefined || !Object.hasOwn(actions, word)) {
    const state = word === undefined ? "no action given" : `unknown action "${word}"`;
    const expected = new Intl.ListFormat("en", { type: "disjunction" }).format(Object.keys(actions));
    throw new UsageError(`Cannot run "${name}": ${state}, expected ${expected}`);
  }
  const values = actions[word]!;
  const missing = values[words.length - 1];
  if (missing !== undefined) throw new UsageError(`Cannot run "${name} ${word}": no ${missing} given`);
  return words.slice(0, 1 + values.length);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
