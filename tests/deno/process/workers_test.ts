import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/deno/process/arguments.ts";
import { readWorkerCount, refuseUnbalanced } from "../../../src/deno/process/workers.ts";
import { isIgnoredWithout, runProgram } from "../../helpers/program.ts";

const WORKERS = new URL("../../../src/deno/process/workers.ts", import.meta.url).href;
const PROGRAM = `import { readWorkerCount } from "${WORKERS}"; console.log(readWorkerCount("auto")); Deno.exit();`;
/** Control groups as a container has them: `cpu.max` of version 2, or a quota of version 1. */
const GROUPS = "/sys/fs/cgroup";

const COUNTS: readonly (readonly [text: string | undefined, count: number])[] = [
  [undefined, 1],
  ["1", 1],
  ["12", 12],
  ["auto", 7],
];

for (const [text, count] of COUNTS) {
  Deno.test(`readWorkerCount("${text}") with 7 cores returns ${count}`, () => {
    assertEquals(readWorkerCount(text, 7), count);
  });
}

for (const text of ["", "0", "-1", "1.5", "Auto", "all"]) {
  Deno.test(`readWorkerCount("${text}") throws`, () => {
    assertThrows(() => readWorkerCount(text), UsageError, `Cannot set --workers to "${text}"`);
  });
}

Deno.test("refuseUnbalanced() accepts Linux, and names any other system with what to do there", () => {
  refuseUnbalanced("linux");
  for (const system of ["darwin", "windows", "freebsd"]) {
    assertThrows(
      () => refuseUnbalanced(system),
      Deno.errors.NotSupported,
      `Cannot start workers: ${system} does not distribute the connections of one port among processes, start one process`,
    );
  }
});

Deno.test({
  name: "--workers auto counts the cores of the affinity of the process",
  ignore: Deno.build.os !== "linux" || await isIgnoredWithout("taskset"),
  async fn() {
    assertEquals(await runProgram("taskset", "-c", "0", Deno.execPath(), "eval", PROGRAM), "1\n");
  },
});

/** Creates a control group whose processes get half a core; `undefined` where this process may not. */
async function createGroup(): Promise<string | undefined> {
  for (const [folder, file, quota] of [["", "cpu.max", "50000 100000"], ["cpu/", "cpu.cfs_quota_us", "50000"]]) {
    const group = `${GROUPS}/${folder}routes-test-${crypto.randomUUID()}`;
    try {
      await Deno.mkdir(group);
    } catch {
      continue;
    }
    try {
      await Deno.writeTextFile(`${group}/${file}`, quota!, { create: false });
      return group;
    } catch {
      await Deno.remove(group);
    }
  }
}

const group = await createGroup();
if (group === undefined) console.log("The test with a control group is ignored: none may be created");

Deno.test({
  name: "--workers auto counts the cores of the quota of a control group",
  ignore: group === undefined || navigator.hardwareConcurrency === 1,
  async fn() {
    const script = `echo $$ > ${group}/cgroup.procs && exec "$@"`;
    assertEquals(await runProgram("sh", "-c", script, "sh", Deno.execPath(), "eval", PROGRAM), "1\n");
  },
});

globalThis.addEventListener("unload", () => group !== undefined && Deno.removeSync(group));
