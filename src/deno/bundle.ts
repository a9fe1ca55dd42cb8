/**
 * A project as one module: what is generated for it, and what `deno bundle` makes of that.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join, relative, toFileUrl } from "@std/path";
import { projectModule, serverModule } from "../codegen/server_module.ts";
import { makeRoutesFolder } from "./cache_location.ts";
import { checkoutImports, type ImportMap, projectImports } from "./import_map.ts";
import { walkModules } from "./module_walk.ts";
import { configFileOf, frontFilesOf } from "./project_front.ts";
import type { Project } from "./scan.ts";
import { mayUseScope } from "./scope_use.ts";
import { selfSpecifier } from "./self_specifier.ts";

/** What goes into a build. */
export interface BundleOptions {
  /** Whether the client of Redis is part of it. */
  readonly redis: boolean | undefined;
  /** Packages that are not put into it. */
  readonly external: readonly string[] | undefined;
}

/** The modules of this package that the files of a project import. */
const DOORS = ["cache", "headers", "navigation", "server"];
/** This package by its own name, in any version. */
const OWN = /["']((?:jsr:)?@x\/routes(?:@[^/"']+)?\/(cache|headers|navigation|server))["']/g;
const MARKERS = ["server-only", "client-only"];

/**
 * Bundles a project into one module.
 *
 * Packages import `next/headers` too, and no import map holds in `node_modules`. So the project is bundled without this
 * package first, and then with it.
 *
 * @param project The project.
 * @param file Where the module is written.
 * @param options What goes into it.
 * @returns The text of the project's own part.
 * @throws {Error} If something cannot be imported; with the words of `deno bundle`.
 */
export async function bundleProject(project: Project, file: string, options: BundleOptions): Promise<string> {
  const { root } = project;
  const folder = join(makeRoutesFolder(root), "build");
  await Deno.mkdir(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const { external = [] } = options;

  await write(at("empty.ts"), "export {};\n");
  await write(at("project.ts"), projectModule(await modulesOf(project), relative(folder, root)));
  await write(at("project_map.json"), JSON.stringify(withMarkers(projectImports(root), at("empty.ts"))));
  const doors = [...DOORS.flatMap((door) => [`next/${door}`, `next/${door}.js`]), "@x/routes/*", "jsr:@x/routes*"];
  await denoBundle(root, root, [
    ...["--import-map", at("project_map.json"), "-o", at("project.js"), ...await packagesFlag(root)],
    ...[...doors, ...external].map((name) => `--external=${name}`),
    at("project.ts"),
  ]);
  // What is required is not looked for by the bundler, which made it a name of its own.
  const code = (await Deno.readTextFile(at("project.js"))).replace(/\b__require\((?="next\/)/g, "require(");
  await write(at("project.js"), code);

  await write(at("server.ts"), serverModule({ project: "./project.js", ...await sayings(project, [code], options) }));
  await write(at("server_map.json"), JSON.stringify({ imports: doorImports(code), scopes: await checkoutImports() }));
  await denoBundle(root, folder, [
    ...["--no-config", "--node-modules-dir=none", "--import-map", at("server_map.json"), "-o", file],
    ...external.map((name) => `--external=${name}`),
    at("server.ts"),
  ]);
  return code;
}

/**
 * Writes the module that serves a project and imports its files, and an import map that says what their imports mean.
 *
 * @param project The project.
 * @param target The folder to write to.
 * @param options What goes into it.
 */
export async function writeUnbundled(
  project: Project,
  target: string,
  options: BundleOptions,
): Promise<{ readonly file: string; readonly map: string; readonly modules: number }> {
  const { root, manifest } = project;
  const at = (name: string) => join(target, name);
  const modules = await modulesOf(project);
  const front = [modules.config, modules.proxy, modules.instrumentation].filter((name) => name !== null);
  const routes = manifest.routes.filter(({ metadata }) => !metadata?.isStatic).map(({ file }) => file);
  const { sources, map: found } = walkModules([...routes, ...front].map((name) => toFileUrl(join(root, name)).href));
  const own = withMarkers(projectImports(root), at("empty.ts"));
  const map: ImportMap = {
    imports: { ...own.imports, ...found.imports, ...doorImports([...sources.values()].join("\n")) },
    scopes: { ...own.scopes, ...found.scopes, ...await checkoutImports() },
  };
  await write(at("empty.ts"), "export {};\n");
  await write(at("project.ts"), projectModule(modules, relative(target, root)));
  const said = await sayings(project, [...sources.values()], options);
  await write(at("server.ts"), serverModule({ project: "./project.ts", ...said }));
  await write(at("import_map.json"), JSON.stringify(movable(map, root, target), null, 2));
  return { file: at("server.ts"), map: at("import_map.json"), modules: sources.size };
}

async function write(file: string, text: string): Promise<void> {
  await Deno.writeTextFile(file, text);
}

async function modulesOf({ root, appDir, manifest }: Project) {
  return { manifest, config: await configFileOf(root), ...await frontFilesOf({ root, appDir }) };
}

/** What the module that serves says of the project. */
async function sayings({ root, manifest }: Project, sources: readonly string[], { redis }: BundleOptions) {
  const files: Record<string, string> = {};
  const digest = createHash("sha256");
  for (const text of sources) digest.update(text);
  for (const { file, metadata } of manifest.routes) {
    if (!metadata?.isStatic) continue;
    const bytes = await Deno.readFile(join(root, file));
    files[file] = bytes.toBase64();
    digest.update(bytes);
  }
  return {
    manifest,
    files,
    server: selfSpecifier("built", "src/deno/built_server.ts"),
    redis: redis ? selfSpecifier("cache/redis", "src/cache/stores/redis.ts") : undefined,
    fingerprint: digest.digest("base64url").slice(0, 16),
    usesScope: sources.some(mayUseScope),
  };
}

/** Marks say nothing on a server; and this package is not what a project's import map calls it, but the running one. */
function withMarkers({ imports, scopes }: ImportMap, empty: string): ImportMap {
  const own = (name: string) => /^(?:next|@x\/routes)(?:\/|$)/.test(name);
  const others = Object.entries(imports).filter(([name]) => !own(name));
  const markers = MARKERS.map((name) => [name, toFileUrl(empty).href]);
  return { imports: Object.fromEntries([...others, ...markers]), scopes };
}

function doorImports(code: string): ImportMap["imports"] {
  const names = DOORS.flatMap((door) => [[`next/${door}`, door], [`next/${door}.js`, door]]);
  const own = [...code.matchAll(OWN)].map(([, name = "", door = ""]) => [name, door]);
  return Object.fromEntries([...names, ...own].map(([name, door]) => [name, selfSpecifier(door!, `src/${door}.ts`)]));
}

/** What is in the project by its place beside the map: both may be moved. */
function movable({ imports, scopes }: ImportMap, root: string, target: string): ImportMap {
  const base = toFileUrl(`${root}/`).href;
  const moved = (url: string) => {
    if (!url.startsWith(base)) return url;
    const path = relative(target, join(root, decodeURI(url.slice(base.length)))).replaceAll("\\", "/");
    return encodeURI(path.startsWith(".") ? path : `./${path}`) + (url.endsWith("/") ? "/" : "");
  };
  const all = (imports: ImportMap["imports"]) =>
    Object.fromEntries(Object.entries(imports).map(([name, to]) => [moved(name), moved(to)]));
  return {
    imports: all(imports),
    scopes: Object.fromEntries(Object.entries(scopes).map(([name, imports]) => [moved(name), all(imports)])),
  };
}

/** A project whose packages are not installed takes them from Deno's own cache. */
async function packagesFlag(root: string): Promise<string[]> {
  const has = (name: string) => Deno.stat(join(root, name)).then(() => true, () => false);
  return await has("package.json") && !await has("node_modules") ? ["--node-modules-dir=none"] : [];
}

async function denoBundle(root: string, cwd: string, args: readonly string[]): Promise<void> {
  const isAlone = args.includes("--no-config");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--no-lock", "--platform", "deno", ...args],
    cwd,
    env: { NO_COLOR: "1", ...(isAlone ? { DENO_NO_PACKAGE_JSON: "1" } : {}) },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code === 0) return;
  const text = new TextDecoder().decode(stderr).replace(/\n*(?:error: bundling failed|Stack backtrace:)[\s\S]*$/, "");
  throw new Error(`Cannot build "${root}": ${text.trim().replace(/^error: /, "")}`);
}
