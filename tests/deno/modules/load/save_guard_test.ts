import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import {
  createSaveGuard,
  EMPTY_WAIT_MS,
  getTextShape,
  looksTruncated,
  type SaveGuard,
  TRUNCATED_WAIT_MS,
} from "../../../../src/deno/modules/load/save_guard.ts";
import { temporaryFiles } from "../../../helpers/app.ts";

const BEFORE = "const text = 'version 1';\nexport const GET = () => new Response(text);\n";

const CUT: readonly [what: string, text: string, before: string | undefined, isCut: boolean][] = [
  ["another text of about the length", BEFORE.replace("1", "2"), BEFORE, false],
  ["a longer text", `${BEFORE}// more\n`, BEFORE, false],
  ["a text that lost a word", BEFORE.replace("version ", ""), BEFORE, false],
  ["a text without its last line end", BEFORE.slice(0, -1), BEFORE, true],
  ["a text that ends in a word", BEFORE.slice(0, -10), BEFORE, true],
  ["its first line", BEFORE.slice(0, BEFORE.indexOf("\n") + 1), BEFORE, true],
  ["nothing", "", BEFORE, true],
  ["anything, where there was nothing before", "expo", undefined, false],
];

for (const [what, text, before, isCut] of CUT) {
  Deno.test(`S66 looksTruncated() of ${what} is ${isCut}`, () => {
    assertEquals(looksTruncated(getTextShape(text), before === undefined ? undefined : getTextShape(before)), isCut);
  });
}

/** Creates a file, a guard that has accepted its text, and a list of files that are being written. */
async function guarded() {
  const project = await temporaryFiles({ "a.ts": BEFORE, "folder/b.ts": "" });
  const path = `${project.dir}/a.ts`;
  const writing = new Set<string>();
  const guard = createSaveGuard((each) => writing.has(each));
  guard.accept(path, getTextShape(BEFORE));
  return {
    path,
    writing,
    guard,
    dir: project.dir,
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

/** Whether a guard still waits for a file, before the shortest wait would end. */
async function waits(guard: SaveGuard, path: string): Promise<{ waiting: Promise<ReadonlySet<string>>; is: boolean }> {
  const waiting = guard.waitForSaves([path]);
  const soon = new AbortController();
  const passed = delay(TRUNCATED_WAIT_MS * 3 / 4, { signal: soon.signal }).then(() => true, () => true);
  const is = await Promise.race([waiting.then(() => false), passed]);
  soon.abort();
  await passed;
  return { waiting, is };
}

const WAITED: readonly [what: string, change: (path: string) => Promise<void>][] = [
  ["is empty", (path) => Deno.writeTextFile(path, "")],
  ["is blank", (path) => Deno.writeTextFile(path, " \n")],
  ["is truncated", (path) => Deno.writeTextFile(path, BEFORE.slice(0, 30))],
  ["is missing", (path) => Deno.remove(path)],
];

for (const [what, change] of WAITED) {
  Deno.test(`S66 waitForSaves() waits for a file that ${what} until it is written`, async () => {
    await using file = await guarded();
    await change(file.path);
    const { waiting, is } = await waits(file.guard, file.path);
    await Deno.writeTextFile(file.path, BEFORE);
    assertEquals([is, [...await waiting]], [true, []]);
  });

  Deno.test(`S66 waitForSaves() eventually accepts a file that ${what}, and remembers it`, async () => {
    await using file = await guarded();
    await change(file.path);
    const gone = await file.guard.waitForSaves([file.path]);
    assertEquals([...gone], what === "is missing" ? [file.path] : []);
    if (what !== "is missing") assertEquals((await waits(file.guard, file.path)).is, false);
  });
}

Deno.test("S66 waitForSaves() waits for a file that is being written, even if it looks complete", async () => {
  await using file = await guarded();
  await Deno.writeTextFile(file.path, BEFORE);
  file.writing.add(file.path);
  const { waiting, is } = await waits(file.guard, file.path);
  file.writing.clear();
  assertEquals([is, [...await waiting]], [true, []]);
});

const NOT_WAITED: readonly [what: string, change: (file: { path: string; dir: string }) => Promise<string>][] = [
  ["looks whole", async ({ path }) => {
    await Deno.writeTextFile(path, BEFORE);
    return path;
  }],
  ["has been empty for long", async ({ path }) => {
    await Deno.writeTextFile(path, "");
    await Deno.utime(path, 1, 1);
    return path;
  }],
  ["is of a time to come", async ({ path }) => {
    await Deno.writeTextFile(path, "");
    await Deno.utime(path, 4e9, 4e9);
    return path;
  }],
  ["was never imported, and is gone", ({ dir }) => Promise.resolve(`${dir}/never.ts`)],
  ["is gone with its folder", async ({ dir }) => {
    await Deno.remove(`${dir}/folder`, { recursive: true });
    return `${dir}/folder/b.ts`;
  }],
  ["is a folder", ({ dir }) => Promise.resolve(`${dir}/folder`)],
];

for (const [what, change] of NOT_WAITED) {
  Deno.test(`S66 waitForSaves() does not wait for a file that ${what}`, async () => {
    await using file = await guarded();
    file.guard.accept(`${file.dir}/folder/b.ts`, getTextShape("b"));
    const { waiting, is } = await waits(file.guard, await change(file));
    await waiting;
    assertEquals(is, false);
  });
}

Deno.test("S66 the wait for a file is too short for a developer to notice", () => {
  assertEquals([EMPTY_WAIT_MS >= 300, EMPTY_WAIT_MS <= 500, TRUNCATED_WAIT_MS < EMPTY_WAIT_MS], [true, true, true]);
});
