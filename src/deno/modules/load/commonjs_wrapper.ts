/**
 * Wraps CommonJS modules for imports by ES modules, the way a bundle of Next.js does.
 *
 * A CommonJS module is imported through a generated ES module that requires it at run time, and exports the names that
 * the importer asks for, because the names that exist are known only then. The named exports are copies; the namespace
 * and the default export are not.
 *
 * @module
 */

import type { ImportedNames } from "../source/imported_names.ts";
import { BRIDGE } from "./module_bridge.ts";

/**
 * The result of a default import: `exports.default` if `exports.__esModule` is set, as in bundles, or always `exports`,
 * as in Node.js.
 */
export type InteropMode = "bundle" | "node";

/** The exports of a generated module. */
export interface WrappedNames {
  readonly mode: InteropMode;
  /** The names that are asked for. `*name` is the namespace object under the name. */
  readonly names: readonly string[];
  /** Whether all names of the module are exported besides. */
  readonly isAll: boolean;
}

/**
 * Returns the names that an importer needs. An import, an `import()` and an `export *` of one module cannot be
 * distinguished, so next to a namespace import, the last two see its name as well.
 *
 * @param imported The names that it imports; `undefined` if unknown.
 */
export function getWrappedNames(imported: ImportedNames | undefined): Omit<WrappedNames, "mode"> {
  if (imported === undefined) return { names: [], isAll: true };
  const namespaces = new Set(imported.namespaces.map(({ name }) => `*${name}`));
  const names = imported.importsAny ? [] : [...imported.names].filter((name) => name !== "default");
  return { names: [...names, ...namespaces].sort(), isAll: imported.importsAny };
}

/** Formats the names as a part of a URL. */
export function formatWrappedNames({ mode, names, isAll }: WrappedNames): string {
  return `${mode}/${[...(isAll ? ["*"] : []), ...names.map(encodeName)].join()}`;
}

/** Parses the result of {@linkcode formatWrappedNames}. */
export function parseWrappedNames(text: string): WrappedNames {
  const [mode, list = ""] = text.split("/", 2);
  const names = list.split(",");
  return {
    mode: mode === "node" ? "node" : "bundle",
    names: names.filter((name) => name !== "" && name !== "*").map(decodeURIComponent),
    isAll: names.includes("*"),
  };
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll("*", "%2A");
}

/**
 * Creates the source of a generated module.
 *
 * @param url The URL of the generated module.
 * @param names The names that it exports.
 * @param mode The result of a default import.
 * @param deferred The URLs of the ES modules that the CommonJS module requires: they are loaded before it runs.
 */
export function createWrapper(
  url: string,
  names: readonly string[],
  mode: InteropMode,
  deferred: readonly string[] = [],
): string {
  const namespaces = names.filter((name) => name.startsWith("*")).map((name) => name.slice(1));
  const plain = names.filter((name) =>
    !name.startsWith("*") && name !== "default" && !namespaces.includes(name) && name.isWellFormed()
  );
  return createDeferredImports(deferred) +
    (deferred.length === 0 ? "" : `${BRIDGE}.defer(${createDeferredTable(deferred)});\n`) +
    `const m = ${BRIDGE}.require(${JSON.stringify(url)}), o = m ?? {};\n` +
    plain.map((name, i) =>
      `let e${i}; try { e${i} = o[${JSON.stringify(name)}]; } catch {}\nexport { e${i} as ${JSON.stringify(name)} };\n`
    ).join("") +
    namespaces.map((name, i) =>
      `const n${i} = ${BRIDGE}.toNamespace(m, ${mode === "node"});\nexport { n${i} as ${name} };\n`
    ).join("") +
    `export default ${mode === "node" ? "m" : `(o.__esModule && "default" in o ? o.default : m)`};\n`;
}

/** Creates the imports of modules that are loaded now and run later. */
export function createDeferredImports(urls: readonly string[]): string {
  return urls.map((url, i) => `import defer * as d${i} from ${JSON.stringify(url)};\n`).join("");
}

/** Creates an object with the namespaces of modules that run later, by URL. */
export function createDeferredTable(urls: readonly string[]): string {
  return `{ ${urls.map((url, i) => `${JSON.stringify(url)}: () => d${i}`).join(", ")} }`;
}

/**
 * Creates the namespace object of a CommonJS module, as Turbopack does (`interopEsm` of its runtime).
 *
 * @param exports The exports of the module.
 * @param isNodeMode Whether `exports` is always the default export.
 */
export function toNamespace(exports: unknown, isNodeMode: boolean): unknown {
  if (isObject(exports) && exports.__esModule && !isNodeMode) return exports;
  const call = typeof exports === "function"
    ? function (this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(exports, this, args);
    }
    : Object.create(null);
  const namespace = Object.defineProperties(call, {
    [Symbol.toStringTag]: { value: "Module" },
    __esModule: { value: true },
  });
  for (const name of isObject(exports) ? getExportedNames(exports) : []) {
    if (name === "default" || name === "__esModule") continue;
    if (Object.getOwnPropertyDescriptor(namespace, name)?.configurable === false) continue;
    Object.defineProperty(namespace, name, { enumerable: true, get: () => (exports as Record<string, unknown>)[name] });
  }
  return Object.defineProperty(namespace, "default", { enumerable: true, value: exports });
}

// Of a promise too: a namespace with its `then` would be awaited by `import()`, and fail.
const ROOTS: readonly unknown[] = [Object.prototype, Array.prototype, Function.prototype, Promise.prototype];

/**
 * Returns the names that a CommonJS module exports, including those on the prototype chain.
 *
 * @param exports The exports of the module.
 */
export function getExportedNames(exports: unknown): string[] {
  const names = new Set<string>();
  for (let object = exports; isObject(object) && !ROOTS.includes(object); object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (name.isWellFormed()) names.add(name);
    }
  }
  return [...names];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
