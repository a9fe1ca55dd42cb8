/**
 * Copies the modules of a project into one folder, for a bundler that does not know Next.js: the copies import the
 * files that `routes start` would resolve, and contain the code that it would load.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { mapSpecifier } from "../modules/resolve/import_map.ts";
import { createConfigScope, createMissingModule, createPatternModule, NODE_SCOPE_SOURCE } from "./build_module.ts";
import type { ModuleCopies, ModuleCopiesOptions } from "./copied_project.ts";
import { applyEdits, type Edit, toLiteral } from "./source_edits.ts";
import { findPatternFiles } from "./pattern_files.ts";
import { createAsset, createJsonModule, createWasmInstance, createWasmModule } from "../modules/load/asset_module.ts";
import { createClientModule, createCommonJsClientModule, readClientNames } from "../modules/load/client_reference.ts";
import { replaceAssertions } from "../modules/source/import_assertions.ts";
import type { ImportMode } from "../modules/resolve/import_request.ts";
import { getJsxPragmas, mayHaveJsx, transpileJsx } from "../modules/source/jsx_source.ts";
import { createCachedFunctions } from "../modules/load/cached_functions.ts";
import { createLoadKinds } from "../modules/load/load_kind.ts";
import { isInstalled } from "../modules/resolve/module_address.ts";
import { createModuleFinder } from "../modules/resolve/module_finder.ts";
import { createModuleReader } from "../modules/resolve/module_reader.ts";
import {
  findOpenCall,
  findPatterns,
  findSpecifiers,
  type FoundSpecifier,
} from "../modules/source/module_specifiers.ts";
import { findModeReads } from "../modules/source/module_statement.ts";
import { getFileName, toFileUrlOnly } from "../modules/resolve/module_url.ts";
import { getNativePackage } from "../modules/resolve/native_package.ts";
import { getNodeNames, getNodeNamesInPackage } from "../modules/load/node_scope.ts";
import { hasImportEquals, stripTypes } from "../modules/source/typescript_source.ts";
import { isClientModule } from "../modules/source/use_client_directive.ts";

interface Copy {
  readonly name: string;
  readonly url: string;
  readonly form: Form;
}

/** The format of a copy: that of its file, or of the module that is generated for the file. */
type Form =
  | "module"
  | "commonjs"
  | "client"
  | "client-commonjs"
  | "json"
  | "json-module"
  | "wasm"
  | "wasm-module"
  | "asset"
  | "required-asset";

/** The file that exports `__dirname` and `__filename`. */
const NODE_SCOPE = "node_scope.js";
/** The same for `next.config`, which may read files next to it in the project. */
const CONFIG_SCOPE = "config_scope.js";
/** An ES module's own `require`, whose calls a bundler does not follow; renamed, so that they become plain calls. */
const OWN_REQUIRE = /(?<=\b(?:const|let|var)\s+)require(?=\s*=\s*(?:[\w$]+\.)?createRequire\s*\(\s*import\.meta\.)/g;
/** How `next.config` names files next to it, besides `__dirname`, and what the build has instead. */
const CONFIG_PATHS = /(?<![.\w$])(?:require(?=\.resolve\s*\()|import\.meta(?=\.(?:url|resolve|dirname|filename)\b))/g;
const CONFIG_NAMES: Readonly<Record<string, string>> = {
  "require": "routes_config_require",
  "import.meta": "routes_config_meta",
};
/** The schemes of modules that the bundler knows. */
const BUNDLED_SCHEME = /^(?:node|npm|jsr|https?|data|blob|bun):/;
const NPM = /^npm:\/?((?:@[^/]+\/)?[^/@]+)(?:@[^/]*)?(\/.*)?$/;

/**
 * Copies modules, with everything that they import.
 *
 * @param entries The URLs of the files.
 * @param options The project, and its settings.
 * @throws {Error} If a file is invalid, or is a native addon.
 */
export function copyModules(entries: readonly string[], options: ModuleCopiesOptions): ModuleCopies {
  const { root, names, ownModules } = options;
  const reader = createModuleReader(root);
  const finder = createModuleFinder({
    root,
    reader,
    readImports: () => names,
    getAliases: () => options.aliases,
    ownModules,
  });
  const kinds = createLoadKinds({ finder: () => finder, reader: () => reader, isText: options.isText });
  const cached = createCachedFunctions({ root: () => root, settings: () => options.useCache });
  const copies = new Map<string, Copy>();
  const files = new Map<string, string>(), origins = new Map<string, string>();
  const scopes: Record<string, Record<string, string>> = {};
  const native = new Set<string>(), serverExternals = new Set<string>();
  const open = new Map<string, number>();
  let usesConfigFolder = false;
  /** Whether client modules are replaced: not in what is walked as an entry or from `next.config`. */
  let replacesClients = false;

  function find(specifier: string, parent: string, mode: ImportMode): string | undefined {
    const resolveByDeno = (name: string) => {
      const target = mapSpecifier(names, name, parent) ?? name;
      if (!/^[a-z][a-z\d+.-]+:/i.test(target)) throw new Error(`"${target}" is not found`);
      return target;
    };
    try {
      const url = finder.find({ specifier, parent, mode, resolveByDeno });
      const [, name, rest = ""] = NPM.exec(url) ?? [];
      return name === undefined ? url : find(name + rest, parent, mode) ?? url;
    } catch {
      return undefined;
    }
  }

  function isLeft(specifier: string, parent: string): boolean {
    if (options.isReplaced(specifier)) return !/\/node_modules\/next\//.test(parent);
    return options.external.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  }

  /** Returns the file name of the copy of a file, which is created later. */
  function toCopy(url: string, mode: ImportMode, hasAttributes: boolean): string {
    const form = getForm(url, mode, hasAttributes);
    const key = `${form} ${form === "wasm" || form === "wasm-module" ? url : toFileUrlOnly(url)}`;
    let copy = copies.get(key);
    if (copy === undefined) {
      const file = toFileUrlOnly(url);
      const base = decodeURIComponent(getFileName(file)).replace(/\.\w+$/, "").replace(/[^\w.-]+/g, "_");
      copy = { name: `${copies.size + 1}_${base}${getExtension(form, file)}`, url: file, form };
      copies.set(key, copy);
      origins.set(copy.name, file);
    }
    return copy.name;
  }

  function getForm(url: string, mode: ImportMode, hasAttributes: boolean): Form {
    const kind = kinds.getKind(url);
    const isCode = kind === "module" || kind === "hooked" || kind === "commonjs";
    if (replacesClients && isCode && isClientModule(reader.peek(url))) {
      return kind === "commonjs" ? "client-commonjs" : "client";
    }
    switch (kind) {
      case "hooked":
        return "module";
      case "json":
        return mode === "require" || hasAttributes ? "json" : "json-module";
      case "asset":
        return mode === "require" ? "required-asset" : "asset";
      default:
        return kind;
    }
  }

  /** The extension also determines the default import of CommonJS: only in `.mjs` it is that of Node.js. */
  function getExtension(form: Form, file: string): string {
    const isTypeScript = /\.[cm]?tsx?$/.test(file);
    switch (form) {
      case "commonjs":
        return isTypeScript && !isStripped(file) ? ".cts" : ".cjs";
      case "json":
        return ".json";
      case "required-asset":
      case "client-commonjs":
        return ".cjs";
      case "module":
        if (kinds.isNodeModule(file)) return isTypeScript && !isStripped(file) ? ".mts" : ".mjs";
        if (isTypeScript && isStripped(file)) return ".js";
        if (isTypeScript) return file.endsWith("x") ? ".tsx" : ".ts";
        return mayHaveJsx(file, reader.peek(file)) && !isStripped(file) ? ".jsx" : ".js";
      default:
        return ".js";
    }
  }

  /** Whether a copy has the code that the file is transpiled to. */
  function isStripped(file: string): boolean {
    const text = reader.peek(file);
    return hasImportEquals(text) || cached.mayUseCache(file, text);
  }

  function createText(copy: Copy): string {
    const { url, form } = copy;
    const bytes = () => new Uint8Array(readFileSync(new URL(url)));
    switch (form) {
      case "json":
        return reader.take(url).replace(/^\ufeff/, "");
      case "json-module":
        return createJsonModule(reader.take(url), url);
      case "wasm":
        return rewrite(createWasmInstance(bytes()), copy);
      case "wasm-module":
        return createWasmModule(bytes());
      case "asset":
        return `export default ${JSON.stringify(createAsset(url, bytes, options.isText(url)))};\n`;
      case "client":
        return createClientModule({ url, root }, readNames(url));
      case "client-commonjs":
        return createCommonJsClientModule({ url, root }, readNames(url));
      case "required-asset":
        return `module.exports = ${JSON.stringify(createAsset(url, bytes, options.isText(url)))};\n`;
      default:
        return createCode(copy);
    }
  }

  function readNames(url: string): string[] {
    return readClientNames(url, {
      readText: reader.take,
      isCommonJs: (file) => kinds.getKind(file) === "commonjs",
      find(specifier, parent) {
        const found = find(specifier, parent, "import");
        if (found === undefined || !/^(?:module|hooked|commonjs)$/.test(kinds.getKind(found))) return undefined;
        return found.startsWith("file:") ? toFileUrlOnly(found) : undefined;
      },
    });
  }

  function createCode(copy: Copy): string {
    const { name, url } = copy;
    const mayUseCache = cached.mayUseCache(url, reader.peek(url));
    const source = replaceAssertions(reader.take(url).replace(/^\ufeff?(?:#!.*)?/, ""));
    let text = source;
    if (mayHaveJsx(url, source) && !/x$/.test(name)) text = transpileCopy(url, source);
    else if (/\.[cm]?tsx?$/.test(url) && !/\.[cm]?tsx?$/.test(name)) text = stripTypes(text, url);
    if (mayUseCache) text = cached.wrapCached(url, source, text);
    text = text.replace(/\n\/\/# sourceMappingURL=data:.*\s*$/, "\n");
    const code = rewrite(text, copy);
    if (!/x$/.test(name)) return code;
    const { text: pragmas, runtimes } = getJsxPragmas(text, () => options.jsxImportSource(url));
    for (const runtime of runtimes) {
      const runtimeUrl = find(runtime, url, "import");
      if (runtimeUrl?.startsWith("file:")) (scopes[name] ??= {})[runtime] = toCopy(runtimeUrl, "import", false);
    }
    return pragmas + code;
  }

  /** Transpiles JSX before the bundler does. */
  function transpileCopy(url: string, source: string): string {
    const { transpile, jsxImportSource } = options;
    const importSource = () => jsxImportSource(url);
    const code = transpileJsx({ url, source, importSource, transpiled: transpile(url), transpile });
    // The bundler says what is wrong with it.
    return code ?? source;
  }

  /** Replaces the specifiers of modules, and adds the CommonJS variables. */
  function rewrite(text: string, copy: Copy): string {
    const edits: Edit[] = [];
    const imports: string[] = [], requires: string[] = [];
    for (const found of findSpecifiers(text)) {
      const target = toTarget(found, copy);
      if (target !== found.specifier) edits.push({ ...found, text: toLiteral(target, text[found.start]!) });
    }
    // As in a build of Next.js; Deno's bundler would say "development", and React would be that of development.
    for (const read of findModeReads(text)) edits.push({ ...read, text: '"production"' });
    for (const { 0: word, index } of text.matchAll(OWN_REQUIRE)) {
      edits.push({ start: index, end: index + word.length, text: "routes_own_require" });
    }
    const patterns = isInstalled(copy.url) ? [] : findPatterns(text);
    const openAt = isInstalled(copy.url) ? undefined : findOpenCall(text);
    if (openAt !== undefined) open.set(copy.url, text.slice(0, openAt).split("\n").length);
    for (const { kind, start, end, before, after } of patterns) {
      const matches = findPatternFiles({ before, after, parent: copy.url, names });
      if (matches === undefined) continue;
      const local = `routes_${kind}_${imports.length}`;
      const module = toPatternModule(matches, kind, copy);
      edits.push({ start, end, text: local });
      imports.push(`import { load as ${local} } from "./${module}";`);
      requires.push(`const { load: ${local} } = require("./${module}");`);
    }
    const { form } = copy;
    const isConfig = copy.url === options.config?.url;
    const configNames = new Set<string>();
    for (const { 0: word, index } of isConfig ? text.matchAll(CONFIG_PATHS) : []) {
      const name = CONFIG_NAMES[word]!;
      edits.push({ start: index, end: index + word.length, text: name });
      configNames.add(name);
    }
    const getNames = form === "module" && isInstalled(copy.url) ? getNodeNamesInPackage : getNodeNames;
    const variables = form === "wasm" ? [] : getNames(text).filter((name) => /^__(?:file|dir)name$/.test(name));
    const scope = [...variables, ...configNames];
    if (scope.length > 0) {
      usesConfigFolder ||= isConfig;
      const file = isConfig ? CONFIG_SCOPE : NODE_SCOPE;
      imports.push(`import { ${scope.join(", ")} } from "./${file}";`);
      requires.push(`var { ${scope.join(", ")} } = require("./${file}");`);
    }
    const code = applyEdits(text, edits);
    if (form === "commonjs") {
      if (requires.length === 0) return code;
      const directive = /^\s*(["'])use strict\1/.test(code) ? `"use strict"; ` : "";
      return `${directive}${requires.join(" ")} ${code}`;
    }
    // Imports are hoisted: appending them keeps directives first.
    const ownModule = !isInstalled(copy.url) && /(?<![.\w$])(?:module\.exports|exports\.[\w$]+)\s*=/.test(text)
      ? "var module = { exports: {} }, exports = module.exports; "
      : "";
    return imports.length === 0 ? ownModule + code : `${ownModule}${code}\n;${imports.join("\n")}\n`;
  }

  /** Returns the specifier that replaces another one in a copy. */
  function toTarget({ specifier, kind, hasAttributes, isCode }: FoundSpecifier, { url: parent }: Copy): string {
    if (isLeft(specifier, parent)) return specifier;
    const mode = kind === "require" ? "require" : "import";
    const resolved = find(specifier, parent, mode);
    if (resolved === undefined) return isCode ? toMissing(specifier, kind, parent) : specifier;
    if (!resolved.startsWith("file:")) {
      // `import("cloudflare:sockets")` of a package, which handles the failure on other runtimes.
      return BUNDLED_SCHEME.test(resolved) || kind === "statement" || !isCode ? resolved : addMissing(specifier);
    }
    if (resolved.startsWith(ownModules)) return resolved;
    // JSON is data, whatever else the package has.
    const isData = kinds.getKind(resolved) === "json";
    const owner = isData ? undefined : getNativePackage(resolved, reader.files);
    if (owner !== undefined && owner !== getNativePackage(parent, reader.files)) {
      const [, name = specifier, rest = ""] = NPM.exec(mapSpecifier(names, specifier, parent) ?? specifier) ?? [];
      if (!/^[./#]/.test(specifier)) {
        native.add(owner);
        return name.startsWith(owner) ? name + rest : owner;
      }
    }
    if (!isData && isServerExternal(specifier, resolved, mode)) return specifier;
    if (resolved.endsWith(".node")) {
      const name = owner ?? getNativePackage(parent, reader.files);
      const fix = name === undefined ? "load it from a path with process.dlopen()" : `build with --external ${name}`;
      throw new Error(`Cannot bundle "${resolved}": it is a native addon, ${fix}`);
    }
    // The import attributes determine how text and bytes are imported.
    if (hasAttributes && kinds.getKind(resolved) !== "json") return resolved;
    return `./${toCopy(resolved, mode, hasAttributes)}`;
  }

  /** Whether an import stays as it is. The build imports it from next to it or above, so the project must find the same. */
  function isServerExternal(specifier: string, resolved: string, mode: ImportMode): boolean {
    const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [""];
    // With an alias the file may belong to another package.
    if (!options.serverExternals.has(name) || !resolved.includes(`/node_modules/${name}/`)) return false;
    if (find(specifier, new URL("next.config", root).href, mode) !== resolved) return false;
    serverExternals.add(name);
    return true;
  }

  /** Replaces a missing module, which may be an optional dependency, by one that throws when it is loaded. */
  function toMissing(specifier: string, kind: FoundSpecifier["kind"], parent: string): string {
    const isName = !/^\.\.?(?:\/|$)/.test(specifier);
    // A project must have its packages, or mark them as external; but packages may have optional dependencies.
    if (isName && (kind === "statement" || !isInstalled(parent) || /^[a-z][a-z\d+.-]+:/i.test(specifier))) {
      return specifier;
    }
    if (kind === "statement") return new URL(specifier, parent).href;
    return addMissing(specifier);
  }

  function addMissing(specifier: string): string {
    const name = `missing_${[...files.keys()].filter((file) => file.startsWith("missing_")).length + 1}.cjs`;
    files.set(name, createMissingModule(specifier));
    return `./${name}`;
  }

  function toPatternModule(matches: ReadonlyMap<string, string>, kind: "import" | "require", { name }: Copy): string {
    const targets = [...matches].map(([key, url]) => [key, `./${toCopy(url, kind, false)}`] as const);
    const count = [...files.keys()].filter((file) => file.startsWith("pattern_")).length + 1;
    const module = `pattern_${count}_${name.replace(/\W/g, "_")}` + (kind === "import" ? ".js" : ".cjs");
    files.set(module, createPatternModule(targets, kind));
    return module;
  }

  /** Copies what is not copied yet. */
  function copyAll(): void {
    // A map may grow while it is walked.
    for (const copy of copies.values()) {
      if (!files.has(copy.name)) files.set(copy.name, createText(copy));
    }
  }

  // As in `routes start`, where `next.config` is imported first, and the modules that it shares with routes are its own.
  if (options.config !== undefined) toCopy(options.config.url, "import", false);
  copyAll();
  const copied = entries.map((url) => toCopy(url, "import", false));
  replacesClients = true;
  copyAll();
  files.set(NODE_SCOPE, NODE_SCOPE_SOURCE);
  if (options.config !== undefined) files.set(CONFIG_SCOPE, createConfigScope(options.config));
  files.set("package.json", "{}\n");
  return {
    files,
    entries: copied,
    scopes,
    native: [...native].sort(),
    serverExternals: [...serverExternals].sort(),
    open,
    usesConfigFolder,
    origins,
  };
}
