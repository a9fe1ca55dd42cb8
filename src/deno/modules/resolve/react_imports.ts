/**
 * React for a project that has not installed its packages.
 *
 * In Next.js the files of an app folder have the React that Next.js contains, and images need the runtime of JSX. So the
 * React that the project's `package.json` lists is used from Deno's own cache.
 *
 * @module
 */

import { join } from "@std/path";
import { PACKAGE_URL } from "../own_package.ts";
import { findInstalled, mayRead } from "./installed_package.ts";
import { readJsonc } from "./jsonc.ts";

/** Without a checkout, Deno reads the `package.json` itself, and takes packages from `node_modules` only. */
const IS_CHECKOUT = PACKAGE_URL.startsWith("file:");

/** The packages of React. */
const PACKAGES = ["react", "react-dom"];

/** A version or a range of the registry, as opposed to a path, a URL or a workspace. */
const REGISTERED = /^[\^~]?\d[\w.+-]*$/;

/**
 * Returns the imports of React that the `package.json` of a project lists, if no `node_modules` has it.
 *
 * @param root The absolute path of the project's folder.
 */
export function getReactImports(root: string): Record<string, string> {
  const file = join(root, "package.json");
  if (!IS_CHECKOUT || !mayRead(file)) return {};
  const { dependencies = {} } = (readJsonc(file) ?? {}) as { dependencies?: Readonly<Record<string, string>> };
  const listed = PACKAGES.filter((name) =>
    REGISTERED.test(dependencies[name] ?? "") && findInstalled(name, root) === undefined
  );
  return Object.fromEntries(listed.flatMap((name) => {
    const target = `${name}@${dependencies[name]}`;
    return [[name, `npm:${target}`], [`${name}/`, `npm:/${target}/`]];
  }));
}
