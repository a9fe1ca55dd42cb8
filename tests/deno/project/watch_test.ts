import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { temporaryFiles } from "../../helpers/app.ts";
import { until } from "../../helpers/until.ts";
import { watchProject } from "../../../src/deno/project/watch.ts";

const FILES = {
  "app/route.ts": "1",
  "lib/a/b/deep.ts": "1",
  "node_modules/x/i.js": "1",
  ".git/HEAD": "1",
  "a.json": "1",
};

/** A project that is watched, and all that was reported of it. */
async function watched(onChange: (paths: ReadonlySet<string>) => unknown = () => {}) {
  const project = await temporaryFiles(FILES);
  const { dir } = project;
  const reported: string[][] = [];
  const watch = watchProject(dir, {
    async onChange(paths) {
      reported.push([...paths].map((path) => path.slice(dir.length + 1)).sort());
      await onChange(paths);
    },
  });
  const write = async (path: string, text = "2") => {
    await Deno.mkdir(`${dir}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${dir}/${path}`, text);
  };
  return {
    dir,
    reported,
    watch,
    write,
    reports: (path: string) => until(`${path} is reported`, () => reported.some((paths) => paths.includes(path))),
    async [Symbol.asyncDispose]() {
      watch.close();
      await project[Symbol.asyncDispose]();
    },
  };
}

for (const path of ["app/route.ts", "lib/a/b/deep.ts", "a.json", "new.json", "app/x/y/z/route.ts", "new/a/b/c.ts"]) {
  Deno.test(`watchProject() reports that ${path} was written`, async () => {
    await using project = await watched();
    await project.write(path);
    // What is written into a folder at once when it is made is reported by the folder.
    await until(
      path,
      () => project.reported.flat().some((reported) => path === reported || path.startsWith(`${reported}/`)),
    );
  });
}

Deno.test("watchProject() reports a second write into a new folder", async () => {
  await using project = await watched();
  await project.write("new/a/b.ts");
  await project.reports("new");
  await project.watch.settled();
  project.reported.length = 0;
  await project.write("new/a/b.ts");
  await project.reports("new/a/b.ts");
});

Deno.test("watchProject() watches a folder that is removed and created again many times", async () => {
  await using project = await watched();
  for (let round = 0; round < 5; round++) {
    await Deno.remove(`${project.dir}/lib`, { recursive: true });
    await project.reports("lib");
    await project.watch.settled();
    await project.write("lib/again.ts");
    await until("the folder is back", () => project.reported.length > 1);
    await project.watch.settled();
    project.reported.length = 0;
    await project.write("lib/again.ts");
    await project.reports("lib/again.ts");
    project.reported.length = 0;
  }
});

Deno.test("watchProject() watches a folder that is removed and created again immediately", async () => {
  await using project = await watched();
  for (let round = 0; round < 20; round++) {
    project.reported.length = 0;
    await Deno.remove(`${project.dir}/lib`, { recursive: true });
    await project.write("lib/again.ts");
    await project.reports("lib");
    await project.watch.settled();
    project.reported.length = 0;
    await project.write("lib/again.ts");
    await project.reports("lib/again.ts");
  }
});

Deno.test("watchProject() reports removed files, and both names of renamed ones", async () => {
  await using project = await watched();
  await Deno.remove(`${project.dir}/app/route.ts`);
  await project.reports("app/route.ts");
  await Deno.rename(`${project.dir}/lib/a`, `${project.dir}/lib/c`);
  await project.reports("lib/a");
  await project.reports("lib/c");
});

Deno.test("watchProject() reports changes in a folder that was moved into the project", async () => {
  await using outside = await temporaryFiles({ "in/a.ts": "1" });
  await using project = await watched();
  await Deno.rename(`${outside.dir}/in`, `${project.dir}/app/in`);
  await project.reports("app/in");
  await project.write("app/in/a.ts");
  await project.reports("app/in/a.ts");
});

Deno.test("watchProject() reports no changes of packages, git, the cache or builds", async () => {
  await using project = await watched();
  const paths = ["node_modules/x/i.js", "node_modules/new/i.js", ".git/HEAD", ".routes/cache.db", ".next/a"];
  for (const path of [...paths, "coverage/a", "app/node_modules/i.js", "lib/.git/HEAD"]) await project.write(path);
  await project.write("app/route.ts");
  await project.reports("app/route.ts");
  await project.watch.settled();
  const ignored = project.reported.flat().filter((path) => /node_modules|\.git|\.routes|\.next|coverage/.test(path));
  assertEquals(ignored, []);
});

Deno.test("watchProject() does not report a file that is only read", async () => {
  await using project = await watched();
  await Deno.readTextFile(`${project.dir}/app/route.ts`);
  await project.write("a.json");
  await project.reports("a.json");
  assertEquals(project.reported.flat().includes("app/route.ts"), false);
});

Deno.test("watchProject() reports 200 changed files in a few calls, and each of them", async () => {
  await using project = await watched();
  const paths = Array.from({ length: 200 }, (_, index) => `lib/a/${index}.ts`);
  await Promise.all(paths.map((path) => project.write(path)));
  await until(
    "all are reported",
    () => paths.every((path) => project.reported.some((reported) => reported.includes(path))),
  );
  assert(project.reported.length < 20, `reported ${project.reported.length} times`);
});

Deno.test("settled() of watchProject() waits until a recorded change has been reported", async () => {
  let done = 0;
  await using project = await watched(async () => {
    await delay(50);
    done++;
  });
  await project.write("app/route.ts");
  await project.reports("app/route.ts");
  await project.watch.settled();
  assertEquals(done, 1);
  await project.watch.settled();
});

Deno.test("watchProject() reports the next change after the previous one has been handled", async () => {
  let running = 0, most = 0;
  await using project = await watched(async () => {
    most = Math.max(most, ++running);
    await delay(200);
    running--;
  });
  await project.write("app/route.ts");
  await project.reports("app/route.ts");
  await project.write("a.json");
  await project.reports("a.json");
  await until("both are done", () => running === 0);
  assertEquals(most, 1);
});

Deno.test("settled() of watchProject() waits for a change that was noted while another one was reported", async () => {
  const held: (() => void)[] = [];
  await using project = await watched(() => new Promise<void>((resolve) => held.push(resolve)));
  let isSettled = false;
  await project.write("app/route.ts");
  await project.reports("app/route.ts");
  project.watch.note(`${project.dir}/a.json`);
  const settled = project.watch.settled().then(() => isSettled = true);
  held[0]!();
  await until("the second is reported of", () => held.length === 2);
  assertEquals(isSettled, false);
  held[1]!();
  await settled;
});

Deno.test("settled() of watchProject() resolves even if a file is written continuously", async () => {
  await using project = await watched();
  const timer = setInterval(() => project.watch.note(`${project.dir}/a.json`), 5);
  await project.reports("a.json");
  await project.watch.settled();
  await project.watch.settled();
  clearInterval(timer);
  await project.watch.settled();
});

Deno.test("settled() of watchProject() does not wait if nothing has changed", async () => {
  await using project = await watched();
  await project.watch.settled();
  assertEquals(project.reported, []);
});

Deno.test("watchProject() reports nothing once it is closed", async () => {
  await using project = await watched();
  await project.write("app/route.ts");
  project.watch.close();
  await project.write("a.json");
  await delay(100);
  assertEquals(project.reported, []);
});

Deno.test({
  name: "S66 isBeingWritten() of watchProject() is true from the first write of a file until it is closed",
  // Other systems do not tell that a file was closed.
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using project = await watched();
    const path = `${project.dir}/app/route.ts`;
    const isWritten = () => project.watch.isBeingWritten(path);
    {
      using file = await Deno.open(path, { write: true, truncate: true });
      await until("the file is being written", isWritten);
      await Deno.readTextFile(path);
      await file.write(new Uint8Array(10));
    }
    await until("the file is closed", () => !isWritten());
    await project.write("app/route.ts", "3");
    await until("it is closed again", () => !isWritten());
  },
});
