/**
 * The real Next.js: installed from npm, building, serving.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { freePort } from "../helpers/free_port.ts";
import { once } from "../helpers/once.ts";

/** What is installed; `typescript` and the types, because Next asks for them where there is a `tsconfig.json`. */
const PACKAGES = ["next@16.4.6", "react@19.2.0", "react-dom@19.2.0", "typescript@5.9.3", "@types/node", "@types/react"];

const ENV = { NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", CI: "1" };

/**
 * Installs Next.js into a folder that is new. npm does it once; the folder has links to the files.
 *
 * @param dir The folder.
 * @param others Other packages, with their versions.
 */
export async function installNext(dir: string, others: readonly string[] = []): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  const packages = [...PACKAGES, ...others];
  const installed = await once("routes_next", packages.join(" "), async (dir) => {
    await Deno.writeTextFile(join(dir, "package.json"), `{ "private": true }`);
    await run("npm", ["install", "--no-audit", "--no-fund", "--no-save", ...packages], dir);
  });
  await Deno.copyFile(join(installed, "package.json"), join(dir, "package.json"));
  await run("cp", ["-al", join(installed, "node_modules"), dir], dir);
}

/** Builds the project of a folder, and checks its types. */
export async function buildNext(dir: string, bundler: "turbopack" | "webpack" = "turbopack"): Promise<void> {
  await run("node", [nextOf(dir), "build", `--${bundler}`], dir);
}

/** The exports of `@x/routes` that work in Next.js. */
const NEXT_EXPORTS = ["route", "middleware", "response"];
/** The package from npm that has the code of `@std`. */
export const STD_PACKAGE = "deno-std@1.4.0";

/**
 * Compiles what works in Next.js to where npm would install it, and installs `@std`.
 *
 * @param dir The project, with TypeScript and {@linkcode STD_PACKAGE} installed.
 */
export async function installPackage(dir: string): Promise<void> {
  const std = await Promise.all(["async", "crypto", "http", "path"].map((name) => installStd(dir, name)));
  const installed = join(dir, "node_modules", "@x", "routes");
  const source = fromFileUrl(new URL("../../src/", import.meta.url));
  const configuration = {
    compilerOptions: {
      rewriteRelativeImportExtensions: true,
      declaration: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      module: "esnext",
      target: "esnext",
      lib: ["esnext", "dom", "dom.iterable", "dom.asynciterable"],
      moduleResolution: "bundler",
      // The sources are not in the project, in whose folder the packages are.
      paths: Object.fromEntries(std.flat()),
      rootDir: source,
      outDir: installed,
    },
    files: NEXT_EXPORTS.map((name) => join(source, `${name}.ts`)),
  };
  const path = join(dir, "tsconfig.package.json");
  await Deno.writeTextFile(path, JSON.stringify(configuration));
  await run("node", [join(dir, "node_modules", "typescript", "bin", "tsc"), "-p", path], dir);
  await Deno.remove(path);
  await writeManifest(installed, "@x/routes", NEXT_EXPORTS.map((name) => [`./${name}`, name]));
}

/**
 * Installs a package of `@std`, from the stand-in that this checkout has for it.
 *
 * @returns The types of its modules, by their specifiers.
 */
async function installStd(dir: string, name: string): Promise<[specifier: string, files: string[]][]> {
  const source = fromFileUrl(new URL(`../std/${name}/`, import.meta.url));
  const installed = join(dir, "node_modules", "@std", name);
  await Deno.mkdir(installed, { recursive: true });
  const { exports } = JSON.parse(await Deno.readTextFile(join(source, "deno.json"))) as { exports: object };
  const typed: [string, string][] = [];
  for (const [key, file] of Object.entries(exports) as [string, string][]) {
    const module = file.replace(/^\.\/|\.ts$/g, "");
    const types = await Deno.readTextFile(join(source, `${module}.d.ts`)).catch(() => null);
    if (types === null) continue;
    const code = (await Deno.readTextFile(join(source, file))).replaceAll(`npm:${STD_PACKAGE}`, "deno-std");
    await Deno.writeTextFile(join(installed, `${module}.d.ts`), types);
    await Deno.writeTextFile(join(installed, `${module}.js`), code);
    typed.push([key, module]);
  }
  await writeManifest(installed, `@std/${name}`, typed);
  return typed.map(([key, module]) => [`@std/${name}${key.slice(1)}`, [join(installed, `${module}.d.ts`)]]);
}

async function writeManifest(
  dir: string,
  name: string,
  modules: readonly (readonly [string, string])[],
): Promise<void> {
  const exports = Object.fromEntries(
    modules.map(([key, module]) => [key, { types: `./${module}.d.ts`, default: `./${module}.js` }]),
  );
  const manifest = { name, version: "0.1.0", type: "module", exports };
  await Deno.writeTextFile(join(dir, "package.json"), JSON.stringify(manifest));
}

/** A Next.js that serves. */
export interface NextServer extends AsyncDisposable {
  /** Its port. */
  readonly port: number;
}

/** The command that serves a project that is built. */
export function nextCommand(dir: string, port: number): { file: string; options: Deno.CommandOptions } {
  const args = [nextOf(dir), "start", "-p", String(port), "-H", "127.0.0.1"];
  return { file: "node", options: { args, cwd: dir, env: ENV } };
}

/** Serves a project that is built, on a free port; done when it says that it is ready. */
export async function startNext(dir: string): Promise<NextServer> {
  const port = freePort();
  const { file, options } = nextCommand(dir, port);
  const child = new Deno.Command(file, { ...options, stdout: "piped", stderr: "null" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; !text.includes("Ready in");) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot start Next.js in "${dir}": ${text}`);
    text += value;
  }
  const rest = (async () => {
    while (!(await reader.read()).done);
  })();
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await rest;
    },
  };
}

function nextOf(dir: string): string {
  return join(dir, "node_modules", "next", "dist", "bin", "next");
}

async function run(name: string, args: string[], cwd: string): Promise<void> {
  const command = new Deno.Command(name, { args, cwd, env: ENV });
  const { success, stdout, stderr } = await command.output();
  if (success) return;
  const [out = "", errors = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  throw new Error(`Cannot run "${name} ${args.join(" ")}":\n${out}${errors}`);
}
