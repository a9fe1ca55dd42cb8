/**
 * The part of the TypeScript compiler that flat types need. It is declared here, so that this package does not depend
 * on it; `tests/deno/flat_types/compiler_test.ts` compares it with the compiler's own types.
 *
 * @see https://github.com/microsoft/TypeScript/wiki/Using-the-Compiler-API
 *
 * @module
 */

import type { NodeKinds, SyntaxNode } from "./compiler_nodes.ts";

/** The compiler. */
export interface Compiler extends NodeKinds {
  readonly version: string;
  readonly sys: CompilerSystem;
  readonly TypeFlags: Flags<
    | "Any"
    | "Unknown"
    | "Never"
    | "Void"
    | "ESSymbol"
    | "UniqueESSymbol"
    | "Object"
    | "Intersection"
    | "Undefined"
    | "Null"
    | "StringLike"
    | "NumberLike"
    | "BigIntLike"
    | "BooleanLike"
    | "BooleanLiteral"
    | "ESSymbolLike"
    | "String"
  >;
  readonly SymbolFlags: Flags<"Class" | "Interface" | "TypeAlias" | "Optional" | "Alias">;
  readonly ElementFlags: Flags<"Rest" | "Optional">;
  readonly JsxEmit: Flags<"Preserve">;
  readonly ScriptTarget: Flags<"ESNext">;
  readonly ModuleKind: Flags<"Preserve">;
  readonly ModuleResolutionKind: Flags<"Bundler">;
  createProgram(files: readonly string[], options: CompilerOptions, host: CompilerHost): Program;
  createCompilerHost(options: CompilerOptions): CompilerHost;
  createSourceFile(path: string, text: string, options: unknown): SourceFile;
  resolveModuleName(
    specifier: string,
    parent: string,
    options: CompilerOptions,
    files: ModuleFiles,
  ): { readonly resolvedModule: ResolvedFile | undefined };
  findConfigFile(folder: string, exists: (path: string) => boolean, name: string): string | undefined;
  readConfigFile(path: string, read: (path: string) => string | undefined): { readonly config?: unknown };
  parseJsonConfigFileContent(
    config: unknown,
    system: CompilerSystem,
    folder: string,
  ): { readonly options: CompilerOptions };
}

/** An enumeration. */
export type Flags<Name extends string> = Readonly<Record<Name, number>>;

/** The options of a compilation. */
export type CompilerOptions = Record<string, unknown>;

/** The disk. */
export interface CompilerSystem {
  fileExists(path: string): boolean;
  readFile(path: string): string | undefined;
  directoryExists(path: string): boolean;
  getDirectories(path: string): string[];
  realpath?(path: string): string;
}

/** The files that a resolution looks for. */
export interface ModuleFiles {
  fileExists(path: string): boolean;
  readFile(path: string): string | undefined;
  directoryExists(path: string): boolean;
  realpath(path: string): string;
}

/** The file of an import. */
export interface ResolvedFile {
  readonly resolvedFileName: string;
  readonly extension: string;
}

/** The files of a compilation. */
export interface CompilerHost {
  fileExists(path: string): boolean;
  readFile(path: string): string | undefined;
  getSourceFile(path: string, options: unknown): SourceFile | undefined;
  getDirectories?(path: string): string[];
  resolveModuleNameLiterals?(
    literals: readonly { readonly text: string }[],
    parent: string,
  ): readonly { readonly resolvedModule: ResolvedFile | undefined }[];
}

/** A compilation. */
export interface Program {
  getTypeChecker(): TypeChecker;
  getSourceFile(path: string): SourceFile | undefined;
}

/** A file of a compilation. */
export interface SourceFile {
  readonly fileName: string;
}

/** Answers questions about types. */
export interface TypeChecker {
  typeToString(type: Type): string;
  getAmbientModules(): TypeSymbol[];
  getSymbolAtLocation(file: SourceFile): TypeSymbol | undefined;
  getAliasedSymbol(symbol: TypeSymbol): TypeSymbol;
  getTypeAtLocation(node: SyntaxNode): Type;
  getAwaitedType(type: Type): Type | undefined;
  getExportsOfModule(module: TypeSymbol): TypeSymbol[];
  getDeclaredTypeOfSymbol(symbol: TypeSymbol): Type;
  getTypeOfSymbol(symbol: TypeSymbol): Type;
  getPropertiesOfType(type: Type): TypeSymbol[];
  getIndexInfosOfType(type: Type): readonly { readonly keyType: Type; readonly type: Type }[];
  getBaseTypes(type: Type): Type[];
  getTypeArguments(type: Type): readonly Type[];
  isArrayType(type: Type): boolean;
  isTupleType(type: Type): boolean;
}

/** A type; which members it has depends on its kind. */
export interface Type {
  readonly flags: number;
  readonly symbol?: TypeSymbol;
  readonly aliasSymbol?: TypeSymbol;
  readonly aliasTypeArguments?: readonly Type[];
  /** Of a literal. */
  readonly value?: unknown;
  /** Of a union or an intersection. */
  readonly types?: readonly Type[];
  /** Of a generic type. */
  readonly target?: {
    readonly typeParameters?: readonly unknown[];
    readonly elementFlags?: readonly number[];
    readonly minLength?: number;
  };
  /** Of a generic class or interface. */
  readonly typeParameters?: readonly unknown[] | undefined;
  getProperty(name: string): TypeSymbol | undefined;
  isUnion(): boolean;
  isIntersection(): boolean;
  isStringLiteral(): boolean;
  isNumberLiteral(): boolean;
  isClassOrInterface(): boolean;
  getCallSignatures(): readonly { getReturnType(): Type }[];
}

/** A name of a type, a property or an export. */
export interface TypeSymbol {
  readonly name: string;
  readonly flags: number;
  readonly declarations?: readonly { getSourceFile(): SourceFile }[];
  /** The declaration of a value. */
  readonly valueDeclaration?: SyntaxNode | undefined;
}
