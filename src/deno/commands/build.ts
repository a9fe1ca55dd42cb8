/**
 * `routes build`: makes one module of a project, which serves it without the project.
 *
 * @module
 */

import { join, relative, resolve } from "@std/path";
import { WRITTEN } from "../../codegen/server_module.ts";
import { PREWARM_ONLY } from "../build/built_server.ts";
import { bundleProject, writeUnbundled } from "../build/bundle.ts";
import { loadEnvFiles } from "../project/env_files.ts";
import { isWithin } from "../project/is_within.ts";
import { describeUseCache, findUseCache } from "../modules/source/use_cache_directive.ts";
import { pageExtensionsOf } from "../project/project_files.ts";
import { followPublicLink } from "../project/public_files.ts";
import { readProjectSources } from "../project/project_sources.ts";
import { scanProject } from "../project/scan.ts";
import { quoteArgument } from "../process/shell_words.ts";

/** Flags of `routes build`. */
export interface BuildFlags {
  /** The folder to write to; default `dist` in the project. */
  readonly out: string | undefined;
  /** Whether the module is written that imports the project, and nothing is bundled. */
  readonly manifest: boolean | undefined;
  /** Whether the cached responses that are known beforehand are made and stored beside it. */
  readonly prewarm: boolean | undefined;
  /** Whether the client of Redis is part of it. */
  readonly redis: boolean | undefined;
  /** Packages that are not put into it, but imported from `node_modules` when it runs. */
  readonly external: readonly string[] | undefined;
}

/** How `deno run` is told what a build may do. */
interface Needs {
  readonly env: boolean;
  readonly public: boolean;
  readonly cache: boolean;
}

/** Builds a project, and says on the way what it does. */
export async function buildCommand(dir: string, flags: BuildFlags): Promise<void> {
  const start = performance.now();
  const project = await scanProject(dir, pageExtensionsOf);
  const { root, appDir, manifest } = project;
  const target = flags.out === undefined ? join(root, "dist") : resolve(flags.out);
  for (const [name, source] of await readProjectSources(project)) {
    const directive = findUseCache(source);
    if (directive !== undefined) console.warn(`Warning: ${name} ${describeUseCache(directive)}`);
  }
  console.log(`Found ${counted(manifest.routes.length, "route")} in ${join(root, appDir)}`);
  if (flags.manifest) {
    await refuseForeign(target, [], ["server.ts", "project.ts", "empty.ts", "import_map.json"]);
    const { file, map, modules } = await writeUnbundled(project, target, flags);
    console.log(`Read ${counted(modules, "module")}, wrote ${file} and ${map}`);
    const args = ["-N", "-R", "-E", "--no-check", "--import-map", shown(map), "-o", "server", shown(file)];
    return console.log(`Compile it with\n  deno compile ${args.map(quoteArgument).join(" ")}`);
  }
  await refuseForeign(target, [root, join(root, appDir), join(root, "public")], ["server.js", "public", "cache"]);
  const file = join(target, "server.js");
  const code = await bundleProject(project, file, flags);
  const { size } = await Deno.stat(file);
  console.log(`Bundled ${file}, ${Math.ceil(size / 1024)} KiB, in ${Math.round(performance.now() - start)} ms`);
  // `createRequire(import.meta.url)` is the bundler's own.
  const own = /\bnew URL\([^()]*?\b(import\.meta\.url)\b|\b(import\.meta\.(?:dirname|filename))\b/.exec(code);
  if (own !== null) {
    console.warn(
      `Warning: ${own[1] ?? own[2]} is that of ${
        shown(file)
      } in the build; files read relative to it must be next to it`,
    );
  }
  const files = await copyPublic(root, target);
  if (files > 0) console.log(`Copied ${counted(files, "file")} of public/`);
  if (flags.prewarm) await prewarmBuild(root, target, file);
  const needs = { env: /\b(?:process|Deno)\.env\b/.test(code), public: files > 0, cache: flags.prewarm ?? false };
  console.log(
    `Serve it with\n  deno run ${[...permissionsOf(target, needs), shown(file)].map(quoteArgument).join(" ")}`,
  );
}

/**
 * What was built before is replaced, which must not be what is built from, nor what somebody else has made.
 *
 * @param target Where the build goes.
 * @param own Where it must not go: the project, and what is inside these folders.
 * @param names What is replaced; the first tells whether a build made it.
 */
async function refuseForeign(target: string, own: readonly string[], names: readonly string[]): Promise<void> {
  const [root, ...folders] = own;
  if (target === root || folders.some((folder) => isWithin(target, folder))) {
    throw new Error(
      `Cannot build into "${target}": it contains files of the project, choose another folder with --out`,
    );
  }
  const [main = ""] = names;
  const before = await Deno.readTextFile(join(target, main)).catch(() => "");
  if (before.includes(WRITTEN)) return;
  for (const name of names) {
    if (!await exists(join(target, name))) continue;
    const state = `"${name}" exists and was not written by a build`;
    throw new Error(`Cannot build into "${target}": ${state}, choose another folder with --out`);
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `public/` is served from beside the module. */
async function copyPublic(root: string, target: string): Promise<number> {
  await Deno.remove(join(target, "public"), { recursive: true }).catch(ignoreMissing);
  return await copyFolder({ root, from: join(root, "public"), to: join(target, "public"), followed: [] });
}

interface CopiedFolder {
  /** The project's folder. */
  readonly root: string;
  readonly from: string;
  readonly to: string;
  /** The folders that links have led to on the way to it. */
  readonly followed: readonly string[];
}

async function copyFolder({ root, from, to, followed }: CopiedFolder): Promise<number> {
  let files = 0;
  for (const entry of await Array.fromAsync(Deno.readDir(from)).catch(ignoreMissing) ?? []) {
    const path = join(from, entry.name), copy = join(to, entry.name);
    const target = entry.isSymlink ? await followPublicLink(path, root, followed) : entry;
    if (target === null) continue;
    const reached = "path" in target ? [...followed, target.path] : followed;
    if (target.isDirectory) files += await copyFolder({ root, from: path, to: copy, followed: reached });
    if (!target.isFile) continue;
    await Deno.mkdir(to, { recursive: true });
    await Deno.copyFile(path, copy);
    files++;
  }
  return files;
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** Lets the build fill its own cache. */
async function prewarmBuild(root: string, target: string, file: string): Promise<void> {
  // As in `next build`: what lists the params may need them.
  await loadEnvFiles(root, "production");
  await Deno.remove(join(target, "cache"), { recursive: true }).catch(ignoreMissing);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-config",
      "--quiet",
      file,
      "--prewarm",
      "--cache",
      `sqlite:${join(target, "cache/cache.db")}`,
    ],
    env: { [PREWARM_ONLY]: "1" },
    stdin: "null",
  }).spawn().status;
  if (code !== 0) throw new Error(`Cannot prewarm: ${file} exited with code ${code}, see above`);
}

function permissionsOf(target: string, { env, public: hasPublic, cache }: Needs): string[] {
  const folders = [...hasPublic ? ["public"] : [], ...cache ? ["cache"] : []].map((name) => shown(join(target, name)));
  return [
    ...["-N", ...env ? ["-E"] : []],
    ...folders.length > 0 ? [`-R=${folders.join(",")}`] : [],
    ...cache ? [`-W=${shown(join(target, "cache"))}`] : [],
  ];
}

/** A path as it is written where the command was given. */
function shown(path: string): string {
  const below = relative(Deno.cwd(), path);
  return below.startsWith("..") ? path : below;
}
