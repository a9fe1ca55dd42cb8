/**
 * The command line: `deno run -A jsr:@x/routes/cli start`.
 *
 * @module
 */

import config from "./deno.json" with { type: "json" };
import type { CacheAction } from "./src/deno/commands/cache.ts";
import type { CronAction } from "./src/deno/commands/cron.ts";
import { readCommandLine } from "./src/deno/commands/command_line.ts";
import type { CommandFlagValues, CommandName } from "./src/deno/commands/command_table.ts";
import { devCommand } from "./src/deno/commands/dev.ts";
import { createSelfCommand, enterProject, runInProjectProcess } from "./src/deno/commands/project_process.ts";
import { UsageError } from "./src/deno/process/arguments.ts";
import { stopServers } from "./src/deno/process/process_guard.ts";
import { onParentGone } from "./src/deno/process/supervisor.ts";
import { readWorkerCount } from "./src/deno/process/workers.ts";
import { environment } from "./src/deno/project/environment.ts";
import { readCount } from "./src/deno/server/flag_values.ts";
import { readPortFlag, readStartFlags } from "./src/deno/server/flags.ts";
import { getErrorMessage } from "./src/log/error_text.ts";
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
    const isChild = flags["in-place"] ?? false;
    const respawn = (port: number) => createSelfCommand("dev", { dir, flags: { ...flags, port: `${port}` } });
    return await devCommand(dir, {
      port: readPortFlag(flags),
      hostname: flags.hostname,
      cache: flags.cache,
      allowHosts: flags["allow-host"],
      maxGrowth: readCount(flags["max-growth"], "--max-growth"),
    }, { isChild, respawn });
  },
  async start(dir, { workers, worker, ...flags }) {
    const { startCommand, startWorkers } = await import("./src/deno/commands/start.ts");
    const start = readStartFlags(flags);
    const count = readWorkerCount(workers);
    if (count < 2) {
      const number = worker === undefined ? undefined : Number(worker);
      return await startCommand(dir, { ...start, verbose: flags.verbose, worker: number });
    }
    const command = (worker: number, port: number, prewarm: boolean) =>
      createSelfCommand("start", { dir, flags: { ...flags, prewarm, port: `${port}`, worker: `${worker}` } });
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
  async typegen(dir, { out, client = false, flat = false }) {
    const { typegenCommand } = await import("./src/deno/commands/typegen.ts");
    await typegenCommand(dir, { out, client, flat });
  },
  async openapi(dir, { out, check, types = false }) {
    const { openApiCommand } = await import("./src/deno/commands/openapi.ts");
    return await openApiCommand(dir, { out, check, types }) ? 0 : 1;
  },
  async cron(dir, flags, [action, path]) {
    const { cronCommand } = await import("./src/deno/commands/cron.ts");
    return await cronCommand(action as CronAction, dir, flags.cache ?? environment("CACHE_URL"), path) ? 0 : 1;
  },
  async cache(dir, flags, [action, key]) {
    const { cacheCommand } = await import("./src/deno/commands/cache.ts");
    await cacheCommand(action as CacheAction, dir, flags.cache ?? environment("CACHE_URL"), key);
  },
};

/** The commands that import files of the project, which may need the project's own configuration. */
const IMPORTS_PROJECT: readonly CommandName[] = ["start", "build", "check", "openapi", "cron"];

/** The commands that run code of the project, which reads its files from the current folder. */
const RUNS_HANDLERS: readonly CommandName[] = ["start", "dev", "list", "check", "openapi", "cron"];

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
    writeLog("error", getErrorMessage(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(args: readonly string[]): Promise<number | void> {
  const line = await readCommandLine(args);
  if ("print" in line) return console.log(line.print === "version" ? config.version : await getHelp(line.command));
  const { name, action } = line;
  if (line.flags["in-place"]) onParentGone(stopServers);
  else if (IMPORTS_PROJECT.includes(name) && line.flags.workers === undefined) {
    const code = await runInProjectProcess(name, line);
    if (code !== undefined) return code;
  }
  const { dir, flags } = RUNS_HANDLERS.includes(name) ? await enterProject(line) : line;
  return await RUN[name](dir, flags, action);
}

async function getHelp(command: CommandName | undefined): Promise<string> {
  const { formatCommandHelp, formatHelp } = await import("./src/deno/commands/help.ts");
  return command === undefined ? formatHelp() : formatCommandHelp(command);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
