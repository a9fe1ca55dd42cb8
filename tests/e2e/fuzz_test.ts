import { assert, assertEquals } from "@std/assert";
import { AREAS } from "../fuzz/areas.ts";
import { formatFinding } from "../fuzz/report.ts";
import { fuzz } from "../fuzz/runner.ts";
import { startSubject } from "../fuzz/subject_process.ts";

const SEED = 1, SECONDS = 20;

Deno.test(`a fuzz run of ${SECONDS} s finds nothing`, async () => {
  await using subject = await startSubject();
  const reports = await fuzz(AREAS, subject, { seed: SEED, seconds: SECONDS });
  assertEquals(reports.flatMap(({ findings }) => findings).map(formatFinding), []);
  for (const { name, inputs } of reports) assert(inputs > 1, `${name} made ${inputs} inputs`);
});
