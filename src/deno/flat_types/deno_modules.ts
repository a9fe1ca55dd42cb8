/**
 * The modules of a project as Deno resolves them, for a compiler that does not know `npm:`, `jsr:` and import maps.
 *
 * @module
 */

import { fromFileUrl, join, toFileUrl } from "@std/path";

/** The modules of a project. Those that Deno has in its cache have a virtual path. */
export interface DenoModules {
  /**
   * Resolves an import.
   *
   * @returns The path of a source file; a package, whose file the compiler chooses; `undefined` for neither.
   */
  resolve(specifier: string, parent: string): string | PackageImport | undefined;
  /** Returns the path on the disk of a virtual path; any other path as it is. */
  toDiskPath(path: string): string;
}

/** An import of an npm package. */
export interface PackageImport {
  /** `zod/v4` */
  readonly specifier: string;
  /** A path beside the folder `node_modules` that has the package. */
  readonly parent: string;
}

/** What `deno info --json` prints of a module graph. */
interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly local?: string | null;
    readonly dependencies?: readonly GraphDependency[];
    readonly npmPackage?: string;
  }[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly npmPackages: Readonly<Record<string, GraphPackage>>;
}

interface GraphDependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
  readonly npmPackage?: string;
}

interface GraphPackage {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly localPath?: string;
}

const REMOTE_FOLDER = "/$remote/", NPM_FOLDER = "/$npm/";
const NPM_PATH = /^\/\$npm\/([^/]+)\/node_modules\/((?:@[^/]+\/)?[^/]+)(\/.*)?$/;
const NPM_SPECIFIER = /^npm:\/?(?:@[^/]+\/)?[^/@]+(?:@[^/]*)?(.*)$/;

/**
 * Reads the modules that files import.
 *
 * @param root The project's folder, whose configuration applies.
 * @param files The URLs of the files.
 */
export async function readDenoModules(root: string, files: readonly string[]): Promise<DenoModules> {
  const { modules, redirects, npmPackages } = await readGraph(root, files);
  const dependencies = new Map(modules.map(({ specifier, dependencies = [] }) => [specifier, dependencies]));
  const packageIds = new Map(modules.map(({ specifier, npmPackage }) => [specifier, npmPackage]));
  const remote = new Map(
    modules.flatMap(({ specifier, local }) =>
      specifier.startsWith("file:") || !local ? [] : [[toPath(specifier), local] as const]
    ),
  );

  function resolve(specifier: string, parent: string): string | PackageImport | undefined {
    const [, id] = NPM_PATH.exec(parent) ?? [];
    if (id !== undefined) return resolveInPackage(specifier, decodeURIComponent(id));
    const found = dependencies.get(toUrl(parent))?.find((dependency) => dependency.specifier === specifier);
    const target = found?.type?.specifier ?? found?.code?.specifier ?? specifier;
    const url = redirects[target] ?? target;
    const packageId = found?.npmPackage ?? packageIds.get(url);
    if (packageId !== undefined) return toPackageImport(target, packageId);
    return url.startsWith("file:") || remote.has(toPath(url)) ? toPath(url) : undefined;
  }

  function toPackageImport(specifier: string, id: string): PackageImport | undefined {
    const { name } = npmPackages[id] ?? {};
    if (name === undefined) return undefined;
    const bare = specifier.replace(/^(?:@[^/]+\/)?[^/]+/, "");
    const subpath = specifier.startsWith("npm:") ? NPM_SPECIFIER.exec(specifier)?.[1] ?? "" : bare;
    return { specifier: name + subpath, parent: `${NPM_FOLDER}${encodeURIComponent(id)}/index.ts` };
  }

  function resolveInPackage(specifier: string, id: string): PackageImport | undefined {
    const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
    const target = [id, ...npmPackages[id]?.dependencies ?? []].find((other) => npmPackages[other]?.name === name);
    return target === undefined ? undefined : toPackageImport(specifier, target);
  }

  function toDiskPath(path: string): string {
    const [, id, , rest = ""] = NPM_PATH.exec(path) ?? [];
    const folder = id === undefined ? undefined : npmPackages[decodeURIComponent(id)];
    if (folder === undefined) return remote.get(path) ?? path;
    return path.includes(`/node_modules/${folder.name}`) && folder.localPath !== undefined
      ? folder.localPath + rest
      : path;
  }

  return { resolve, toDiskPath };
}

function toPath(url: string): string {
  if (url.startsWith("file:")) return fromFileUrl(url);
  return REMOTE_FOLDER + url.replace(":/", "");
}

function toUrl(path: string): string {
  if (!path.startsWith(REMOTE_FOLDER)) return toFileUrl(path).href;
  return path.slice(REMOTE_FOLDER.length).replace("/", ":/").replace(/^(\w+):\/(?!\/)/, "$1://");
}

async function readGraph(root: string, files: readonly string[]): Promise<ModuleGraph> {
  const folder = await Deno.makeTempDir({ prefix: "routes_types_" });
  try {
    const entry = join(folder, "entry.ts");
    await Deno.writeTextFile(entry, files.map((file) => `import ${JSON.stringify(file)};\n`).join(""));
    const config = await findConfig(root);
    const command = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", ...(config === undefined ? [] : ["--config", config]), entry],
      cwd: root,
      stderr: "null",
    });
    const { stdout } = await command.output();
    return { redirects: {}, npmPackages: {}, modules: [], ...JSON.parse(new TextDecoder().decode(stdout)) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function findConfig(root: string): Promise<string | undefined> {
  for (const name of ["deno.json", "deno.jsonc"]) {
    const path = join(root, name);
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return undefined;
}
