/**
 * CommonJS as ES modules see it, the way a bundle of Next.js has it.
 *
 * A CommonJS module is imported as a generated ES module that requires it when it runs, and exports the names that the
 * importer asks for: which names there are is known only then. They are copies; the namespace and the default are not.
 *
 * @module
 */

import type { ImportedNames } from "./imported_names.ts";
import { BRIDGE } from "./module_bridge.ts";

/**
 * How a default import is understood: as bundles do, which take `exports.default` where `exports.__esModule` is set, or
 * as Node.js does, which takes `exports`.
 */
export type InteropMode = "bundle" | "node";

/** What a generated module exports. */
export interface WrappedNames {
  readonly mode: InteropMode;
  /** The names that are asked for. `*name` is the namespace object under the name. */
  readonly names: readonly string[];
  /** Whether all names of the module are exported besides. */
  readonly isAll: boolean;
}

/**
 * The names that an importer needs. An import, an `import()` and an `export *` of one module are not told apart, so that
 * with a namespace beside them the last two see its name as well.
 *
 * @param asked What it asks for; `undefined` if that is not known.
 */
export function getWrappedNames(asked: ImportedNames | undefined): Omit<WrappedNames, "mode"> {
  if (asked === undefined) return { names: [], isAll: true };
  const namespaces = new Set(asked.namespaces.map(({ name }) => `*${name}`));
  const names = asked.isOpen ? [] : [...asked.names].filter((name) => name !== "default");
  return { names: [...names, ...namespaces].sort(), isAll: asked.isOpen };
}

/** Writes the names as a part of a URL. */
export function formatWrappedNames({ mode, names, isAll }: WrappedNames): string {
  return `${mode}/${[...(isAll ? ["*"] : []), ...names.map(encodeName)].join()}`;
}

/** Reads what {@linkcode formatWrappedNames} has written. */
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
 * The text of a generated module.
 *
 * @param url Its own URL.
 * @param names What it exports; all names are those that the module has now.
 * @param mode How a default import is understood.
 * @param deferred The ES modules that the CommonJS module requires, as URLs: they are loaded before it runs.
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

/** The imports of modules that are loaded now and run later. */
export function createDeferredImports(urls: readonly string[]): string {
  return urls.map((url, i) => `import defer * as d${i} from ${JSON.stringify(url)};\n`).join("");
}

/** The namespaces of modules that run later, by URL. */
export function createDeferredTable(urls: readonly string[]): string {
  return `{ ${urls.map((url, i) => `${JSON.stringify(url)}: () => d${i}`).join(", ")} }`;
}

/**
 * The namespace object of what a CommonJS module exports, as Turbopack makes it (`interopEsm` of its runtime).
 *
 * @param exports What the module exports.
 * @param isNodeMode Whether `exports` is always the default.
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

const ROOTS: readonly unknown[] = [Object.prototype, Array.prototype, Function.prototype];

/**
 * The names that a CommonJS module exports, those along the prototype chain as well.
 *
 * @param exports What it exports.
 */
export function getExportedNames(exports: unknown): string[] {
  const names = new Set<string>();
  for (let at = exports; isObject(at) && !ROOTS.includes(at); at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (name.isWellFormed()) names.add(name);
  }
  return [...names];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
