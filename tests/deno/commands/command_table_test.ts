/**
 * The table of commands, the help that is made from it, and README.md of the commands, which has that help. With
 * `deno test -A tests/deno/commands/command_table_test.ts -- --update` the README is written.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import {
  ALL_FLAGS,
  CHILD_FLAGS,
  type Command,
  type CommandName,
  COMMANDS,
  COMMON_FLAGS,
  getCommandsWithFlag,
} from "../../../src/deno/commands/command_table.ts";
import {
  formatCommandHelp,
  formatHelp,
  formatReadmeCommands,
  formatReadmeVariables,
} from "../../../src/deno/commands/help.ts";
import type { Flag } from "../../../src/deno/process/arguments.ts";

const README = fromFileUrl(new URL("../../../src/deno/commands/README.md", import.meta.url));
const NAMES = Object.keys(COMMANDS) as CommandName[];

for (const name of NAMES) {
  const { summary, flags }: Command = COMMANDS[name];

  Deno.test(`formatCommandHelp("${name}") has the summary, the usage and each flag, in lines of at most 140`, () => {
    const lines = formatCommandHelp(name).split("\n");
    assertEquals(lines[0], `${summary}.`);
    assertMatch(lines[2]!, new RegExp(`^Usage: routes ${name} `));
    for (const [flag, { help }] of Object.entries(flags)) {
      assert(lines.some((line) => line.includes(`--${flag}`) && line.includes(help)), flag);
    }
    assertEquals(lines.filter((line) => line.length > 140 || line.trimEnd() !== line), []);
  });

  Deno.test(`flags of "${name}" are sentences, and of one type with those of the same name`, () => {
    for (const [flag, { help, value, short, repeatable }] of Object.entries(flags)) {
      assertMatch(help, /^[A-Z].*\.$/, flag);
      const other: Flag | undefined = Object.entries(ALL_FLAGS).find(([key]) => key === flag)?.[1];
      const type = [value === undefined, short, repeatable];
      assertEquals([other?.value === undefined, other?.short, other?.repeatable], type, flag);
      assert(!Object.hasOwn({ ...COMMON_FLAGS, ...CHILD_FLAGS }, flag), flag);
    }
  });
}

Deno.test("formatHelp() lists each command with its summary", () => {
  const help = formatHelp();
  for (const name of NAMES) assertMatch(help, new RegExp(`^  ${name} +${COMMANDS[name].summary.slice(0, 10)}`, "m"));
});

const OWNERS: readonly (readonly [flag: string, commands: readonly string[]])[] = [
  ["json", ["list"]],
  ["port", ["dev", "start"]],
  ["cache", ["dev", "start", "cron", "cache"]],
  ["help", []],
  ["toString", []],
];

for (const [flag, commands] of OWNERS) {
  Deno.test(`getCommandsWithFlag("${flag}") is [${commands.join(", ")}]`, () => {
    assertEquals(getCommandsWithFlag(flag), commands);
  });
}

Deno.test("README.md of the commands has the help of each command, and the environment variables", async () => {
  const text = await Deno.readTextFile(README);
  const commands = /(?<=<!-- commands: .* -->\n)[\s\S]*(?=<!-- \/commands -->)/;
  const variables = /(?<=<!-- variables: .* -->\n)[\s\S]*(?=<!-- \/variables -->)/;
  const expected = text.replace(commands, () => `\n${formatReadmeCommands()}\n\n`)
    .replace(variables, () => `\n${formatReadmeVariables()}\n\n`);
  if (Deno.args.includes("--update")) await Deno.writeTextFile(README, expected);
  else assertEquals(text, expected, "run this file with -- --update");
});
