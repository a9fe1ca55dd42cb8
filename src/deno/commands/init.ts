/**
 * `routes init`: creates a project.
 *
 * @module
 */

import { dirname, join, relative, resolve } from "@std/path";
import { createDenoConfig, FIRST_ROUTE, FIRST_TEST, GITIGNORE } from "../../codegen/new_project.ts";
import { getNextSpecifiers } from "../modules/next/next_imports.ts";
import { exists } from "../project/exists.ts";
import { readPageExtensions } from "../project/project_files.ts";
import { scanPlace } from "../project/scan.ts";
import { getOwnSpecifier } from "../modules/own_package.ts";
import { quoteArgument } from "../process/shell_words.ts";
import { getRelativePath } from "../project/relative_path.ts";
import { getTypesFile, toRoutesDts } from "../project/routes_dts.ts";

/**
 * Writes a first route with its test, `deno.json`, the types of the routes and `.gitignore`. Files that exist are kept.
 *
 * @param dir The project's folder; created if it does not exist.
 */
export async function initCommand(dir: string): Promise<void> {
  const root = resolve(dir);
  try {
    await createProject(root);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Deno.errors.NotCapable || !/\(os error /.test(cause.message)) {
      throw cause;
    }
    throw new Error(
      `Cannot create a project in "${root}": ${cause.message}, move the file away or choose another folder`,
      {
        cause,
      },
    );
  }
}

async function createProject(root: string): Promise<void> {
  await Deno.mkdir(root, { recursive: true });
  const appDir = await findAppDir(root);
  const place = { root, appDir };
  if (appDir === "app") await Deno.mkdir(join(root, appDir), { recursive: true });
  const extensions = await readPageExtensions(root);
  const isEmpty = (await scanPlace(place, extensions)).manifest.routes.length === 0;
  const isFirst = isEmpty && await writeNew(root, `${appDir}/hello/route.ts`, FIRST_ROUTE);
  if (isFirst) await writeNew(root, `${appDir}/hello/route_test.ts`, FIRST_TEST);
  else if (!isEmpty) console.log(`Kept     ${appDir}/, which has routes`);
  const cli = getOwnSpecifier("cli", "cli.ts");
  const types = getRelativePath(root, getTypesFile(root));
  const imports = { "@x/routes": getOwnSpecifier("", "mod.ts"), ...getNextSpecifiers(root) };
  const config = createDenoConfig(cli, appDir, imports, types);
  const configName = await exists(join(root, "deno.jsonc")) ? "deno.jsonc" : "deno.json";
  const isNew = await writeNew(root, configName, config);
  await writeNew(root, types, toRoutesDts((await scanPlace(place, extensions)).manifest, root));
  if (!await writeNew(root, ".gitignore", GITIGNORE)) await printMissingLines(join(root, ".gitignore"), GITIGNORE);
  const isComplete = isNew || (await Deno.readTextFile(join(root, configName))).includes(types);
  if (!isComplete) {
    console.log(`\nFor the tasks and the types, add this to ${configName}:\n${config}`);
  }
  const folder = relative(Deno.cwd(), root);
  const enter = folder === "" ? "" : `cd ${quoteArgument(folder)} && `;
  console.log(`\nNext: ${enter}${isComplete ? "deno task dev" : `deno run -A ${cli} dev`}`);
}

/** Finds the app folder in the order of Next.js; a project that has none gets `app/`. */
async function findAppDir(root: string): Promise<string> {
  if (await exists(join(root, "app")) || !await exists(join(root, "src/app"))) return "app";
  return "src/app";
}

/** Writes a file if it does not exist, and prints what it did. */
async function writeNew(root: string, name: string, text: string): Promise<boolean> {
  const path = join(root, name);
  await Deno.mkdir(dirname(path), { recursive: true });
  try {
    await Deno.writeTextFile(path, text, { createNew: true });
    console.log(`Wrote    ${name}`);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    console.log(`Kept     ${name}, which exists`);
    return false;
  }
}

/** Prints the lines that a file lacks. */
async function printMissingLines(path: string, text: string): Promise<void> {
  const present = new Set(
    (await Deno.readTextFile(path)).split("\n").map((line) => line.trim().replace(/^\/|\/$/g, "")),
  );
  const missing = text.trimEnd().split("\n").filter((line) => !present.has(line.replace(/\/$/, "")));
  if (missing.length > 0) console.log(`         add to it: ${missing.join(" ")}`);
}
