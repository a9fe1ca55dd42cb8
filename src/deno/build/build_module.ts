/**
 * Creates the generated modules of a build.
 *
 * @module
 */

import { getFileName } from "../modules/resolve/module_url.ts";

/** The source of a module that exports `__dirname` and `__filename`. */
export const NODE_SCOPE_SOURCE =
  `export const __dirname = import.meta.dirname ?? "/", __filename = import.meta.filename ?? "/server.js";\n`;

/**
 * Creates a module that throws when it is required, like a missing optional package.
 *
 * @param specifier The specifier of the missing module.
 */
export function createMissingModule(specifier: string): string {
  const message = JSON.stringify(`Cannot find module '${specifier}'`);
  return `throw Object.assign(new Error(${message}), { code: "MODULE_NOT_FOUND" });\n`;
}

/**
 * Creates a module that imports one of several files by a name that is known only at run time.
 *
 * @param targets The specifiers of the files, by possible name.
 * @param kind How the files are imported.
 */
export function createPatternModule(
  targets: readonly (readonly [name: string, specifier: string])[],
  kind: "import" | "require",
): string {
  const all = targets.map(([name, specifier]) =>
    `  ${JSON.stringify(name)}: () => ${kind}(${JSON.stringify(specifier)}),\n`
  );
  const missing = `Object.assign(new Error("Cannot find module '" + name + "'"), { code: "MODULE_NOT_FOUND" })`;
  return `const files = {\n${all.join("")}};\n` +
    (kind === "import" ? `export const load = async (name) => {\n` : `exports.load = (name) => {\n`) +
    `  if (!Object.hasOwn(files, name)) throw ${missing};\n  return files[name]();\n};\n`;
}

/**
 * Creates the module with `__dirname`, `__filename` and `import.meta` of `next.config`. They are relative to the build, which may be
 * moved together with the project.
 *
 * @param config The URL of the file, and the path to its folder from that of the build, with `/`.
 */
export function createConfigScope({ url, folder }: { readonly url: string; readonly folder: string }): string {
  const name = JSON.stringify(decodeURIComponent(getFileName(url)));
  return `import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
export const __dirname = join(dirname(fileURLToPath(import.meta.url)), ${JSON.stringify(folder)});
export const __filename = join(__dirname, ${name});
export const routes_config_require = { resolve: (path) => createRequire(__filename).resolve(path) };
export const routes_config_meta = {
  url: pathToFileURL(__filename).href,
  dirname: __dirname,
  filename: __filename,
  resolve: (path) => pathToFileURL(routes_config_require.resolve(path)).href,
};
`;
}
