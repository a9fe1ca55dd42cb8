/** Compares `routes start`, `list` and `check` with what Next 16.4.6 does with `"use cache"` and images. */
import { assert, assertEquals } from "@std/assert";
import { type Build, copyProject, getMessage, getTitle, readCacheCases, replayCache } from "../helpers/cache_golden.ts";
import { runCli } from "../helpers/cli.ts";
import { IGNORE_NPM } from "../helpers/packages.ts";

const cases = await readCacheCases();

for (const [project, own] of Map.groupBy(cases, ({ project }) => project)) {
  if (own.every(({ build }) => build !== undefined)) continue;
  Deno.test({
    name: `Next's recorded answers with "use cache" and images hold for the project "${project}"`,
    ignore: IGNORE_NPM,
    fn: (t) => replayCache(t, project, own),
  });
}

Deno.test({
  name: `routes list shows how routes are rendered as "next build" did`,
  ignore: IGNORE_NPM,
  async fn() {
    const builds = cases.flatMap(({ project, build }) => project === "cachecomp" && build !== undefined ? [build] : []);
    await using copied = await copyProject("cachecomp");
    const { stdout } = await runCli(["list", "--json", copied.dir]);
    const listed: { id: string; rendering: string }[] = JSON.parse(stdout);
    const found = new Map(listed.map(({ id, rendering }) => [id, rendering.replace(/^ƒ .*/, "ƒ")]));
    const expected = new Map(builds.map(({ route, printed, ours }) => [route!, ours ?? formatPrinted(printed!)]));
    assertEquals(
      Object.fromEntries([...expected.keys()].map((id) => [id, found.get(id)])),
      Object.fromEntries(expected),
    );
  },
});

/** Formats a line of the table of `next build`; for a route with listed paths, that of its shortest-lived path. */
function formatPrinted({ mark, revalidate, expire, paths = [] }: NonNullable<Build["printed"]>): string {
  const [{ mark: own, ...times }] = mark === null ? [paths[0]!] : [{ mark, revalidate, expire }];
  return [own, times.revalidate, times.expire].filter((part) => part !== null).join(" ");
}

for (
  const [project, own] of Map.groupBy(cases.filter(({ group }) => group === "build-error"), (each) => each.project)
) {
  Deno.test(`routes check reports what "next build" reports of the project "${project}"`, async (t) => {
    await using copied = await copyProject(project);
    const { stdout, stderr } = await runCli(["check", copied.dir]);
    const findings = (stderr + stdout).split(/^(?=(?:runs|fails|warning|left to Next) )/m);
    for (const { id, route_file, build } of own) {
      await t.step(getTitle(id, ...build!.differs === undefined ? [] : [build!.differs]), () => {
        const files = [build!.file ?? route_file, route_file];
        const about = findings.filter((finding) =>
          findings.length === 1 || files.some((file) => finding.includes(file))
        );
        assertReport(about.join(""), build!);
      });
    }
  });
}

/** Checks that a report has the first sentence of an error, or no error if the build had none. */
function assertReport(report: string, { exit, message, log = [], ours }: Build): void {
  const texts = ours !== undefined ? [ours] : message ? [message] : exit ? log : [];
  if (texts.length === 0) return assert(!/^fails /m.test(report), report);
  const sentences = texts.map((text) => getMessage(text).split("\n")[0]!.split(/(?<=[.?!]) /)[0]!);
  const isReported = sentences.some((sentence) => sentence.length > 11 && report.includes(sentence));
  assert(isReported, `reported: ${report}\nexpected one of: ${sentences.join("\n")}`);
}
