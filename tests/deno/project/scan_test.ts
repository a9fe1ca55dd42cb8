import { assertEquals, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path";
import { scanProject } from "../../../src/deno/project/scan.ts";
import { RouteManifestError } from "../../../mod.ts";
import { temporaryFiles } from "../../helpers/app.ts";

const FOLDERS: readonly [dir: string, files: string[], appDir: string][] = [
  ["app", ["app/hello/route.ts"], "app"],
  [".", ["app/hello/route.ts"], "app"],
  [".", ["src/app/hello/route.ts"], "src/app"],
  [".", ["app/hello/route.ts", "src/app/other/route.ts"], "app"],
  ["api", ["api/hello/route.ts"], "api"],
  ["app", ["app/hello/route.ts", "app/app/hello/route.ts"], "app"],
];

for (const [dir, files, appDir] of FOLDERS) {
  Deno.test(`scanProject() finds ${files.join(" and ")} from ${dir}`, async () => {
    await using project = await temporaryFiles(Object.fromEntries(files.map((file) => [file, ""])));
    for (const given of [`${project.dir}/${dir}`, toFileUrl(`${project.dir}/${dir}`)]) {
      const found = await scanProject(given);
      assertEquals([found.root, found.appDir], [project.dir, appDir]);
      assertEquals(
        found.manifest.routes.map(({ file }) => file),
        files.filter((file) => file.startsWith(`${appDir}/`)).sort(),
      );
    }
  });
}

Deno.test('scanProject() treats a folder "app" with a package.json as a project of that name', async () => {
  await using files = await temporaryFiles({ "app/app/hello/route.ts": "", "app/package.json": "{}" });
  const found = await scanProject(`${files.dir}/app`);
  assertEquals([found.root, found.manifest.routes[0]?.id], [`${files.dir}/app`, "/hello"]);
});

Deno.test("scanProject() leaves out private folders, node_modules and files that are not routes", async () => {
  const skipped = ["app/_lib/route.ts", "app/_lib/deep/route.ts", "app/node_modules/x/route.ts", "app/x/page.tsx"];
  const others = ["app/x/.route.ts", "app/x/route.test.ts", "app/x/routes.ts", "app/x/Route.ts", "app/x/route.json"];
  const names = ["ts", "js", "mts", "mjs", "tsx", "jsx"].map((extension) => `app/${extension}/route.${extension}`);
  const files = [...skipped, ...others, ...names, "app/.well-known/x/route.ts"];
  await using project = await temporaryFiles(Object.fromEntries(files.map((file) => [file, ""])));
  const { manifest } = await scanProject(project.dir);
  assertEquals(manifest.routes.map(({ file }) => file), ["app/.well-known/x/route.ts", ...names.sort()]);
});

Deno.test("S69 scanProject() follows symbolic links in app/ as Next.js does, also out of the project", async () => {
  await using outside = await temporaryFiles({ "shared/route.ts": "", "shared/_private/route.ts": "" });
  await using project = await temporaryFiles({ "app/hello/route.ts": "" });
  await Deno.symlink(`${outside.dir}/shared`, `${project.dir}/app/link`);
  await Deno.symlink(`${outside.dir}/shared/route.ts`, `${project.dir}/app/route.ts`);
  const { manifest } = await scanProject(project.dir);
  assertEquals(manifest.routes.map(({ id, file }) => `${id} ${file}`), [
    "/ app/route.ts",
    "/hello app/hello/route.ts",
    "/link app/link/route.ts",
  ]);
  assertEquals(manifest.warnings, []);
});

Deno.test("S69 scanProject() names the symbolic links that are broken or circular", async () => {
  await using outside = await temporaryFiles({ "one/route.ts": "", "two/route.ts": "" });
  await using project = await temporaryFiles({ "app/hello/route.ts": "" });
  await Deno.symlink("gone", `${project.dir}/app/dangling`);
  await Deno.symlink("../..", `${project.dir}/app/hello/up`);
  await Deno.symlink(`${outside.dir}/two`, `${outside.dir}/one/two`);
  await Deno.symlink(`${outside.dir}/one`, `${outside.dir}/two/one`);
  await Deno.symlink(`${outside.dir}/one`, `${project.dir}/app/one`);
  const { manifest } = await scanProject(project.dir);
  assertEquals(manifest.routes.map(({ id }) => id), ["/hello", "/one", "/one/two"]);
  const why = "is a symbolic link that is not followed: it leads nowhere, or to a folder that it is in";
  assertEquals(
    manifest.warnings.toSorted(),
    ["dangling", "hello/up", "one/two/one"].map((path) => `"app/${path}" ${why}`),
  );
});

Deno.test("scanProject() reports a missing folder, a file, and a folder without routes", async () => {
  await using project = await temporaryFiles({ "app/page.tsx": "", "file.txt": "" });
  const missing = "there is no such folder, name an app folder or a project";
  await assertRejects(() => scanProject(`${project.dir}/nope`), Deno.errors.NotFound, missing);
  const file = "it is a file, name an app folder or a project";
  await assertRejects(() => scanProject(`${project.dir}/file.txt`), Deno.errors.NotFound, file);
  const empty = `no file is named route.ts, write "app/route.ts" with an exported function GET`;
  await assertRejects(() => scanProject(project.dir), Deno.errors.NotFound, empty);
});

Deno.test("scanProject() reports all invalid names at once", async () => {
  await using project = await temporaryFiles({ "app/[a/route.ts": "", "app/[]/route.ts": "" });
  const error = await assertRejects(() => scanProject(project.dir), RouteManifestError);
  assertEquals(error.errors.length, 2);
});
