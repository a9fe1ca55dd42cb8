/**
 * A JSR registry in this process: `deno publish` publishes this package to it, and projects import it from there.
 *
 * It also serves `@std/*`: the stand-ins of `tests/std` with the code of the npm package `deno-std` inside, because a
 * project with its own `node_modules` rejects their `npm:` imports.
 *
 * @module
 */

import { expandGlob, walk } from "@std/fs";
import { dirname, fromFileUrl, join, relative } from "@std/path";
import { once } from "./once.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const STAND_INS = join(ROOT, "tests", "std");
/** The import of a stand-in, and the folder of its package that contains the code. */
const NPM_CODE = /npm:(deno-std)@([\d.]+)\//g;
const CODE_FOLDER = "code";
/** The stored results of `deno publish`: the archive that it sent, and a `Published`. */
const ARCHIVE = "archive.tar.gz";
const PUBLISHED = "published.json";

/** The files of a package by their path: `/src/headers.ts`. */
type PackageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** A running registry. */
export interface Registry extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /**
   * Environment variables that make Deno use it for `jsr:`, and without npm: requests for npm packages fail, and are in
   * `npmRequests`.
   */
  readonly env: Readonly<Record<string, string>>;
  /** The requests to the npm registry of `env`. */
  readonly npmRequests: readonly string[];
  /** The shared cache of Deno for projects that do not need an empty one; removed with the registry. */
  readonly denoDir: string;
  /** Returns the files of a published package: `/src/headers.ts`. */
  files(name: string, version: string): string[];
  /** Returns the archive with which a package was published. */
  archive(name: string, version: string): Uint8Array<ArrayBuffer>;
}

/** A version of a package. */
interface Package {
  /** The archive that `deno publish` sent; empty for the initial packages. */
  readonly archive?: Uint8Array<ArrayBuffer>;
  readonly exports: Readonly<Record<string, string>>;
  readonly files: PackageFiles;
}

/** The path of a file of the checkout, and its bytes. */
type CheckoutFile = readonly [path: string, bytes: Uint8Array<ArrayBuffer>];

/** Packages by name and version. */
type Packages = Map<string, Map<string, Package>>;

/** The parts of a `deno.json` that a registry reads. */
interface PackageConfig {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** Starts a registry that has `@std/*`. */
export async function startRegistry(): Promise<Registry> {
  const packages: Packages = new Map();
  for (const files of await standIns()) addPackage(packages, files);
  const npmRequests: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    if (path.startsWith("/npm/")) npmRequests.push(path.slice("/npm/".length));
    if (path.startsWith("/api/")) return await publishing(packages, request, path);
    return await reading(packages, path);
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const denoDir = await Deno.realPath(await Deno.makeTempDir({ prefix: "routes_deno_" }));
  return {
    url,
    denoDir,
    env: { JSR_URL: url, NPM_CONFIG_REGISTRY: `${url}npm/` },
    npmRequests,
    files: (name, version) => [...packages.get(name)!.get(version)!.files.keys()],
    archive: (name, version) => packages.get(name)!.get(version)!.archive!,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(denoDir, { recursive: true });
    },
  };
}

/** Options of `publish()`. */
export interface PublishOptions {
  /** The version; default: that of `deno.json`. */
  readonly version?: string;
}

/** The result of `publish()`. */
export interface Published {
  /** The files of the checkout that git tracks: `src/headers.ts`. */
  readonly checkout: readonly string[];
  /** The output of `deno publish`. */
  readonly output: string;
}

/**
 * Publishes this package. `deno publish` runs once for a state of the checkout; other registries get the same archive.
 *
 * @param registry The registry.
 */
export async function publish(registry: Registry, { version }: PublishOptions = {}): Promise<Published> {
  const config: PackageConfig = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const target = { ...config, version: version ?? config.version };
  const files = await checkoutFiles();
  const state = await fingerprint([...files, [Deno.version.deno, encode(target.version)]]);
  const dir = await once("routes_published", state, (dir) => publishInto(dir, registry, target, files));
  const endpoint = `${registry.url}api/scopes/x/packages/routes/versions/${target.version}`;
  const response = await fetch(endpoint, { method: "POST", body: await Deno.readFile(join(dir, ARCHIVE)) });
  await response.body?.cancel();
  return JSON.parse(await Deno.readTextFile(join(dir, PUBLISHED)));
}

/**
 * Runs `deno publish` in a copy of the checkout, so that no lock file changes here, and stores its archive and output.
 */
async function publishInto(
  kept: string,
  registry: Registry,
  { name, version }: PackageConfig,
  files: readonly CheckoutFile[],
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "routes_publish_" });
  try {
    for (const folder of new Set(files.map(([path]) => dirname(path)))) {
      await Deno.mkdir(join(dir, folder), { recursive: true });
    }
    await Promise.all(files.map(([path, bytes]) => Deno.writeFile(join(dir, path), bytes)));
    const config = JSON.parse(await Deno.readTextFile(join(dir, "deno.json")));
    await Deno.writeTextFile(join(dir, "deno.json"), JSON.stringify({ ...config, version }));
    // `deno publish --dry-run` in the task "ok" checks the types.
    const args = ["publish", "--token", "x", "--allow-dirty", "--no-check"];
    const { stderr } = await run(Deno.execPath(), args, { cwd: dir, env: { JSR_URL: registry.url } });
    const output = stderr.replaceAll(`${await Deno.realPath(dir)}/`, "");
    const published: Published = { checkout: files.map(([path]) => path), output };
    await Deno.writeFile(join(kept, ARCHIVE), registry.archive(name, version));
    await Deno.writeTextFile(join(kept, PUBLISHED), JSON.stringify(published));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Returns a digest of the names and contents of files. */
async function fingerprint(files: readonly CheckoutFile[]): Promise<string> {
  const digest = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const lines = await Promise.all(files.map(async ([path, bytes]) => `${path} ${await digest(bytes)}`));
  return await digest(encode(lines.sort().join("\n")));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Returns the files of the checkout that git tracks; in a copy without git, all files that are not ignored. */
async function checkoutFiles(): Promise<CheckoutFile[]> {
  const files = (await checkoutPaths()).map(async (path): Promise<CheckoutFile | undefined> => {
    try {
      return [path, await Deno.readFile(join(ROOT, path))];
    } catch (error) {
      // It is tracked, but has been removed.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  });
  return (await Promise.all(files)).filter((file) => file !== undefined);
}

async function checkoutPaths(): Promise<string[]> {
  try {
    const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    const { stdout } = await run("git", list, { cwd: ROOT });
    return stdout.split("\0").filter((path) => path !== "");
  } catch {
    const skip = [/\/(?:node_modules|\.git|\.routes|coverage)(?:\/|$)/];
    const files = await Array.fromAsync(walk(ROOT, { includeDirs: false, includeSymlinks: false, skip }));
    return files.map(({ path }) => relative(ROOT, path));
  }
}

/** The endpoints that `jsr:` specifiers are resolved with. */
async function reading(packages: Packages, path: string): Promise<Response> {
  const [, name = "", rest = ""] = /^\/(@[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  const versions = packages.get(name);
  if (versions === undefined) return notFound();
  // Without `createdAt`: Deno skips versions that are less than a day old.
  if (rest === "meta.json") {
    return Response.json({ versions: Object.fromEntries([...versions.keys()].map((key) => [key, {}])) });
  }
  const [, version = "", file] = /^(.+?)(?:_meta\.json|(\/.+))$/.exec(rest) ?? [];
  const found = versions.get(version);
  if (found === undefined) return notFound();
  if (file === undefined) return Response.json({ exports: found.exports, manifest: await manifestOf(found.files) });
  const bytes = found.files.get(file);
  return bytes === undefined ? notFound() : new Response(bytes, { headers: { "content-type": typeOf(file) } });
}

/** The endpoints that `deno publish` uses. */
async function publishing(packages: Packages, request: Request, path: string): Promise<Response> {
  const [, scope = "", name = "", version] =
    /^\/api\/scopes\/([^/]+)\/packages\/([^/]+)(?:\/versions\/([^/]+))?$/.exec(path) ?? [];
  if (name === "") return notFound();
  if (version === undefined) return Response.json({ scope, name });
  if (request.method !== "POST") return notFound();
  const archive = await request.bytes();
  const unzipped = new Blob([archive]).stream().pipeThrough(new DecompressionStream("gzip"));
  addPackage(packages, untar(await new Response(unzipped).bytes()), archive);
  return Response.json({ id: crypto.randomUUID(), status: "success", error: null });
}

function notFound(): Response {
  return Response.json({ code: "notFound" }, { status: 404 });
}

/** Returns all files that can be fetched, with the digest that Deno verifies. */
async function manifestOf(files: PackageFiles): Promise<Record<string, { size: number; checksum: string }>> {
  const entries = [...files].map(async ([path, bytes]) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    return [path, { size: bytes.length, checksum: `sha256-${digest}` }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function typeOf(path: string): string {
  if (/\.m?ts$/.test(path)) return "application/typescript";
  return /\.m?js$/.test(path) ? "text/javascript" : path.endsWith(".json") ? "application/json" : "text/plain";
}

function configOf(files: PackageFiles): PackageConfig {
  return JSON.parse(new TextDecoder().decode(files.get("/deno.json")));
}

function addPackage(packages: Packages, files: PackageFiles, archive?: Uint8Array<ArrayBuffer>): void {
  const { name, version, exports } = configOf(files);
  const versions = packages.get(name) ?? new Map<string, Package>();
  packages.set(name, versions.set(version, { exports, files, ...archive && { archive } }));
}

/** Returns the files of a ustar archive. */
function untar(archive: Uint8Array<ArrayBuffer>): PackageFiles {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const field = (start: number, length: number) =>
    new TextDecoder().decode(archive.subarray(start, start + length)).replace(/\0.*$/s, "");
  for (let at = 0; at < archive.length && archive[at] !== 0;) {
    const size = parseInt(field(at + 124, 12), 8);
    const path = [field(at + 345, 155), field(at, 100)].filter((part) => part !== "").join("/");
    const isFile = field(at + 156, 1).replace("0", "") === "";
    if (isFile) files.set(path.replace(/^(?:\.?\/)?/, "/"), archive.slice(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** Reads the packages of `tests/std`. */
async function standIns(): Promise<PackageFiles[]> {
  const modules = await filesOf(STAND_INS, "*/*.ts");
  // `--no-lock`: this must not change the checkout.
  await run(Deno.execPath(), ["cache", "--no-lock", ...[...modules.keys()].map((path) => join(STAND_INS, path))]);
  const code = new Map<string, Promise<PackageFiles>>();
  const configs = await filesOf(STAND_INS, "*/deno.json");
  return await Promise.all([...configs.keys()].map(async (config) => {
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const [path, bytes] of await filesOf(join(STAND_INS, dirname(config)), "*")) {
      const text = new TextDecoder().decode(bytes);
      for (const [, name = "", version = ""] of text.matchAll(NPM_CODE)) {
        if (!code.has(version)) code.set(version, npmPackage(name, version));
        for (const [file, content] of await code.get(version)!) files.set(`/${CODE_FOLDER}${file}`, content);
      }
      files.set(path, new TextEncoder().encode(text.replaceAll(NPM_CODE, `./${CODE_FOLDER}/`)));
    }
    return files;
  }));
}

/** Returns the modules of an npm package in Deno's cache. */
async function npmPackage(name: string, version: string): Promise<PackageFiles> {
  const { stdout } = await run(Deno.execPath(), ["info", "--json"]);
  const { npmCache } = JSON.parse(stdout) as { npmCache: string };
  for await (const registry of Deno.readDir(npmCache)) {
    const files = await filesOf(join(npmCache, registry.name, name, version), "**/*.js");
    if (files.size > 0) return files;
  }
  throw new Error(`Cannot serve @std: npm package "${name}@${version}" is not in "${npmCache}"`);
}

async function filesOf(root: string, glob: string): Promise<PackageFiles> {
  const found = await Array.fromAsync(expandGlob(glob, { root, includeDirs: false }), ({ path }) => path);
  return new Map(
    await Promise.all(found.map(async (path) => [`/${relative(root, path)}`, await Deno.readFile(path)] as const)),
  );
}

/** Runs a command, which must succeed; returns its output. */
async function run(name: string, args: string[], options: Deno.CommandOptions = {}) {
  const command = new Deno.Command(name, { ...options, args, env: { NO_COLOR: "1", ...options.env } });
  const result = await command.output();
  const [stdout = "", stderr = ""] = [result.stdout, result.stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!result.success) throw new Error(`Cannot run "${name} ${args.join(" ")}": ${stderr}`);
  return { stdout, stderr };
}
