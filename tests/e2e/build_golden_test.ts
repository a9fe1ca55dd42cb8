/**
 * Compares builds of projects with the recorded responses of Next 16.4.6; the projects themselves are removed before
 * the builds are served.
 */
import { copy } from "@std/fs";
import { join } from "@std/path";
import { runCli, startServer } from "../helpers/cli.ts";
import { goldenProject, readCases, replay } from "../helpers/golden.ts";
import { assertEquals } from "@std/assert";

const cases = await readCases();

for (const project of new Set(cases.map(({ project }) => project))) {
  Deno.test(`Next's recorded answers hold for the build of the project "${project}"`, async (t) => {
    const dir = await Deno.makeTempDir();
    const source = join(dir, "project"), dist = join(dir, "dist");
    await copy(goldenProject(project), source);
    const { code, stderr } = await runCli(["build", source, "--out", dist]);
    assertEquals(code, 0, stderr);
    await Deno.remove(source, { recursive: true });
    await using server = await startServer([join(dist, "server.js"), "--hostname", "127.0.0.1"], {
      permissions: ["--no-config", "-N", "-E", `-R=${dist}`],
    });
    await replay(t, Number(new URL(server.origin).port), cases.filter((each) => each.project === project));
    await server.stop();
    await Deno.remove(dir, { recursive: true });
  });
}
