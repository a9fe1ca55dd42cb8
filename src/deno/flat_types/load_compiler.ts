/**
 * Loads the TypeScript compiler, which only `routes typegen --flat` and `routes openapi --types` need.
 *
 * @module
 */

import { createRequire } from "node:module";
import { join } from "@std/path";
import { importUrl } from "../modules/load/loader.ts";
import type { Compiler } from "./compiler.ts";

/** The compiler in the registry, in the last major version with an API in JavaScript. Downloaded only if it is used. */
const REGISTERED = "npm:typescript@^6";

/** The first major version that has all of {@linkcode Compiler}. */
const FIRST_MAJOR = 5;

/**
 * Loads the compiler that the project has installed, or the one of the registry.
 *
 * @param root The project's folder.
 * @throws {Error} If there is no compiler; the message says how to install it.
 */
export async function loadCompiler(root: string): Promise<Compiler> {
  const installed = requireInstalled(root);
  if (installed !== undefined) return installed;
  try {
    const { default: compiler } = await importUrl(REGISTERED);
    return compiler as Compiler;
  } catch (cause) {
    const fix = `install it with "deno add --dev ${REGISTERED}"`;
    throw new Error(`Cannot read the types of handlers: the TypeScript compiler cannot be loaded, ${fix}`, { cause });
  }
}

function requireInstalled(root: string): Compiler | undefined {
  try {
    const compiler: Compiler = createRequire(join(root, "package.json"))("typescript");
    const isUsable = typeof compiler.createProgram === "function" && parseInt(compiler.version) >= FIRST_MAJOR;
    return isUsable ? compiler : undefined;
  } catch {
    return undefined;
  }
}
