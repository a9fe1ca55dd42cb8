/** The pages of the documentation: their links, and the table of intentional differences from Next.js. */

import { assert, assertEquals } from "@std/assert";
import { exists, walk } from "@std/fs";
import { dirname, fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("every intentional difference from Next.js has a reason, and the test that its row names", async () => {
  const page = await Deno.readTextFile(join(ROOT, "examples/migration/README.md"));
  const [, ...rows] = page.split("## Intentional differences")[1]!.split("\n").filter((line) => /^\| [^-]/.test(line));
  const recorded = ["next_golden/cases.jsonl", "cache_golden/cases.jsonl", "whole_project/requests.json"].map((name) =>
    Deno.readTextFile(join(ROOT, "tests/fixtures", name))
  );
  const cases = await Deno.readTextFile(join(ROOT, "tests/security/SECURITY_CASES.md"));
  const records = (await Promise.all(recorded)).join();
  const ids = new Set<string>();
  for (const row of rows) {
    const [next, here, why, id = ""] = row.slice(2, -1).split(" | ").map((cell) =>
      cell.trim().replace(/^`([^`]+)`$/, "$1")
    );
    assert(next && here && why && id, row);
    ids.add(id);
    const isThere = /\.ts$/.test(id)
      ? await exists(join(ROOT, "tests", id))
      : /^S\d+$/.test(id)
      ? cases.includes(`| ${id} `)
      : records.includes(`"differs": "${id}"`);
    assert(isThere, `no test is called "${id}": ${row}`);
  }
  const unexplained = [...records.matchAll(/"differs": "([^"]+)"/g)].filter(([, id]) => !ids.has(id!));
  assertEquals(unexplained.map(([, id]) => id), []);
});

const PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...await findPages()];

for (const page of PAGES) {
  Deno.test(`the links of ${page} lead to files and headings that exist`, async () => {
    const text = await Deno.readTextFile(join(ROOT, page));
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = "", heading] = target.split("#");
      const file = path === "" ? join(ROOT, page) : join(ROOT, dirname(page), path);
      assert(await exists(file), `${target} does not exist`);
      if (heading === undefined) continue;
      const headings = [...(await Deno.readTextFile(file)).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
        toAnchor(title!)
      );
      assert(headings.includes(heading), `${target} is not a heading: ${headings.join(", ")}`);
    }
  });
}

async function findPages(): Promise<string[]> {
  const pages: string[] = [];
  for (const root of ["examples", "src", "tests"]) {
    const files = walk(join(ROOT, root), { exts: ["md"], skip: [/\/(?:node_modules|fixtures)\//] });
    for await (const { path } of files) pages.push(relative(ROOT, path));
  }
  return pages.sort();
}

function toAnchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");
}
