/**
 * The arguments of a program. Its flags are described as data, from which both the parser and the help are made.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { findClosestWord } from "./closest_word.ts";

/** A flag of a program. */
export interface Flag {
  /** The letter of the short form: `p`. */
  readonly short?: string;
  /** The placeholder of the value in the help: `N`. A flag without one is a boolean. */
  readonly value?: string;
  /** The value of the flag if none is given; by default that is an error. */
  readonly valueIfAlone?: string;
  /** Whether the flag can be given more than once. */
  readonly repeatable?: true;
  /** A description, as a sentence. */
  readonly help: string;
  /** The environment variable that sets the value without the flag: `PORT`. */
  readonly env?: string;
  /** The value without the flag and its variable, for the help. */
  readonly default?: string;
}

/** Flags by their long names, in the order of the help. */
export type Flags = Readonly<Record<string, Flag>>;

/** The parsed values of flags. */
export type FlagValues<Table extends Flags> = {
  readonly [Name in keyof Table]?: FlagValue<Table[Name]> | undefined;
};

type FlagValue<One extends Flag> = One extends { readonly value: string }
  ? (One extends { readonly repeatable: true } ? readonly string[] : string)
  : boolean;

/** A mistake in the arguments: the program exits with 2. */
export class UsageError extends Error {}

/** How {@linkcode parseArguments} reports mistakes. */
export interface ParseArgumentsOptions {
  /** Where the flags are listed: `see "routes --help"`. */
  readonly hint: string;
  /** The flags to suggest for an unknown one; default: all. */
  readonly suggested?: readonly string[];
  /** Whether other words than flags are allowed; default: false. */
  readonly allowPositionals?: boolean;
}

/**
 * Parses the arguments of a program.
 *
 * @param args The arguments.
 * @param flags The flags that the program takes.
 * @param options How mistakes are reported.
 * @returns The values of the flags that are given, and the other words.
 * @throws {UsageError} If a flag is unknown, or a value is missing or not expected.
 */
export function parseArguments<Table extends Flags>(
  args: readonly string[],
  flags: Table,
  { hint, suggested = Object.keys(flags), allowPositionals = false }: ParseArgumentsOptions,
): { readonly values: FlagValues<Table>; readonly positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: args.map((arg, index) => completeFlag(arg, args[index + 1], flags)),
      options: toParseOptions(flags),
      allowPositionals,
    });
    return { values: values as FlagValues<Table>, positionals };
  } catch (error) {
    const { message } = error as Error;
    const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
    if (unknown === undefined) throw new UsageError(`Cannot read arguments: ${message.split(/\.\s|\n/)[0]}, ${hint}`);
    const closest = findClosestWord(unknown.replace(/^-+/, ""), suggested);
    throw new UsageError(
      `Unknown option "${unknown}": ${closest === undefined ? hint : `did you mean "--${closest}"?`}`,
    );
  }
}

/** Returns the words that are not flags, of arguments that may have mistakes. */
export function readPositionals(args: readonly string[], flags: Flags): readonly string[] {
  return parseArgs({ args: [...args], options: toParseOptions(flags), allowPositionals: true, strict: false })
    .positionals;
}

function toParseOptions(flags: Flags) {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { value, short, repeatable = false }]) => [name, {
      type: value === undefined ? "boolean" as const : "string" as const,
      multiple: repeatable,
      ...(short === undefined ? {} : { short }),
    }]),
  );
}

/** Gives a flag that stands alone the value that it then has. */
function completeFlag(arg: string, next: string | undefined, flags: Flags): string {
  const name = arg.startsWith("--") ? arg.slice(2) : "";
  const value = Object.hasOwn(flags, name) ? flags[name]!.valueIfAlone : undefined;
  return value !== undefined && (next ?? "-").startsWith("-") ? `${arg}=${value}` : arg;
}
