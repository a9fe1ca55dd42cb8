/**
 * Programs of the machine that tests use.
 *
 * @module
 */

/** Whether tests with a program are ignored because it is missing: not in CI, where they fail instead. */
export async function isIgnoredWithout(program: string): Promise<boolean> {
  if (Deno.env.get("CI") || await hasProgram(program)) return false;
  console.log(`Tests with ${program} are ignored: there is no ${program}`);
  return true;
}

async function hasProgram(program: string): Promise<boolean> {
  return await new Deno.Command("which", { args: [program] }).output().then(({ success }) => success, () => false);
}

/** Runs a program to its end; returns what it printed. */
export async function runProgram(program: string, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${decoder.decode(stderr)}${decoder.decode(stdout)}`);
  return decoder.decode(stdout);
}
