/** Compares `SECURITY_CASES.md` with the tests: each case has a test, and each test a case. */
import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs/walk";
import { fromFileUrl, relative } from "@std/path";

/**
 * Cases whose tests are still to be written. This list must become empty: remove an id when its test is there.
 */
const PENDING: ReadonlySet<string> = new Set();

interface Case {
  readonly id: string;
  readonly expected: string;
  readonly files: readonly string[];
}

/** Reads the rows of the table. */
async function readCases(): Promise<Case[]> {
  const text = await Deno.readTextFile(new URL("SECURITY_CASES.md", import.meta.url));
  const rows = text.split("\n").filter((line) => /^\| S\d+ /.test(line));
  return rows.map((row) => {
    const [, id = "", , expected = "", , files = ""] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { id, expected, files: [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file!) };
  });
}

/** Returns the test files of each case, by its id. */
async function readTests(): Promise<Map<string, Set<string>>> {
  const root = fromFileUrl(new URL("../", import.meta.url));
  const found = new Map<string, Set<string>>();
  for await (const { path } of walk(root, { match: [/_test\.ts$/], skip: [/fixtures/] })) {
    const file = relative(root, path);
    for (const [, id] of (await Deno.readTextFile(path)).matchAll(/["`](S\d+) /g)) {
      found.set(id!, (found.get(id!) ?? new Set()).add(file));
    }
  }
  return found;
}

const cases = await readCases();
const tests = await readTests();

for (const { id, expected, files } of cases) {
  if (expected.startsWith("applies when ")) continue;
  Deno.test(`the security case ${id} has a test, and its row names the files`, () => {
    const found = [...tests.get(id) ?? []].toSorted();
    assert(found.length > 0 || PENDING.has(id), `no test is named "${id} ...", write one`);
    for (const file of files) assert(found.includes(file), `${file} has no test of ${id}`);
    assert(found.length === 0 || files.length > 0, `the row of ${id} names no file, add ${found.join(", ")}`);
  });
}

Deno.test("the security cases are numbered from S1 without a gap, and every id of a test is one of them", () => {
  const ids = cases.map(({ id }) => id);
  assertEquals(ids, ids.map((_, index) => `S${index + 1}`));
  assertEquals([...tests.keys()].filter((id) => !ids.includes(id)), []);
  assertEquals([...PENDING].filter((id) => !ids.includes(id)), []);
});
