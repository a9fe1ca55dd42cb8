/**
 * Parses the arguments of the command line into a command.
 *
 * @module
 */

import { parseArguments, readPositionals, UsageError } from "../process/arguments.ts";
import { findClosestWord } from "../process/closest_word.ts";
import {
  ALL_FLAGS,
  type AllFlagValues,
  CHILD_FLAGS,
  type Command,
  type CommandName,
  COMMANDS,
  COMMON_FLAGS,
  getCommandsWithFlag,
  isCommandName,
} from "./command_table.ts";

/** A command to run. */
export interface CommandToRun {
  readonly name: CommandName;
  /** The folder: an app folder, or a project. */
  readonly dir: string;
  readonly flags: AllFlagValues;
  /** The words between the command and the folder: `["rm", "/news"]`. */
  readonly action: readonly string[];
}

/** A text to print instead of running a command: the version, the help, or the help of a command. */
export interface TextToPrint {
  readonly print: "help" | "version";
  readonly command?: CommandName | undefined;
}

/**
 * Reads the arguments of the command line.
 *
 * @param args The arguments.
 * @throws {UsageError} If the command, a flag or the number of words is not an expected one.
 */
export async function readCommandLine(args: readonly string[]): Promise<CommandToRun | TextToPrint> {
  const [first, second] = readPositionals(args, ALL_FLAGS);
  if (first === "help") return { print: "help", command: second === undefined ? undefined : readCommandName(second) };
  const named = first === undefined || await isFolder(first) ? undefined : readCommandName(first, " or a folder");
  const name = named ?? "start";
  const command: Command = COMMANDS[name];
  const { values, positionals } = parseArguments(args, { ...ALL_FLAGS, ...COMMANDS[name].flags }, {
    hint: `see "routes ${name} --help"`,
    suggested: Object.keys({ ...command.flags, ...COMMON_FLAGS }),
    allowPositionals: true,
  });
  if (values.version) return { print: "version" };
  if (values.help) return { print: "help", command: named };
  const words = named === undefined ? positionals : positionals.slice(1);
  const action = command.actions === undefined ? [] : readAction(name, command.actions, words);
  const [dir = ".", extra] = words.slice(action.length);
  if (extra !== undefined) throw new UsageError(`Cannot read argument "${extra}": "${name}" takes one folder`);
  refuseForeignFlags(name, Object.keys(values));
  return { name, dir, flags: values, action };
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
 * there, and a name only if a folder is: a mistyped command must not be treated as a folder.
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
