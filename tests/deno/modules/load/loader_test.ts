import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { createLoader, RouteLoadError } from "../../../../src/deno/modules/load/loader.ts";
import { temporaryFiles } from "../../../helpers/app.ts";

Deno.test("createLoader() imports a file once, for any name of its folder", async () => {
  const file = "app/%5Fa b/[id]/日本#?/route.ts";
  await using project = await temporaryFiles({ [file]: "export const GET = 1;" });
  const load = createLoader(project.dir);
  assertEquals((await load(file)).GET, 1);
  assertStrictEquals(load(file), load(file));
});

Deno.test("createLoader() names the file and the reason, and retries a file that failed", async () => {
  await using project = await temporaryFiles({
    "app/syntax/route.ts": "export const GET = ;",
    "app/throws/route.ts": "throw new TypeError('no database');",
  });
  const load = createLoader(project.dir);
  const error = await assertRejects(() => load("app/throws/route.ts"), RouteLoadError);
  assertEquals(error.message, 'Cannot load route "app/throws/route.ts": TypeError: no database');
  assertEquals((error.cause as Error).name, "TypeError");
  await assertRejects(() => load("app/syntax/route.ts"), RouteLoadError, 'Cannot load route "app/syntax/route.ts": ');
  await assertRejects(() => load("app/missing/route.ts"), RouteLoadError, "TypeError: Module not found");
  const first = load("app/throws/route.ts");
  await first.catch(() => {});
  const second = load("app/throws/route.ts");
  await second.catch(() => {});
  assertEquals(first === second, false);
});
