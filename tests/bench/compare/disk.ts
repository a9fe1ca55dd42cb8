/**
 * What is on the disk.
 *
 * @module
 */

import { walk } from "@std/fs";
import { dirname, join } from "@std/path";
import type { File } from "./apps.ts";

/** Writes files into a folder. */
export async function write(dir: string, files: readonly File[]): Promise<void> {
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(join(dir, path)), { recursive: true });
    await Deno.writeTextFile(join(dir, path), text);
  }
}

/** Whether a folder still has files as they were written. */
export async function isUnchanged(dir: string, files: readonly File[]): Promise<boolean> {
  const texts = await Promise.all(files.map(([path]) => Deno.readTextFile(join(dir, path))));
  return texts.every((text, index) => text === files[index]![1]);
}

/** The bytes of files and folders, in MB; what does not exist has none. */
export async function sizeOf(dir: string, ...paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map((path) => bytesOf(join(dir, path))));
  return sizes.reduce((total, each) => total + each, 0) / 1e6;
}

/** The bytes of all files with one name that are below a folder, in MB. */
export async function namedSizeOf(dir: string, name: string): Promise<number> {
  return await bytesOf(dir, "-name", name) / 1e6;
}

async function bytesOf(path: string, ...tests: readonly string[]): Promise<number> {
  const args = [path, "-type", "f", ...tests, "-printf", "%s\n"];
  const { stdout } = await new Deno.Command("find", { args, stderr: "null" }).output();
  return new TextDecoder().decode(stdout).split("\n").reduce((total, line) => total + Number(line), 0);
}

/** How many packages npm has put into `node_modules`, by the list that it keeps there. */
export async function packagesOf(dir: string): Promise<number> {
  const { packages } = JSON.parse(await Deno.readTextFile(join(dir, "node_modules/.package-lock.json")));
  return Object.keys(packages).length;
}

/** How many packages a `deno.lock` has. */
export async function lockedPackagesOf(dir: string): Promise<number> {
  const { jsr = {}, npm = {} } = JSON.parse(await Deno.readTextFile(join(dir, "deno.lock")));
  return Object.keys(jsr).length + Object.keys(npm).length;
}

/** The version of a package in `node_modules`. */
export async function versionOf(dir: string, name: string): Promise<string> {
  const { version } = JSON.parse(await Deno.readTextFile(join(dir, "node_modules", name, "package.json")));
  return `${name} ${version}`;
}

/** A file of a folder, wherever it is below. */
export async function findFile(dir: string, name: RegExp): Promise<string> {
  const skip = [/\/node_modules(?:\/|$)/, /\/chunks\//];
  for await (const { path } of walk(dir, { match: [name], skip, includeDirs: false })) return path;
  throw new Error(`Cannot find ${name} in "${dir}"`);
}

/** A size as a cell: bundles are small, `node_modules` are not. */
export function megabytes(mb: number): string {
  return `${mb.toFixed(mb < 10 ? 2 : 0)} MB`;
}
