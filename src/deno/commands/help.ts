/**
 * The help of the command line, as printed and as in `README.md` next to this file.
 *
 * @module
 */

import type { Flags } from "../process/arguments.ts";
import { type Command, type CommandName, COMMANDS, COMMON_FLAGS } from "./command_table.ts";

/** Returns what `routes --help` prints. */
export function formatHelp(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary] as const);
  return `Serve Next.js Route Handlers from an app/ folder on Deno.

Usage: routes <command> [dir] [options]

dir is an app folder, or a project that contains app/ or src/app/. Default: the current folder.

Commands:
${formatColumns([...commands, ["help", "Print the options of a command: routes help start"]])}

Options:
${formatFlags(COMMON_FLAGS)}`;
}

/**
 * Returns what `routes start --help` and `routes help start` print.
 *
 * @param name The command.
 */
export function formatCommandHelp(name: CommandName): string {
  const { summary, actions = { "": [] }, flags }: Command = COMMANDS[name];
  const hasFlags = Object.keys(flags).length > 0;
  const usage = Object.entries(actions).map(([action, values]) =>
    ["routes", name, action, ...values.map((value) => `<${value}>`), "[dir]", hasFlags ? "[options]" : ""]
      .filter((word) => word !== "").join(" ")
  );
  const options = hasFlags ? `\n\nOptions:\n${formatFlags(flags)}` : "";
  return `${summary}.\n\nUsage: ${usage.join("\n       ")}${options}`;
}

/** Returns the part of `README.md` that is made from the table: the help of each command. */
export function formatReadmeCommands(): string {
  return (Object.keys(COMMANDS) as CommandName[])
    .map((name) => `### routes ${name}\n\n\`\`\`text\n${formatCommandHelp(name)}\n\`\`\``)
    .join("\n\n");
}

/** Returns the table of `README.md` that is made from the table: the environment variables that stand in for flags. */
export function formatReadmeVariables(): string {
  const owners = new Map<string, { flag: string; help: string; commands: string[] }>();
  for (const [command, { flags }] of Object.entries<Command>(COMMANDS)) {
    for (const [flag, { env, help }] of Object.entries(flags)) {
      if (env === undefined) continue;
      if (!owners.has(env)) owners.set(env, { flag, help, commands: [] });
      owners.get(env)!.commands.push(command);
    }
  }
  return formatMarkdownTable([
    ["variable", "flag", "what it sets", "read by"],
    ...[...owners].map(([env, { flag, help, commands }]) => [
      `\`${env}\``,
      `\`--${flag}\``,
      help.replace(/\.$/, ""),
      commands.map((command) => `\`${command}\``).join(", "),
    ]),
  ]);
}

function formatMarkdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const format = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  return [format(head), format(widths.map((width) => "-".repeat(width))), ...rows.map(format)].join("\n");
}

function formatFlags(flags: Flags): string {
  const hasShort = Object.values(flags).some(({ short }) => short !== undefined);
  return formatColumns(
    Object.entries(flags).map(([name, { short, value, repeatable, help, env, default: byDefault }]) => {
      const indent = hasShort ? "    " : "";
      const letter = short === undefined ? indent : `-${short}, `;
      const usage = `${letter}--${name}${value === undefined ? "" : ` ${value}`}`;
      const defaults = [env, byDefault].filter((text) => text !== undefined).join(", or ");
      const details = [help, repeatable ? "Can be repeated." : "", defaults === "" ? "" : `Default: ${defaults}.`];
      return [usage, details.filter((sentence) => sentence !== "").join(" ")];
    }),
  );
}

function formatColumns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
