/** The clock ticks a second in which Linux counts CPU time; it is 100 on all architectures that Deno supports. */
const TICKS = 100;

/** Returns the CPU time that a process has used, in seconds; `NaN` where there is no `/proc`. */
export async function readCpuSeconds(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  // The name of the program stands in parentheses, and may have spaces.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
