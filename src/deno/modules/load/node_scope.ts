/**
 * Provides the CommonJS variables to the ES modules of a project, where bundles have them too.
 *
 * @module
 */

import { createRequire } from "node:module";
import { dirname, fromFileUrl } from "@std/path";
import { createDeferredImports, createDeferredTable } from "./commonjs_wrapper.ts";
import { BRIDGE } from "./module_bridge.ts";
import { toFileUrlOnly } from "../resolve/module_url.ts";

const NAMES = ["require", "module", "exports", "__filename", "__dirname"] as const;

const USED = /(?<![\w$"']|(?<!\.\.)\.)(?:require|module|exports|__filename|__dirname)(?![\w$"'])/;
const USED_EACH = new RegExp(USED.source, "g");

/**
 * Matches the start of a top-level declaration: at the beginning of a line, where Deno's transpiled code has all of
 * them, or after another statement in the same line.
 */
const DECLARATION = /(?:^|;[ \t]*)(?:export\s+)?(?:const|let|var|class|(?:async\s+)?function\b\*?|import)\b/gm;
/** The maximum length of a destructuring pattern or an import clause, in characters. */
const DECLARATION_LENGTH = 2000;

/** The CommonJS variables of an ES module. */
export interface NodeScope {
  readonly require: NodeJS.Require;
  readonly module: { exports: unknown };
  readonly exports: unknown;
  readonly __filename: string;
  readonly __dirname: string;
}

/**
 * Whether a source may use CommonJS variables.
 *
 * @param source JavaScript or TypeScript.
 */
export function mayUseNodeScope(source: string): boolean {
  return USED.test(source);
}

/**
 * Returns the CommonJS variables that a module uses but does not declare.
 *
 * @param source JavaScript.
 */
export function getNodeNames(source: string): string[] {
  const used = new Set(Array.from(source.matchAll(USED_EACH), ([name]) => name));
  if (used.size === 0) return [];
  const declared = getDeclared(source);
  return NAMES.filter((name) => used.has(name) && !declared.has(name));
}

/**
 * The uses for which bundles define CommonJS variables in an ES module of a package: calls, but not checks of the
 * environment.
 */
const USED_BY_PACKAGE = /(?<![\w$"']|(?<!\.\.)\.)(?:require\s*\(|__(?:file|dir)name(?![\w$"']))/;

/**
 * Whether an ES module of a package needs CommonJS variables. Most modules have these words only in strings or as their
 * own names, and `typeof module` alone must be `"undefined"`, as in bundles.
 *
 * @param source JavaScript or TypeScript.
 */
export function mayUseNodeScopeInPackage(source: string): boolean {
  return USED_BY_PACKAGE.test(source);
}

/**
 * Returns the CommonJS variables that an ES module of a package needs. It may be minified, so anything that looks like
 * a declaration counts as one: declaring a name twice would be an error.
 *
 * @param source JavaScript.
 */
export function getNodeNamesInPackage(source: string): string[] {
  const names = ["require", "__filename", "__dirname"].filter((name) =>
    new RegExp(`(?<![\\w$"']|(?<!\\.\\.)\\.)${name}(?![\\w$"'])`).test(source)
  );
  if (/(?<![\w$"']|(?<!\.\.)\.)require\.main\s*={2,3}\s*module(?![\w$])/.test(source)) names.push("module");
  return names.filter((name) => !mayDeclare(source, name));
}

function mayDeclare(source: string, name: string): boolean {
  return [
    `\\b(?:const|let|var|class|function|import|as)\\b[\\s*]*${name}(?![\\w$])`,
    // In a list of declarations, and in a pattern or an import clause.
    `\\b(?:let|var)\\s[^=;(){}]{0,500},\\s*${name}(?![\\w$])`,
    `[,{[:]\\s*${name}\\s*=(?![=>])`,
    `[,{[:]\\s*${name}\\s*(?:,[^{}[\\]()]{0,500})?[}\\]]\\s*(?:=(?![=>])|from\\b)`,
  ].some((pattern) => new RegExp(pattern).test(source));
}

function getDeclared(source: string): Set<string> {
  const declared = new Set<string>();
  for (const { 0: keyword, index } of source.matchAll(DECLARATION)) {
    if (keyword.startsWith(";") && !isTopLevel(source, index)) continue;
    const begin = index + keyword.length;
    const rest = source.slice(begin, begin + DECLARATION_LENGTH);
    const isPattern = /^\s*[{[]/.test(rest) || keyword.endsWith("import");
    const end = rest.search(isPattern ? /[}\]]\s*=|;|\bfrom\b/ : /[=;({]/);
    for (const [name] of rest.slice(0, end === -1 ? rest.length : end).matchAll(USED_EACH)) declared.add(name);
  }
  return declared;
}

/** Whether a position is outside of the blocks that its line opens. */
function isTopLevel(source: string, position: number): boolean {
  const line = source.slice(Math.max(source.lastIndexOf("\n", position) + 1, position - DECLARATION_LENGTH), position);
  return !/^\s/.test(line) && line.split("{").length === line.split("}").length;
}

const REQUIRED = /(?<![\w$]|(?<!\.\.)\.)(?:require|createRequire\s*\([^()]*\))\s*\(\s*(["'`])([^"'`\n]+)\1\s*\)/g;

/**
 * Returns the modules that a source requires by literal names.
 *
 * @param source JavaScript.
 */
export function getRequired(source: string): string[] {
  return source.includes("equire") ? Array.from(source.matchAll(REQUIRED), (match) => match[2]!) : [];
}

/**
 * Creates the source of a module that exports the CommonJS variables.
 *
 * @param url The URL of the file that uses them, with its query.
 * @param deferred The URLs of the ES modules that the file requires.
 */
export function createScopeModule(url: string, deferred: readonly string[]): string {
  return createDeferredImports(deferred) +
    `export const { ${NAMES.join(", ")} } = ` +
    `${BRIDGE}.createScope(${JSON.stringify(url)}, ${createDeferredTable(deferred)});\n`;
}

/** Creates the CommonJS variables of ES modules. */
export interface NodeScopes {
  /** Creates the variables of a file. */
  create(url: string): NodeScope;
  /**
   * Returns the value that a file has assigned to `module.exports`.
   *
   * @param url The URL of the file, without query.
   * @returns `undefined` if it has not assigned any.
   */
  getAssigned(url: string): unknown;
}

/** Creates a {@linkcode NodeScopes} without files. */
export function createNodeScopes(): NodeScopes {
  const scopes = new Map<string, { readonly module: { exports: unknown }; readonly initial: object }>();
  return {
    create(url) {
      const href = toFileUrlOnly(url);
      const filename = fromFileUrl(href);
      const require = createRequire(href);
      const initial = {};
      const module = {
        exports: initial,
        id: filename,
        filename,
        loaded: false,
        children: [],
        paths: [],
        parent: null,
        require,
      };
      scopes.set(href, { module, initial });
      return { require, module, exports: initial, __filename: filename, __dirname: dirname(filename) };
    },
    getAssigned(url) {
      const scope = scopes.get(url);
      if (scope === undefined) return undefined;
      const { module, initial } = scope;
      return module.exports === initial && Object.keys(initial).length === 0 ? undefined : module.exports;
    },
  };
}
