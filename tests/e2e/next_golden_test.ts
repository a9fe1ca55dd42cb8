/** Compares `routes start` with the recorded responses of Next 16.4.6. */
import { startCli } from "../helpers/cli.ts";
import { goldenProject, readCases, replay } from "../helpers/golden.ts";

const cases = await readCases();

for (const project of new Set(cases.map(({ project }) => project))) {
  Deno.test(`Next's recorded answers hold for the project "${project}"`, async (t) => {
    await using server = await startCli([
      "start",
      "--cache",
      "memory",
      goldenProject(project),
      "--hostname",
      "127.0.0.1",
    ]);
    await replay(t, Number(new URL(server.origin).port), cases.filter((each) => each.project === project));
    await server.stop();
  });
}
