import { assertEquals, assertRejects } from "@std/assert";
import { readCommandLine } from "../../../src/deno/commands/command_line.ts";
import type { CommandName } from "../../../src/deno/commands/command_table.ts";
import { UsageError } from "../../../src/deno/process/arguments.ts";

// The folder `src` is one of the checkout, where tests run.
const FOLDER = "src";
const words = (args: string) => args.split(" ").filter((word) => word !== "");

type Flags = Readonly<Record<string, unknown>>;

const RUN:
  readonly (readonly [args: string, name: CommandName, dir: string, flags?: Flags, action?: readonly string[]])[] = [
    ["", "start", "."],
    ["start", "start", "."],
    ["start app", "start", "app"],
    ["start start", "start", "start"],
    ["start help", "start", "help"],
    [FOLDER, "start", FOLDER],
    [".", "start", "."],
    ["./strat", "start", "./strat"],
    ["no/such/folder", "start", "no/such/folder"],
    ["--port 0", "start", ".", { port: "0" }],
    ["--port 0 dev", "dev", ".", { port: "0" }],
    ["-p 1 start app -H ::", "start", "app", { port: "1", hostname: "::" }],
    [`${FOLDER} --workers 2`, "start", FOLDER, { workers: "2" }],
    ["init my-api", "init", "my-api"],
    ["dev --cache", "dev", ".", { cache: "memory" }],
    ["dev --cache --port 1", "dev", ".", { cache: "memory", port: "1" }],
    ["dev app --cache redis://x", "dev", "app", { cache: "redis://x" }],
    ["dev --allow-host a --allow-host b", "dev", ".", { "allow-host": ["a", "b"] }],
    ["build --external a --out o --manifest", "build", ".", { external: ["a"], out: "o", manifest: true }],
    ["list --json", "list", ".", { json: true }],
    ["check app", "check", "app"],
    ["typegen --out x.d.ts", "typegen", ".", { out: "x.d.ts" }],
    ["cache ls", "cache", ".", {}, ["ls"]],
    ["cache ls app", "cache", "app", {}, ["ls"]],
    ["cache rm /news", "cache", ".", {}, ["rm", "/news"]],
    ["cache rm /news app", "cache", "app", {}, ["rm", "/news"]],
    ["cache clear --cache sqlite:x", "cache", ".", { cache: "sqlite:x" }, ["clear"]],
    ["start app --in-place --worker 2", "start", "app", { "in-place": true, worker: "2" }],
  ];

for (const [args, name, dir, flags = {}, action = []] of RUN) {
  Deno.test(`readCommandLine("${args}") runs ${name} of ${dir}`, async () => {
    const line = await readCommandLine(words(args));
    assertEquals("flags" in line && { ...line, flags: { ...line.flags } }, { name, dir, flags, action });
  });
}

const PRINT: readonly (readonly [args: string, print: "help" | "version", command?: string])[] = [
  ["--help", "help"],
  ["-h", "help"],
  ["help", "help"],
  [`${FOLDER} --help`, "help"],
  ["--help start", "help", "start"],
  ["start -h", "help", "start"],
  ["start nope --help", "help", "start"],
  ["help start", "help", "start"],
  ["help cache rm", "help", "cache"],
  ["cache rm --help", "help", "cache"],
  ["--version", "version"],
  ["list -v", "version"],
];

for (const [args, print, command] of PRINT) {
  Deno.test(`readCommandLine("${args}") prints the ${print}${command === undefined ? "" : ` of ${command}`}`, async () => {
    const { command: named, ...line } = await readCommandLine(words(args)) as { print: string; command?: string };
    assertEquals([line, named], [{ print }, command]);
  });
}

const COMMANDS = "init, dev, start, build, list, check, typegen, openapi, cron, cache";

const MISTAKES: readonly (readonly [args: string, message: string])[] = [
  ["strat", 'Unknown command "strat": did you mean "start"?'],
  ["strat app", 'Unknown command "strat": did you mean "start"?'],
  ["strat --prot", 'Unknown command "strat": did you mean "start"?'],
  ["strat --help", 'Unknown command "strat": did you mean "start"?'],
  ["--port 0 strat", 'Unknown command "strat": did you mean "start"?'],
  ["help strat", 'Unknown command "strat": did you mean "start"?'],
  ["hlep", 'Unknown command "hlep": did you mean "help"?'],
  ["Start", 'Unknown command "Start": did you mean "start"?'],
  ["nothing", `Unknown command "nothing": expected ${COMMANDS} or a folder`],
  ["toString", `Unknown command "toString": expected ${COMMANDS} or a folder`],
  ["LICENSE", `Unknown command "LICENSE": expected ${COMMANDS} or a folder`],
  [`help ${FOLDER}`, `Unknown command "${FOLDER}": expected ${COMMANDS}`],
  ["start --prot 1", 'Unknown option "--prot": did you mean "--port"?'],
  ["start --host ::", 'Unknown option "--host": did you mean "--hostname"?'],
  ["start --hlep", 'Unknown option "--hlep": did you mean "--help"?'],
  ["start --in-plac", 'Unknown option "--in-plac": see "routes start --help"'],
  ["list --prot 1", 'Unknown option "--prot": see "routes list --help"'],
  ["--nothing", 'Unknown option "--nothing": see "routes start --help"'],
  ["start --json", 'Cannot use "--json" with "start": it is an option of "list"'],
  [`${FOLDER} --json`, 'Cannot use "--json" with "start": it is an option of "list"'],
  ["init --port 1", 'Cannot use "--port" with "init": it is an option of "dev" and "start"'],
  ["list --cache memory", 'Cannot use "--cache" with "list": it is an option of "dev", "start", "cron", and "cache"'],
  ["start --port", `Cannot read arguments: Option '-p, --port <value>' argument missing, see "routes start --help"`],
  ["start a b", 'Cannot read argument "b": "start" takes one folder'],
  [`${FOLDER} b`, 'Cannot read argument "b": "start" takes one folder'],
  ["cache", 'Cannot run "cache": no action given, expected ls, rm, or clear'],
  ["cache purge", 'Cannot run "cache": unknown action "purge", expected ls, rm, or clear'],
  ["cache toString", 'Cannot run "cache": unknown action "toString", expected ls, rm, or clear'],
  ["cache rm", 'Cannot run "cache rm": no key or path given'],
  ["cache ls . b", 'Cannot read argument "b": "cache" takes one folder'],
];

for (const [args, message] of MISTAKES) {
  Deno.test(`readCommandLine("${args}") throws: ${message}`, async () => {
    assertEquals((await assertRejects(() => readCommandLine(words(args)), UsageError)).message, message);
  });
}
