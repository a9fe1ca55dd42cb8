/**
 * The command line: `deno run -A jsr:@x/routes/cli start`.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { resolve } from "@std/path";
import config from "./deno.json" with { type: "json" };
import { environment } from "./src/deno/project/environment.ts";
import type { CacheAction } from "./src/deno/commands/cache.ts";
import { devCommand } from "./src/deno/commands/dev.ts";
import { findProject } from "./src/deno/project/scan.ts";
import { stopServers } from "./src/deno/process/process_guard.ts";
import { needsOwnProcess, onParentGone, runInProject } from "./src/deno/process/supervisor.ts";
import { portOf, readStartFlags, START_OPTIONS, UsageError } from "./src/deno/server/flags.ts";
import { writeLog } from "./src/log/log.ts";

const HELP = `Serves an app/ folder of Next.js route handlers on Deno.

Usage: routes <command> [dir] [options]

dir is an app folder, or a project that holds app/ or src/app/. Default: the current folder.

Commands:
  init       Begin a project: a first route, deno.json, the types
  dev        Serve the routes while you work on them: changes are served by the next request
  start      Serve the routes (also when no command is given)
  build      Make one module that serves the routes without the project
  list       Print the routes
  check      Say what of a Next.js project runs here
  typegen    Write the types of the routes: RouteContext<"/users/[id]">
  cache      Look into the cache: cache ls [dir], cache rm <key or path> [dir], cache clear [dir]

Options of dev:
  -p, --port N        The port to listen on. Default: PORT, or the first free one from 8000
  -H, --hostname H    The address to listen on. Default: 127.0.0.1
  --cache [WHERE]     Cache, in memory or where start would. Default: nothing is cached
  --allow-host NAME   A host name to answer besides localhost; .example.test for all below it; can be repeated
  --max-growth MIB    By how much memory may grow before the process begins anew. Default: 1024

Options of start:
  -p, --port N        The port to listen on. Default: PORT, or 8000
  -H, --hostname H    The address to listen on. Default: HOSTNAME, or 0.0.0.0
  --cache WHERE       memory, sqlite:PATH or redis://HOST:PORT. Default: CACHE_URL, or .routes/cache.db
                      in the project; also for the command cache
  --prewarm           Make the cached responses before listening
  --lazy              Import a route file by its first request; one that cannot be imported is one route that fails
  --trust-proxy       Believe X-Forwarded-Proto and X-Forwarded-Host, where a proxy in front sets them
  --workers N         How many processes listen on the port and share the cache. Default: 1
  --log FORMAT        How requests are logged: pretty, json or off. Default: off
  --body-limit SIZE   How much of a request body is kept in memory: 64kb, 10mb. Default: BODY_LIMIT, or 100mb
  --grace TIME        How long a stop waits for what is in flight: 30s, 500ms. Default: GRACE, or 5s
  --verbose           Say more at start

Options of build:
  --out DIR           The folder to write to. Default: dist in the project
  --prewarm           Make the cached responses that are known beforehand, and store them beside the module
  --redis             Put the client of Redis into it
  --external NAME     A package to leave out, for node_modules to have when it runs; can be repeated
  --manifest          Write the module that imports the project, for "deno compile" and Deno Deploy; bundle nothing

Options of list:
  --json              Print the routes as JSON

Options of typegen:
  --out FILE          The file to write. Default: routes.d.ts, or .routes/routes.d.ts in a project with next

  -h, --help          Print this
  -v, --version       Print the version`;

const OPTIONS = {
  ...START_OPTIONS,
  "allow-host": { type: "string", multiple: true },
  "max-growth": { type: "string" },
  redis: { type: "boolean" },
  external: { type: "string", multiple: true },
  manifest: { type: "boolean" },
  verbose: { type: "boolean" },
  workers: { type: "string" },
  "in-place": { type: "boolean" },
  worker: { type: "string" },
  json: { type: "boolean" },
  out: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

type Flags = ReturnType<typeof parse>["values"];

interface Command {
  /** The flags that the command takes. */
  readonly flags: readonly (keyof Flags)[];
  /** Whether it imports files of the project, which may need the project's own configuration. */
  readonly imports?: boolean;
  /** What comes between the command and the folder: by the word that says what to do, what else it takes. */
  readonly actions?: Readonly<Record<string, readonly string[]>>;
  readonly run: (dir: string, flags: Flags, action: readonly string[]) => Promise<void>;
}

/** Each command is imported by who runs it: half of the time until one begins is that of importing the others. */
const COMMANDS: Readonly<Record<string, Command>> = {
  init: {
    flags: [],
    async run(dir) {
      const { initCommand } = await import("./src/deno/commands/init.ts");
      await initCommand(dir);
    },
  },
  dev: {
    flags: ["port", "hostname", "cache", "allow-host", "max-growth"],
    async run(dir, flags) {
      const inPlace = flags["in-place"] ?? false;
      const again = (port: number) => selfCommand("dev", dir, { ...flags, port: `${port}` });
      endWith(
        await devCommand(dir, {
          port: portOf(flags),
          hostname: flags.hostname,
          cache: flags.cache,
          allowHosts: flags["allow-host"],
          maxGrowth: readCount(flags["max-growth"], "--max-growth", "let memory grow by"),
        }, { inPlace, again }),
      );
    },
  },
  start: {
    flags: [
      "port",
      "hostname",
      "cache",
      "prewarm",
      "trust-proxy",
      "log",
      "lazy",
      "body-limit",
      "grace",
      "verbose",
      "workers",
    ],
    imports: true,
    async run(dir, { workers, worker, ...flags }) {
      const { startCommand, startWorkers } = await import("./src/deno/commands/start.ts");
      const start = readStartFlags(flags);
      const count = readCount(workers, "--workers", "start") ?? 1;
      if (count < 2) {
        const number = worker === undefined ? undefined : Number(worker);
        return await startCommand(dir, { ...start, verbose: flags.verbose, worker: number });
      }
      const command = (worker: number, port: number, prewarm: boolean) =>
        selfCommand("start", dir, { ...flags, prewarm, port: `${port}`, worker: `${worker}` });
      endWith(await startWorkers(dir, start, { count, command }));
    },
  },
  build: {
    flags: ["out", "prewarm", "redis", "external", "manifest"],
    imports: true,
    async run(dir, { out, prewarm, redis, external, manifest }) {
      const { buildCommand } = await import("./src/deno/commands/build.ts");
      await buildCommand(dir, { out, prewarm, redis, external, manifest });
    },
  },
  list: {
    flags: ["json"],
    async run(dir, flags) {
      const { listCommand } = await import("./src/deno/commands/list.ts");
      if (!await listCommand(dir, { json: flags.json ?? false })) throw new QuietError();
    },
  },
  check: {
    flags: [],
    imports: true,
    async run(dir) {
      const { checkCommand } = await import("./src/deno/commands/check.ts");
      if (!await checkCommand(dir)) throw new QuietError();
    },
  },
  typegen: {
    flags: ["out"],
    async run(dir, flags) {
      const { typegenCommand } = await import("./src/deno/commands/typegen.ts");
      await typegenCommand(dir, { out: flags.out });
    },
  },
  cache: {
    flags: ["cache"],
    actions: { ls: [], rm: ["key"], clear: [] },
    async run(dir, flags, [action, key]) {
      const { cacheCommand } = await import("./src/deno/commands/cache.ts");
      await cacheCommand(action as CacheAction, dir, flags.cache ?? environment("CACHE_URL"), key);
    },
  },
};

/** The commands that run code of the project, which reads its files from the current folder. */
const RUNS_HANDLERS = ["start", "dev", "list", "check"];

/** A failure of which all has been said. */
class QuietError extends Error {}

/** The end of a process that did the work; its code is this one's. */
class ChildEnd extends QuietError {
  constructor(readonly code: number) {
    super();
  }
}

/**
 * Runs the command line.
 *
 * @param args The arguments: `["start", "app", "--port", "3000"]`.
 * @returns The exit code: 0, 1 for a failure, 2 for a mistake in the arguments.
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await run(args);
    return 0;
  } catch (error) {
    if (error instanceof ChildEnd) return error.code;
    if (!(error instanceof QuietError)) writeLog("error", error instanceof Error ? error.message : String(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return console.log(HELP);
  if (values.version) return console.log(config.version);
  const named = Object.hasOwn(COMMANDS, positionals[0] ?? "");
  const name = named ? positionals[0]! : "start";
  const command = COMMANDS[name]!;
  const words = named ? positionals.slice(1) : positionals;
  const action = command.actions === undefined ? [] : readAction(name, command.actions, words);
  const [dir = ".", extra] = words.slice(action.length);
  if (extra !== undefined) throw new UsageError(`Cannot read argument "${extra}": "${name}" takes one folder`);
  for (const flag of Object.keys(values) as (keyof Flags)[]) {
    if (flag !== "in-place" && flag !== "worker" && !command.flags.includes(flag)) {
      throw new UsageError(`Cannot use "--${flag}": "${name}" has no such option, see "routes --help"`);
    }
  }
  if (values["in-place"]) onParentGone(stopServers);
  try {
    if (command.imports && !values["in-place"] && values.workers === undefined) await inProject(name, dir, values);
    const entered = RUNS_HANDLERS.includes(name) ? await enterProject(dir, values) : undefined;
    await command.run(entered?.dir ?? dir, entered?.flags ?? values, action);
  } catch (error) {
    // A word that is no command was taken for a folder.
    if (named || !(error instanceof Deno.errors.NotFound) || positionals.length === 0) throw error;
    throw new Deno.errors.NotFound(`${error.message}; the commands are ${Object.keys(COMMANDS).join(", ")}`);
  }
}

/**
 * Makes the project's folder the current one, as `next start DIR` does: handlers read their files from there.
 *
 * @returns Folder and flags, paths as they were meant in the folder of before; `undefined` where it stays the current one.
 */
async function enterProject(dir: string, flags: Flags): Promise<{ dir: string; flags: Flags } | undefined> {
  const project = await findProject(dir).catch(() => undefined);
  if (project === undefined || project.root === Deno.cwd()) return undefined;
  const entered = { dir: resolve(dir), flags: { ...flags, ...absolutePaths(flags) } };
  try {
    Deno.chdir(project.root);
    return entered;
  } catch {
    // Who may read the app folder only stays where it was.
    return undefined;
  }
}

function absolutePaths({ cache, out }: Flags): Pick<Flags, "cache" | "out"> {
  const path = /^sqlite:(.+)$/s.exec(cache ?? "")?.[1];
  return {
    ...(path === undefined ? {} : { cache: `sqlite:${resolve(path)}` }),
    ...(out === undefined ? {} : { out: resolve(out) }),
  };
}

/** Goes on in a process of the project's own, where it needs one. */
async function inProject(name: string, dir: string, flags: Flags): Promise<void> {
  // A checkout has a configuration of its own, which it needs.
  if (import.meta.url.startsWith("file:")) return;
  const { root } = await findProject(dir);
  if (!await needsOwnProcess(root)) return;
  throw new ChildEnd(await runInProject({ root, ...selfCommand(name, dir, flags) }));
}

/** How another process is given the same command; another folder may be the current one there. */
function selfCommand(name: string, dir: string, flags: Flags): { self: string; args: readonly string[] } {
  const moved = { ...flags, ...absolutePaths(flags) };
  const words = Object.entries(moved).flatMap(([flag, value]) =>
    typeof value === "boolean"
      ? (value ? [`--${flag}`] : [])
      : [value].flat().flatMap((text) => [`--${flag}`, `${text}`])
  );
  const isCheckout = import.meta.url.startsWith("file:");
  const self = isCheckout ? import.meta.url : `jsr:${config.name}@${config.version}/cli`;
  return { self, args: [name, resolve(dir), ...words, "--in-place"] };
}

function readAction(
  name: string,
  actions: NonNullable<Command["actions"]>,
  words: readonly string[],
): readonly string[] {
  const [word = ""] = words;
  if (!Object.hasOwn(actions, word)) {
    const state = word === "" ? "it says not what to do" : `"${word}" is nothing it does`;
    throw new UsageError(`Cannot run "${name}": ${state}, write ${Object.keys(actions).join(", ")}`);
  }
  const action = words.slice(0, 1 + actions[word]!.length);
  const missing = actions[word]![action.length - 1];
  if (missing !== undefined) throw new UsageError(`Cannot run "${name} ${word}": write a ${missing} after it`);
  return action;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: withCache(args), options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [reason] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`Cannot read arguments: ${reason}, see "routes --help"`);
  }
}

/** `dev --cache` alone is enough: what is cached while one works need not last. */
function withCache(args: readonly string[]): string[] {
  const isAlone = (index: number) => args[index] === "--cache" && (args[index + 1] ?? "-").startsWith("-");
  return args.map((arg, index) => args[0] === "dev" && isAlone(index) ? "--cache=memory" : arg);
}

function readCount(text: string | undefined, flag: string, verb: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`Cannot ${verb} "${text}" (${flag}): write a whole number from 1`);
}

function endWith(code: number): void {
  if (code !== 0) throw new ChildEnd(code);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
