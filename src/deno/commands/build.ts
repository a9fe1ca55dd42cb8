/**
 * `routes build`: bundles a project into one module, which serves it without the files of the project.
 *
 * @module
 */

import { join, relative, resolve } from "@std/path";
import { GENERATED_HEADER } from "../../codegen/server_module.ts";
import { PREWARM_ONLY } from "../build/built_server.ts";
import { bundleProject, writeUnbundled } from "../build/bundle.ts";
import { copyImageRenderer, IMAGE_FOLDER, IMAGE_VARIABLES, rendersImages } from "../build/image_files.ts";
import { loadEnvFiles } from "../project/env_files.ts";
import { exists } from "../project/exists.ts";
import { isWithin } from "../project/is_within.ts";
import { mayUseCache } from "../modules/source/use_cache_directive.ts";
import { readPageExtensions } from "../project/project_files.ts";
import { followPublicLink } from "../project/public_files.ts";
import { readProjectSources } from "../project/project_sources.ts";
import { scanProject } from "../project/scan.ts";
import { quoteArgument } from "../process/shell_words.ts";

/** Flags of `routes build`. */
export interface BuildFlags {
  /** The folder to write to; default: `dist` in the project. */
  readonly out: string | undefined;
  /** Whether to write a module that imports the project, and bundle nothing. */
  readonly manifest: boolean | undefined;
  /** Whether to generate the cached responses that are known in advance, and store them next to the module. */
  readonly prewarm: boolean | undefined;
  /** Whether to include the Redis client. */
  readonly redis: boolean | undefined;
  /** Packages to leave out; they are imported from `node_modules` at run time. */
  readonly external: readonly string[] | undefined;
}

/** The permissions that the module needs besides `--allow-net`. */
interface Needs {
  readonly env: boolean;
  readonly sys: boolean;
  readonly public: boolean;
  readonly images: boolean;
  readonly cache: boolean;
}

/**
 * Builds a project, and prints the progress.
 *
 * @param dir An app folder, or a project.
 * @param flags The flags of the command.
 */
export async function buildCommand(dir: string, flags: BuildFlags): Promise<void> {
  const start = performance.now();
  const project = await scanProject(dir, readPageExtensions);
  const { root, appDir, manifest } = project;
  const target = flags.out === undefined ? join(root, "dist") : resolve(flags.out);
  const { size: count } = new Set(manifest.routes.map(({ file }) => file));
  console.log(`Found ${formatCount(count, "route")} in ${join(root, appDir)}`);
  if (flags.manifest) {
    await refuseForeign(target, [], ["server.ts", "project.ts", "empty.ts", "import_map.json"]);
    const sources = await readProjectSources(project);
    for (const [name, source] of sources) {
      // Deno loads the files as they are.
      if (mayUseCache(source)) console.warn(`Warning: ${name} has "use cache", which caches nothing with --manifest`);
    }
    const { file, map, modules } = await writeUnbundled(project, target, flags);
    console.log(`Read ${formatCount(modules, "module")}, wrote ${file} and ${map}`);
    const args = ["-N", "-R", "-E", "--no-check", "--import-map", toShortPath(map), "-o", "server"];
    if (sources.values().some(rendersImages)) {
      await copyImageRenderer(root, target);
      args.push("--include", toShortPath(join(target, IMAGE_FOLDER)));
    }
    args.push(toShortPath(file));
    return console.log(`Compile it with\n  deno compile ${args.map(quoteArgument).join(" ")}`);
  }
  await refuseForeign(target, [root, join(root, appDir), join(root, "public")], [
    "server.js",
    "handler.js",
    "public",
    IMAGE_FOLDER,
    "cache",
  ]);
  const file = join(target, "server.js");
  const code = await bundleProject(project, file, flags);
  const { size } = await Deno.stat(file);
  console.log(`Bundled ${file}, ${Math.ceil(size / 1024)} KiB, in ${Math.round(performance.now() - start)} ms`);
  // `createRequire(import.meta.url)` comes from the bundler itself.
  const metaUse = /\bnew URL\([^()]*?\b(import\.meta\.url)\b|\b(import\.meta\.(?:dirname|filename))\b/.exec(code);
  if (metaUse !== null) {
    const state = `${metaUse[1] ?? metaUse[2]} is that of ${toShortPath(file)} in the build`;
    console.warn(`Warning: ${state}; files read relative to it must be next to it`);
  }
  const files = await copyPublic(root, target);
  if (files > 0) console.log(`Copied ${formatCount(files, "file")} of public/`);
  const images = rendersImages(code);
  if (images) {
    await copyImageRenderer(root, target);
    console.log(`Copied the image renderer to ${toShortPath(join(target, IMAGE_FOLDER))}`);
  }
  if (flags.prewarm) await prewarmBuild(root, target, file);
  const env = /\b(?:process|Deno)\.env\b/.test(code);
  const sys = /(?:\bfrom\s*|\b\w*require\w*\(\s*)["'](?:node:)?os["']/.test(code);
  const needs = { env, sys, public: files > 0, images, cache: flags.prewarm ?? false };
  const args = [...getPermissions(target, needs), toShortPath(file)];
  console.log(`Serve it with\n  deno run ${args.map(quoteArgument).join(" ")}`);
}

/**
 * Throws if the build would replace sources of the project, or files that no build has written.
 *
 * @param target The folder to write to.
 * @param sources The project, which must not be that folder, and folders that must not contain it.
 * @param names The files to replace. The first one shows whether a build has written them.
 */
async function refuseForeign(target: string, sources: readonly string[], names: readonly string[]): Promise<void> {
  const [root, ...folders] = sources;
  if (target === root || folders.some((folder) => isWithin(target, folder))) {
    throw new Error(
      `Cannot build into "${target}": it contains files of the project, choose another folder with --out`,
    );
  }
  const [main = ""] = names;
  const before = await Deno.readTextFile(join(target, main)).catch(() => "");
  if (before.includes(GENERATED_HEADER)) return;
  for (const name of names) {
    if (!await exists(join(target, name))) continue;
    const state = `"${name}" exists and was not written by a build`;
    throw new Error(`Cannot build into "${target}": ${state}, choose another folder with --out`);
  }
}

function formatCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Copies `public/`, which is served from next to the module. */
async function copyPublic(root: string, target: string): Promise<number> {
  await Deno.remove(join(target, "public"), { recursive: true }).catch(ignoreMissing);
  return await copyFolder({ root, from: join(root, "public"), to: join(target, "public"), followed: [] });
}

interface CopiedFolder {
  /** The project's folder. */
  readonly root: string;
  readonly from: string;
  readonly to: string;
  /** The folders that the links on the way have led to. */
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

/** Runs the build once to generate its cached responses. */
async function prewarmBuild(root: string, target: string, file: string): Promise<void> {
  // As in `next build`: generateStaticParams() may need them.
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

function getPermissions(target: string, { env, sys, public: hasPublic, images, cache }: Needs): string[] {
  const getFolder = (name: string) => toShortPath(join(target, name));
  const readable: string[] = [];
  if (hasPublic) readable.push(getFolder("public"));
  if (images) readable.push(getFolder(IMAGE_FOLDER));
  if (cache) readable.push(getFolder("cache"));
  const permissions = ["-N"];
  if (env) permissions.push("-E");
  else if (images) permissions.push(`-E=${IMAGE_VARIABLES.join(",")}`);
  if (sys) permissions.push("-S");
  if (readable.length > 0) permissions.push(`-R=${readable.join(",")}`);
  if (cache) permissions.push(`-W=${getFolder("cache")}`);
  return permissions;
}

/** Returns a path relative to the current folder, if it is below it. */
function toShortPath(path: string): string {
  const below = relative(Deno.cwd(), path);
  return below.startsWith("..") ? path : below;
}
