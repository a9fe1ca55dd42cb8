/**
 * The image renderer in a build: a folder next to the module, because it reads its font and its WebAssembly from files.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, fromFileUrl, join } from "@std/path";
import { INSTALLED_RENDERERS, REGISTERED_RENDERER } from "../../next/image_renderer.ts";
import { findInstalled } from "../modules/resolve/installed_package.ts";
import { getPathBeside, isGranted } from "./bundle_source.ts";

/** The name of the folder. */
export const IMAGE_FOLDER = "og";
/** The variables of the environment that it reads. */
export const IMAGE_VARIABLES: readonly string[] = ["NODE_ENV", "JEST_WORKER_ID"];
const MODULE = "index.node.js";

/** Whether the code of a build may render images. */
export function rendersImages(code: string): boolean {
  return /["']next\/og(?:\.js)?["']/.test(code);
}

/**
 * Copies the renderer of a project, or else that of the registry.
 *
 * @param root The project's folder.
 * @param target The folder of the build.
 * @throws {Error} If it is neither installed nor can be downloaded.
 */
export async function copyImageRenderer(root: string, target: string): Promise<void> {
  const installed = INSTALLED_RENDERERS.map((name) => findInstalled(name, root)).find((path) => path !== undefined);
  const from = dirname(installed ?? await findRegistered(root)), to = join(target, IMAGE_FOLDER);
  await Deno.remove(to, { recursive: true }).catch(() => {});
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(from)) {
    const isNeeded = name === MODULE || name === "LICENSE" || /\.(?:wasm|ttf)$/.test(name);
    if (isFile && isNeeded) await Deno.copyFile(join(from, name), join(to, name));
  }
  // In the registry's package it is a folder up.
  await Deno.copyFile(join(dirname(from), "LICENSE"), join(to, "LICENSE")).catch(() => {});
  await Deno.writeTextFile(join(to, "package.json"), `{ "type": "module" }\n`);
}

/** In a process of its own, because this one may be bound to the `node_modules` of the project. */
async function findRegistered(root: string): Promise<string> {
  const specifier = JSON.stringify(REGISTERED_RENDERER);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-config",
      "--no-lock",
      "--quiet",
      "--node-modules-dir=none",
      `await import(${specifier}); console.log(import.meta.resolve(${specifier}));`,
    ],
    env: { NO_COLOR: "1", DENO_NO_PACKAGE_JSON: "1" },
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (code === 0) return fromFileUrl(decode(stdout));
  const fix = `neither "next" nor "@vercel/og" is installed, install one with "deno add ${REGISTERED_RENDERER}"`;
  throw new Error(`Cannot build "${root}": it renders images, but ${fix}`, { cause: decode(stderr) });
}

/**
 * Finds the renderer of a running build: the copy next to the module, or what is installed there or above.
 *
 * @param url The URL of the module.
 * @param name The path of the renderer below a `node_modules`.
 */
export function findBuiltRenderer(url: string, name: string): string | undefined {
  const copy = getPathBeside(url, `${IMAGE_FOLDER}/${MODULE}`), folder = getPathBeside(url, ".");
  if (copy !== null && isGranted("read", copy) && existsSync(copy)) return copy;
  return (folder === null ? undefined : findInstalled(name, folder)) ?? findInstalled(name, Deno.cwd());
}
