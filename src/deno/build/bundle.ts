/**
 * Builds a project into a single module: generates its entry modules, and bundles them with `deno bundle`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { createCronJob, type CronEntry } from "../../cron/cron_job.ts";
import { basename, dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import {
  createProjectModule,
  createServerModule,
  HANDLER_MODULE,
  type ProjectModules,
  toSpecifier,
} from "../../codegen/server_module.ts";
import { exists } from "../project/exists.ts";
import { makeRoutesFolder } from "../project/routes_folder.ts";
import { MARKER_PACKAGES } from "../modules/next/next_modules.ts";
import {
  type ImportMap,
  mergeImportMaps,
  readCheckoutImports,
  readProjectImports,
} from "../modules/resolve/import_map.ts";
import { copyModules } from "./module_copies.ts";
import { type ModuleWalk, walkModules } from "../modules/load/module_walk.ts";
import { configureBuiltModules, findConfigFile, findProjectFiles, warnOfMiddleware } from "../project/project_files.ts";
import { getModuleAliases, getUseCache, isTextFile, transpileByDeno } from "../modules/load/resolve_hooks.ts";
import { readDescription } from "../project/describe_project.ts";
import type { Project } from "../project/scan.ts";
import { readVercelCrons, VERCEL_FILE } from "../project/vercel_file.ts";
import { getExternalNames, splitNextImports, writeNextImports } from "../modules/next/next_imports.ts";
import { getRelativePath } from "../project/relative_path.ts";
import { getOwnSpecifier, PACKAGE_URL, SOURCE_URL } from "../modules/own_package.ts";
import { getJsxImportSource } from "../modules/resolve/tsconfig_paths.ts";

/** The options of a build. */
export interface BundleOptions {
  /** Whether to include the Redis client. */
  readonly redis: boolean | undefined;
  /** Packages that are not bundled. */
  readonly external: readonly string[] | undefined;
}

/**
 * Bundles a project into one module.
 *
 * Packages import `next/headers` too, and import maps do not apply to `node_modules`. So the project is first bundled
 * without this package, and then with it.
 *
 * @param project The project.
 * @param file The file to write the module to.
 * @param options The options of the build.
 * @returns The code of the project without this package.
 * @throws {Error} If an import fails; the message is that of `deno bundle`.
 */
export async function bundleProject(project: Project, file: string, options: BundleOptions): Promise<string> {
  const { root } = project;
  const routesFolder = makeRoutesFolder(root);
  // A folder for each build, so that concurrent builds do not interfere.
  const folder = await Deno.makeTempDir({ dir: routesFolder, prefix: "build_" });
  try {
    return await bundleIn(folder, project, file, options);
  } finally {
    // Keep the generated files of the last build for inspection.
    await Deno.remove(join(routesFolder, "build"), { recursive: true }).catch(() => {});
    await Deno.rename(folder, join(routesFolder, "build")).catch(() => Deno.remove(folder, { recursive: true }));
  }
}

/**
 * For every importer, Deno's bundler makes `module.exports` the default export of a CommonJS module. It renames variables
 * that a package with `eval()` could see: `mod2`, `__defProp2`.
 */
const NODE_INTEROP = /(?<=\n\s*)1 \? (?=__defProp\d*\(target, "default", \{ value: (mod\d*)\b)/;
/** The interoperability of other bundlers, and of `routes start`. */
const BUNDLE_INTEROP = `isNodeMode || !$1 || !$1.__esModule || !("default" in $1) ? `;

/** Replaces the names of copies in a message by those of the original files. */
function restoreOrigins(text: string, origins: ReadonlyMap<string, string>): string {
  return text.replace(
    /(?:file:\/\/\S*?\/|[^\s"']*?)\.routes[\\/]build_\w+[\\/]modules[\\/]([\w.-]*\w)/g,
    (all, name) => origins.get(name) ?? all,
  );
}

/** Returns the files of a project that a build imports, relative to the project. */
function getEntries({ manifest, config, proxy, instrumentation }: ProjectModules): string[] {
  const routes = manifest.routes.filter(({ metadata }) => !metadata?.isStatic).map(({ file }) => file);
  return [...new Set([...routes, ...[config, proxy, instrumentation].filter((name) => name !== null)])];
}

async function bundleIn(folder: string, project: Project, file: string, options: BundleOptions): Promise<string> {
  const { root } = project;
  const at = (name: string) => join(folder, name);
  const { others, modules } = splitNextImports(readProjectImports(root), root);
  const config = await configureBuiltModules(root);
  const projectModules = await readModules(project);
  const entries = getEntries(projectModules);
  const copies = copyModules(entries.map((name) => toFileUrl(join(root, name)).href), {
    root: toFileUrl(`${root}/`).href,
    names: others,
    external: options.external ?? [],
    serverExternals: new Set(config?.serverExternalPackages),
    ownModules: SOURCE_URL,
    isReplaced: (name) => modules.has(name) || MARKER_PACKAGES.includes(name),
    isText: isTextFile,
    aliases: getModuleAliases(),
    useCache: getUseCache(),
    transpile: transpileByDeno,
    jsxImportSource: getJsxImportSource,
    config: projectModules.config === null ? undefined : {
      url: toFileUrl(join(root, projectModules.config)).href,
      folder: getRelativePath(dirname(file), root),
    },
  });
  for (const name of copies.native) {
    console.warn(
      `Warning: "${name}" has a native addon and is not in the build; keep it in a node_modules folder next to or above the ` +
        `build, and serve with -R and --allow-ffi`,
    );
  }
  for (const name of copies.serverExternals) {
    console.warn(
      `Warning: "${name}" is in serverExternalPackages and is not in the build; keep it in a node_modules folder next to ` +
        `or above the build, and serve with -R`,
    );
  }
  for (const [url, line] of copies.open) {
    console.warn(
      `Warning: ${
        getRelativePath(root, fromFileUrl(url))
      }:${line} imports a module whose name is known only at run time, ` +
        "and a build contains only modules that it can find; start the name with a folder: import(`./folder/${name}.ts`)",
    );
  }
  if (copies.usesConfigFolder) {
    console.warn(
      `Warning: ${projectModules.config} names files by their paths; if you move the build, move the project with it`,
    );
  }
  const external = [...options.external ?? [], ...copies.native, ...copies.serverExternals];
  await Deno.mkdir(at("modules"));
  for (const [name, text] of copies.files) await write(at(join("modules", name)), text);

  await write(at("empty.ts"), "export {};\n");
  await write(at("next.ts"), `export * from "@x/routes/next";\nexport { default } from "@x/routes/next";\n`);
  const toPlace = (file: string) => `./modules/${copies.entries[entries.indexOf(file)]}`;
  await write(at("project.ts"), createProjectModule(projectModules, toPlace));
  const map = addMarkers(others, at("empty.ts"));
  const imports = { next: toFileUrl(at("next.ts")).href, ...map.imports };
  const toUrl = (name: string) => toFileUrl(at(join("modules", name))).href;
  const scopes = Object.fromEntries(
    Object.entries(copies.scopes).map(([name, inner]) => [
      toUrl(name),
      Object.fromEntries(Object.entries(inner).map(([key, target]) => [key, toUrl(target)])),
    ]),
  );
  await write(at("project_map.json"), JSON.stringify({ imports, scopes: { ...map.scopes, ...scopes } }));
  await runDenoBundle(root, root, [
    "--import-map",
    at("project_map.json"),
    "-o",
    at("project.js"),
    ...await getPackagesFlag(root),
    ...[...getExternalNames(modules), ...external].map((name) => `--external=${name}`),
    at("project.ts"),
  ], (text) => restoreOrigins(text, copies.origins));
  // The bundler does not resolve a `require()` of an external module, and renames it: restore it for the second pass.
  // The name of the temporary folder is replaced, so that the same project always gives the same code.
  const code = (await Deno.readTextFile(at("project.js"))).replace(/\b__require\((?="next\/)/g, "require(")
    .replace(NODE_INTEROP, BUNDLE_INTEROP).replaceAll(basename(folder), "build");
  await write(at("project.js"), code);

  await write(
    at("server.ts"),
    createServerModule({ project: "./project.js", ...await createServerInput(project, [code], options) }),
  );
  const serverMap = {
    imports: await writeNextImports(modules, code, writeIn(folder)),
    scopes: await readCheckoutImports(),
  };
  await write(at("server_map.json"), JSON.stringify(serverMap));
  await runDenoBundle(root, folder, [
    "--no-config",
    "--node-modules-dir=none",
    "--import-map",
    at("server_map.json"),
    "-o",
    file,
    ...external.map((name) => `--external=${name}`),
    at("server.ts"),
  ]);
  await write(join(dirname(file), "handler.js"), HANDLER_MODULE);
  return code;
}

/**
 * Writes the module that serves a project and imports its files, and an import map that resolves their imports.
 *
 * @param project The project.
 * @param target The folder to write to.
 * @param options The options of the build.
 */
export async function writeUnbundled(
  project: Project,
  target: string,
  options: BundleOptions,
): Promise<{ readonly file: string; readonly map: string; readonly modules: number }> {
  const { root } = project;
  const at = (name: string) => join(target, name);
  const modules = await readModules(project);
  const { others, modules: nextModules } = splitNextImports(readProjectImports(root), root);
  const entries = getEntries(modules).map((name) => toFileUrl(join(root, name)).href);
  const { sources, map: found, bareJson } = walkModules(entries, others);
  const code = [...sources.values()];
  await Deno.mkdir(target, { recursive: true });
  await write(at("empty.ts"), "export {};\n");
  const json = await writeJson(bareJson, sources, at);
  const map = [
    {
      imports: await writeNextImports(nextModules, code.join("\n"), writeIn(target)),
      scopes: await readCheckoutImports(),
    },
    { imports: found.imports, scopes: mergeScopes(found.scopes, json) },
    addMarkers(others, at("empty.ts")),
  ].reduce(mergeImportMaps);
  await write(
    at("project.ts"),
    createProjectModule(modules, getRelativePath(target, root)),
  );
  await write(
    at("server.ts"),
    createServerModule({ project: "./project.ts", ...await createServerInput(project, code, options) }),
  );
  await write(at("import_map.json"), JSON.stringify(makeRelocatable(map, target), null, 2));
  return { file: at("server.ts"), map: at("import_map.json"), modules: sources.size };
}

/**
 * Deno parses a JSON import without `with { type: "json" }` as code, so wrap such files in a module for their
 * importers.
 */
async function writeJson(
  bareJson: ModuleWalk["bareJson"],
  sources: ModuleWalk["sources"],
  at: (name: string) => string,
): Promise<Record<string, Record<string, string>>> {
  const scopes: Record<string, Record<string, string>> = {};
  let count = 0;
  for (const [url, importers] of bareJson) {
    const file = at(`json_${++count}.ts`);
    await write(file, `export default ${sources.get(url)};\n`);
    for (const importer of importers) (scopes[importer] ??= {})[url] = toFileUrl(file).href;
  }
  return scopes;
}

/** Merges the scopes of a walk with those of wrapped JSON files: a name of a JSON file maps to its wrapper. */
function mergeScopes(scopes: ImportMap["scopes"], json: ImportMap["scopes"]): ImportMap["scopes"] {
  const importers = [...new Set([...Object.keys(scopes), ...Object.keys(json)])];
  return Object.fromEntries(importers.map((importer) => {
    const entries = Object.entries(scopes[importer] ?? {}).map(([name, url]) => [name, json[importer]?.[url] ?? url]);
    return [importer, { ...json[importer], ...Object.fromEntries(entries) }];
  }));
}

async function write(file: string, text: string): Promise<void> {
  await Deno.writeTextFile(file, text);
}

function writeIn(folder: string): (name: string, text: string) => Promise<string> {
  return async (name, text) => {
    const file = join(folder, name);
    await write(file, text);
    return file;
  };
}

async function readModules({ root, appDir, manifest }: Project) {
  const files = await findProjectFiles({ root, appDir });
  warnOfMiddleware(files.proxy);
  return { manifest, config: await findConfigFile(root), ...files };
}

/** Creates the options of the server module, except for the specifier of the project. */
async function createServerInput({ root, manifest }: Project, sources: readonly string[], { redis }: BundleOptions) {
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
    description: await readDescription(root, manifest),
    crons: readCheckedCrons(root),
    server: getOwnSpecifier("built", "src/deno/build/built_server.ts"),
    redis: redis ? getOwnSpecifier("cache/redis", "src/cache/stores/redis.ts") : undefined,
    fingerprint: digest.digest("base64url").slice(0, 16),
  };
}

/** The schedule of the project, whose mistakes are reported by the build and not only by the server. */
function readCheckedCrons(root: string): readonly CronEntry[] {
  const crons = readVercelCrons(root);
  for (const entry of crons) createCronJob(entry, VERCEL_FILE);
  return crons;
}

/** Maps the marker packages to an empty module. */
function addMarkers({ imports, scopes }: ImportMap, empty: string): ImportMap {
  const markers = MARKER_PACKAGES.map((name) => [name, toFileUrl(empty).href]);
  return { imports: { ...imports, ...Object.fromEntries(markers) }, scopes };
}

/**
 * Makes the URLs of the project relative to the map, so that both can be moved together; this package stays in place.
 */
function makeRelocatable({ imports, scopes }: ImportMap, target: string): ImportMap {
  const relocate = (url: string) => {
    if (!url.startsWith("file:") || url.startsWith(PACKAGE_URL)) return url;
    const path = getRelativePath(target, fromFileUrl(url));
    return toSpecifier(path) + (url.endsWith("/") && path !== "" ? "/" : "");
  };
  const relocateAll = (imports: ImportMap["imports"]) =>
    Object.fromEntries(Object.entries(imports).map(([name, to]) => [relocate(name), relocate(to)]));
  return {
    imports: relocateAll(imports),
    scopes: Object.fromEntries(Object.entries(scopes).map(([name, imports]) => [relocate(name), relocateAll(imports)])),
  };
}

/** A project without a `node_modules`, in its folder or above, uses the packages in Deno's own cache. */
async function getPackagesFlag(root: string): Promise<string[]> {
  if (!await exists(join(root, "package.json"))) return [];
  for (let folder = root;; folder = dirname(folder)) {
    if (await exists(join(folder, "node_modules"))) return [];
    if (dirname(folder) === folder) return ["--node-modules-dir=none"];
  }
}

async function runDenoBundle(
  root: string,
  cwd: string,
  args: readonly string[],
  toMessage: (text: string) => string = (text) => text,
): Promise<void> {
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
  throw new Error(`Cannot build "${root}": ${toMessage(text).trim().replace(/^error: /, "")}`);
}
