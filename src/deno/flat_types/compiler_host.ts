/**
 * The files of a compilation: those on the disk, virtual ones, and those in Deno's cache.
 *
 * @module
 */

import type { Compiler, CompilerHost, CompilerOptions, ModuleFiles, ResolvedFile } from "./compiler.ts";
import type { DenoModules } from "./deno_modules.ts";
import { typeResponses } from "./typed_responses.ts";

/** The files of a compilation. */
export interface CompilerHostOptions {
  readonly compiler: Compiler;
  readonly options: CompilerOptions;
  readonly modules: DenoModules;
  /** The text of files that are not on the disk, by path. */
  readonly virtual: ReadonlyMap<string, string>;
}

/** An import that no file was found for; an ambient module may declare it. */
export interface MissingImport {
  readonly specifier: string;
  /** The path of the importing file. */
  readonly parent: string;
}

/** A host, and the imports that it could not resolve. */
export interface HostedCompiler {
  readonly host: CompilerHost;
  readonly missing: readonly MissingImport[];
}

/** Imports that have no types: built-in modules, and files that a bundler reads. */
const UNTYPED = /^node:|\.(?:css|scss|svg|png|jpe?g|gif|webp|woff2?|txt|md|sql|wasm)$/;

/** Whether a file declares the platform: a library of TypeScript, or `deno types`. */
export function isPlatformFile(path: string): boolean {
  return path.endsWith("/$deno.d.ts") || /\/typescript\/(?:[^/]+\/)?lib\/lib\.[\w.]+\.d\.ts$/.test(path);
}

/** Creates the host of a compilation. */
export function createCompilerHost({ compiler, options, modules, virtual }: CompilerHostOptions): HostedCompiler {
  const { sys } = compiler;
  const { toDiskPath } = modules;
  const missing: MissingImport[] = [];
  const base = compiler.createCompilerHost(options);
  const files: ModuleFiles = {
    fileExists: (path) => virtual.has(path) || sys.fileExists(toDiskPath(path)),
    readFile: (path) => virtual.get(path) ?? sys.readFile(toDiskPath(path)),
    directoryExists: (path) => sys.directoryExists(toDiskPath(path)) || path.startsWith("/$npm/"),
    realpath: (path) => toDiskPath(path) === path ? sys.realpath?.(path) ?? path : path,
  };

  function resolve(specifier: string, parent: string): ResolvedFile | undefined {
    const found = resolveAsCompiler(specifier, parent) ?? resolveAsDeno(specifier, parent);
    const isOfPackage = parent.includes("/node_modules/");
    if (found === undefined && !isOfPackage && !UNTYPED.test(specifier)) missing.push({ specifier, parent });
    return found;
  }

  function resolveAsCompiler(specifier: string, parent: string): ResolvedFile | undefined {
    return compiler.resolveModuleName(specifier, parent, options, files).resolvedModule;
  }

  function resolveAsDeno(specifier: string, parent: string): ResolvedFile | undefined {
    const target = modules.resolve(specifier, parent);
    if (typeof target === "object") return resolveAsCompiler(target.specifier, target.parent);
    if (target === undefined || !files.fileExists(target)) return undefined;
    const extension = /\.(?:d\.)?[mc]?[tj]sx?$/.exec(target)?.[0] ?? ".ts";
    return { resolvedFileName: target, extension };
  }

  const host: CompilerHost = {
    ...base,
    fileExists: files.fileExists,
    readFile: files.readFile,
    getSourceFile(path, options) {
      const text = files.readFile(path);
      if (text === undefined) return undefined;
      return compiler.createSourceFile(path, isPlatformFile(path) ? typeResponses(text) : text, options);
    },
    getDirectories: (path) => sys.getDirectories(toDiskPath(path)),
    resolveModuleNameLiterals: (literals, parent) =>
      literals.map(({ text }) => ({ resolvedModule: resolve(text, parent) })),
  };
  return { host, missing };
}
