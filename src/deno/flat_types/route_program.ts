/**
 * Compiles the route files of a project, to read the types of their handlers.
 *
 * @module
 */

import { dirname, join, toFileUrl } from "@std/path";
import { getHandlerRoutes } from "../../codegen/client_types.ts";
import { createRouteTypes } from "../../codegen/route_types.ts";
import type { RouteEntry, RouteManifest } from "../../routing/manifest.ts";
import { getOwnSpecifier } from "../modules/own_package.ts";
import { hasNextPackage } from "../project/next_package.ts";
import { toRoutesDts } from "../project/routes_dts.ts";
import type { Compiler, CompilerOptions, Program, SourceFile, TypeSymbol } from "./compiler.ts";
import { createCompilerHost, isPlatformFile, type MissingImport } from "./compiler_host.ts";
import { readDenoModules } from "./deno_modules.ts";
import { loadCompiler } from "./load_compiler.ts";

/** The compiled route files of a project. */
export interface RouteProgram {
  readonly compiler: Compiler;
  readonly program: Program;
  /** The handlers, in the order of the manifest. */
  readonly routes: readonly RouteHandlers[];
  /** The imports whose types are unknown. */
  readonly missing: readonly MissingImport[];
}

/** The handlers of a route file. */
export interface RouteHandlers {
  readonly route: RouteEntry;
  /** The path of the file. */
  readonly path: string;
  /** A property for each handler, whose type is its endpoint. */
  readonly endpoints: readonly TypeSymbol[];
}

const NODE_TYPES = /\/node_modules\/(?:@types\/node|undici-types|buffer)\//;

/**
 * Compiles the route files.
 *
 * @param manifest The routes.
 * @param root The absolute path of their project.
 * @throws {Error} If the TypeScript compiler cannot be loaded.
 */
export async function compileRoutes(manifest: RouteManifest, root: string): Promise<RouteProgram> {
  const compiler = await loadCompiler(root);
  const hasNext = hasNextPackage(root);
  const routes = getHandlerRoutes(manifest);
  const client = getOwnSpecifier("client", "src/client.ts");
  const globals = hasNext ? createRouteTypes(manifest, {}) : toRoutesDts(manifest, root);
  const imported = [...globals.matchAll(/from "([^"]+)"/g)].map(([, specifier]) => specifier!);
  const files = routes.map(({ file }) => toFileUrl(join(root, file)).href);
  const entry = join(root, "$routes.ts");
  const virtual = new Map([
    [entry, createEntry(routes, client)],
    [join(root, "$routes.d.ts"), globals],
    // A Next.js project has the types of the DOM, and no `Deno`.
    ...(hasNext ? [] : [[join(root, "$deno.d.ts"), await readDenoTypes()] as const]),
  ]);
  const options = readOptions(compiler, root, hasNext);
  const modules = await readDenoModules(root, [client, ...imported, ...files]);
  const { host, missing } = createCompilerHost({ compiler, options, modules, virtual });
  const program = compiler.createProgram([...virtual.keys()], options, host);
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!);
  const ambient = new Set(checker.getAmbientModules().map(({ name }) => name));
  return {
    compiler,
    program,
    routes: routes.map((route, index) => {
      const symbol = exported.find(({ name }) => name === `R${index}`)!;
      const endpoints = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
      return { route, path: join(root, route.file), endpoints };
    }),
    missing: missing.filter(({ specifier }) => !ambient.has(JSON.stringify(specifier))),
  };
}

/** Whether the types of a file are those of the platform. */
export function isPlatform({ fileName }: SourceFile): boolean {
  return isPlatformFile(fileName) || NODE_TYPES.test(fileName);
}

/** One type for each route. */
function createEntry(routes: readonly RouteEntry[], client: string): string {
  const lines = routes.map(({ id, file }, index) => {
    const module = `typeof import(${JSON.stringify(`./${file}`)})`;
    return `export type R${index} = { [M in Method & keyof (${module})]: ` +
      `EndpointOf<(${module})[M], ${JSON.stringify(id)}, M> };`;
  });
  return `import type { EndpointOf, Method } from ${JSON.stringify(client)};\n${lines.join("\n")}\n`;
}

async function readDenoTypes(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["types"], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}

function readOptions(compiler: Compiler, root: string, hasNext: boolean): CompilerOptions {
  const { ModuleKind, ModuleResolutionKind, ScriptTarget, JsxEmit, sys } = compiler;
  const file = compiler.findConfigFile(root, sys.fileExists, "tsconfig.json");
  const { config = {} } = file === undefined ? {} : compiler.readConfigFile(file, sys.readFile);
  const base = file === undefined ? root : dirname(file);
  const { paths, baseUrl, ...own } = compiler.parseJsonConfigFileContent(config, sys, base).options;
  return {
    ...(paths === undefined ? {} : { paths, pathsBasePath: own.pathsBasePath ?? base }),
    ...(baseUrl === undefined ? {} : { baseUrl, ignoreDeprecations: "6.0" }),
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    allowJs: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    jsx: JsxEmit.Preserve,
    target: ScriptTarget.ESNext,
    module: ModuleKind.Preserve,
    moduleResolution: ModuleResolutionKind.Bundler,
    lib: hasNext ? ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"] : ["lib.esnext.d.ts"],
    types: hasNext && hasNodeTypes(root) ? ["node"] : [],
  };
}

function hasNodeTypes(root: string): boolean {
  try {
    return Deno.statSync(join(root, "node_modules/@types/node/package.json")).isFile;
  } catch {
    return false;
  }
}
