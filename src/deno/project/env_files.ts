/**
 * Loads the `.env` files of a project, in the order of Next.js.
 *
 * @module
 */

import { parseEnv } from "node:util";
import { join } from "@std/path";
import { getErrorMessage } from "../../log/error_text.ts";
import { writeLog } from "../../log/log.ts";

/**
 * Sets the variables of a project's `.env` files that are not set yet. The files are `.env.MODE.local`, `.env.local`,
 * `.env.MODE` and `.env`; the first one with a variable wins. In a value, `$NAME` and `${NAME}` refer to other
 * variables, and `\$` is a literal dollar sign.
 *
 * @param root The project's folder.
 * @param mode `production`, `development` or `test`; `test` skips `.env.local`.
 * @returns The names of the files that were read.
 * @see https://nextjs.org/docs/app/guides/environment-variables
 */
export async function loadEnvFiles(root: string, mode: string): Promise<string[]> {
  const names = [`.env.${mode}.local`, ...mode === "test" ? [] : [".env.local"], `.env.${mode}`, ".env"];
  const texts = await Promise.all(names.map((name) => readIfThere(join(root, name))));
  const found = names.filter((_, index) => texts[index] !== null);
  if (found.length === 0) return [];
  if ((await Deno.permissions.query({ name: "env" })).state !== "granted") {
    writeLog(
      "warn",
      `Cannot set the variables of ${
        found.join(", ")
      }: permission to change the environment is missing, add --allow-env`,
    );
    return [];
  }
  const variables: Record<string, string> = Object.create(null);
  for (const text of texts.toReversed()) Object.assign(variables, text === null ? {} : parseEnv(text));
  for (const [name, value] of Object.entries(variables)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, expand(value, variables, new Set([name])));
  }
  return found;
}

const REFERENCE = /\\\$|\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))/g;

function expand(value: string, variables: Readonly<Record<string, string>>, within: ReadonlySet<string>): string {
  return value.replace(REFERENCE, (whole, braced?: string, instead = "", plain?: string) => {
    if (whole === "\\$") return "$";
    const name = braced ?? plain!;
    const own = Deno.env.get(name);
    if (own !== undefined) return own;
    // A variable that refers to itself is empty.
    if (within.has(name) || variables[name] === undefined) return instead;
    return expand(variables[name], variables, new Set([...within, name]));
  });
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.IsADirectory) return null;
    throw new Error(`Cannot read "${path}": ${getErrorMessage(cause)}`, { cause });
  }
}
