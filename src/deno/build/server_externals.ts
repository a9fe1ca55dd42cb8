/**
 * The packages that Next.js leaves out of its bundles of a server.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import type { AppConfig } from "../../handler/rules/next_config.ts";
import { readJsonc } from "../modules/resolve/jsonc.ts";

/** The list of Next.js, which is JSON in some versions. */
const LISTS = ["server-external-packages.jsonc", "server-external-packages.json"];

/**
 * Returns the names of the packages: those of `next.config`, and those that the project's own Next.js leaves out by default.
 *
 * @param root The absolute path of the project's folder.
 * @param config The settings, if there are any.
 */
export function readServerExternals(
  root: string,
  config: Pick<AppConfig, "serverExternalPackages" | "transpilePackages"> | undefined,
): ReadonlySet<string> {
  const bundled = new Set(config?.transpilePackages);
  const names = [...config?.serverExternalPackages ?? [], ...readDefaults(root)];
  return new Set(names.filter((name) => !bundled.has(name)));
}

function readDefaults(root: string): readonly string[] {
  for (let folder = root;; folder = dirname(folder)) {
    for (const name of LISTS) {
      const list = readList(join(folder, "node_modules/next/dist/lib", name));
      if (list !== undefined) return list;
    }
    if (dirname(folder) === folder) return [];
  }
}

function readList(file: string): readonly string[] | undefined {
  const list = readJsonc(file);
  return Array.isArray(list) ? list.filter((name) => typeof name === "string") : undefined;
}
