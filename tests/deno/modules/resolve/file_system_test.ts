import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import { createCachedFileSystem, createDiskFileSystem } from "../../../../src/deno/modules/resolve/file_system.ts";
import { temporaryFiles } from "../../../helpers/app.ts";
import { createMemoryFiles } from "../../../helpers/memory_files.ts";

Deno.test("createDiskFileSystem() distinguishes files from folders, and follows links", async () => {
  await using project = await temporaryFiles({ "lib/a b.ts": "text", "lib/50%.ts": "percent" });
  await Deno.symlink("lib", `${project.dir}/link`);
  await Deno.symlink("gone", `${project.dir}/broken`);
  const root = toFileUrl(`${await Deno.realPath(project.dir)}/`).href;
  const files = createDiskFileSystem();
  const known = (path: string) => {
    const url = new URL(path, root).href;
    return [files.isFile(url), files.isFolder(url), files.readText(url), files.realUrl!(url).replace(root, "")];
  };
  assertEquals(known("lib/a%20b.ts"), [true, false, "text", "lib/a%20b.ts"]);
  assertEquals(known("link/a%20b.ts"), [true, false, "text", "lib/a%20b.ts"]);
  assertEquals(known("lib/50%25.ts"), [true, false, "percent", "lib/50%25.ts"]);
  assertEquals(known("lib"), [false, true, undefined, "lib"]);
  assertEquals(known("link/"), [false, true, undefined, "lib/"]);
  assertEquals(known("broken"), [false, false, undefined, "broken"]);
  assertEquals(known("nope.ts"), [false, false, undefined, "nope.ts"]);
  assertEquals(known("lib/a%20b.ts/package.json"), [false, false, undefined, "lib/a%20b.ts/package.json"]);
  assertEquals(known("lib/%zz"), [false, false, undefined, "lib/%zz"]);
  assertEquals(known("a".repeat(5000)), [false, false, undefined, "a".repeat(5000)]);
});

Deno.test("createDiskFileSystem() returns the same URL if there is no link", async () => {
  await using project = await temporaryFiles({ "[id]/a'b.ts": "" });
  const url = new URL(`${await Deno.realPath(project.dir)}/[id]/a'b.ts`, "file:///").href;
  assertStrictEquals(createDiskFileSystem().realUrl!(url), url);
});

Deno.test({
  name: "createDiskFileSystem() throws on missing permissions in the project, and treats files above it as missing",
  permissions: { read: false },
  fn() {
    const files = createDiskFileSystem({ root: "file:///home/ada/app" });
    for (const url of ["file:///home/ada/node_modules/", "file:///home/ada/app2/x.ts"]) {
      assertEquals([files.isFile(url), files.isFolder(url), files.readText(url)], [false, false, undefined]);
      assertEquals(files.realUrl!(url), url);
    }
    for (const ask of ["isFile", "isFolder", "readText"] as const) {
      assertThrows(() => files[ask]("file:///home/ada/app/x.ts"), Deno.errors.NotCapable, "read access");
    }
  },
});

Deno.test("createCachedFileSystem() caches everything but texts", () => {
  const files = createMemoryFiles({ "lib/a.ts": "1" });
  const cached = createCachedFileSystem(files);
  for (let i = 0; i < 3; i++) {
    assertEquals(cached.isFile(files.url("lib/a.ts")), true);
    assertEquals(cached.isFile(files.url("lib/b.ts")), false);
    assertEquals(cached.isFolder(files.url("lib/")), true);
  }
  assertEquals(files.asked, ["isFile lib/a.ts", "isFile lib/b.ts", "isFolder lib/"]);
  assertEquals([cached.readText(files.url("lib/a.ts")), cached.readText(files.url("lib/a.ts"))], ["1", "1"]);
});

Deno.test("attempt() drops the answers of a failed call, and only those", () => {
  const files = createMemoryFiles({ "a.ts": "" });
  const cached = createCachedFileSystem(files);
  cached.attempt(() => cached.isFile(files.url("a.ts")));
  assertThrows(() =>
    cached.attempt(() => {
      cached.isFile(files.url("a.ts"));
      cached.isFile(files.url("b.ts"));
      throw new TypeError("no");
    }), TypeError);
  files.write("b.ts", "");
  assertEquals(cached.isFile(files.url("b.ts")), true);
  assertEquals(files.asked, ["isFile a.ts", "isFile b.ts", "isFile b.ts"]);
});
