/** The cost of the types of a client: how many types the compiler instantiates for 60 calls at 1,000 routes. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import ts from "npm:typescript@5.9.3";
import { temporaryFiles } from "../helpers/app.ts";
import { runCli } from "../helpers/cli.ts";
import { createLargeProject } from "../helpers/large_project.ts";

const ROUTES = 1000, CALLS = 60;
const PACKAGE = new URL("../../", import.meta.url).pathname;

/** Compiles `client.ts` of a folder; its errors fail the test. */
function countInstantiations(dir: string): number {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: [],
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    paths: {
      "@x/routes/client": [`${PACKAGE}src/client.ts`],
      "@x/routes/route": [`${PACKAGE}src/route.ts`],
      "next/server": [`${PACKAGE}src/server.ts`],
    },
  };
  const file = join(dir, "client.ts");
  const program = ts.createProgram([file], options);
  const errors = program.getSemanticDiagnostics(program.getSourceFile(file));
  assertEquals(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")), []);
  return program.getInstantiationCount();
}

Deno.test("60 calls at 1,000 routes instantiate fewer than 80,000 types, fewer than 10,000 with flat types", async () => {
  await using project = await temporaryFiles(createLargeProject(ROUTES, CALLS));
  const imported = countInstantiations(project.dir);
  assert(imported < 80_000, `${imported} instantiations`);
  assertEquals((await runCli(["typegen", project.dir, "--flat"])).code, 0);
  const flat = countInstantiations(project.dir);
  assert(flat < 10_000, `${flat} instantiations with flat types`);
});
