/**
 * Writes types as text without imports.
 *
 * @module
 */

import type { Compiler, Program, SourceFile, Type, TypeSymbol } from "./compiler.ts";

/** Writes types. */
export interface TypeWriter {
  /** Writes a type. */
  write(type: Type): string;
  /** The declarations of the types that what was written names: recursive ones, and those of this package. */
  getDeclarations(): string[];
}

/** The dependencies of a writer. */
export interface TypeWriterOptions {
  readonly compiler: Compiler;
  readonly program: Program;
  /** Whether the types of a file are written by their names: the platform has them. */
  readonly isGlobal: (file: SourceFile) => boolean;
  /** Whether the types of a file are declared once, not written out again and again. */
  readonly hasNames: (file: SourceFile) => boolean;
}

/** The depth to which types are written; deeper types are `unknown`. */
const MAX_DEPTH = 40;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Creates a writer of the types of a program. */
export function createTypeWriter({ compiler, program, isGlobal, hasNames }: TypeWriterOptions): TypeWriter {
  const { TypeFlags, SymbolFlags, ElementFlags } = compiler;
  const checker = program.getTypeChecker();
  const names = new Map<Type, string>();
  const declarations = new Map<string, string>();
  const open = new Set<Type>();

  function write(type: Type): string {
    const { flags } = type;
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return "unknown";
    if (flags & TypeFlags.Never) return "never";
    if (flags & TypeFlags.Void) return "undefined";
    if (flags & (TypeFlags.UniqueESSymbol | TypeFlags.ESSymbol)) return "symbol";
    if (type.isStringLiteral() || type.isNumberLiteral()) return JSON.stringify(type.value);
    if (isPrimitive(type)) return checker.typeToString(type);
    const symbol = type.aliasSymbol ?? type.symbol;
    if (isNamed(symbol) && type.aliasTypeArguments === undefined) return writeNamed(type, symbol.name);
    if (names.has(type)) return names.get(type)!;
    if (open.has(type)) {
      names.set(type, `Recursive${names.size + 1}`);
      return names.get(type)!;
    }
    if (open.size > MAX_DEPTH) return "unknown";
    open.add(type);
    const text = writeStructure(type);
    open.delete(type);
    const name = names.get(type);
    if (name === undefined) return text;
    declarations.set(name, `export type ${name} = ${text};`);
    return name;
  }

  function writeNamed(type: Type, name: string): string {
    if (declarations.has(name)) return name;
    declarations.set(name, "");
    declarations.set(name, `export type ${name} = ${writeStructure(type)};`);
    return name;
  }

  function writeStructure(type: Type): string {
    if (type.isUnion()) return writeUnion(type.types!);
    if (type.isIntersection()) {
      // A brand exists only in types.
      const value = type.types!.find(isPrimitive);
      if (value !== undefined) return write(value);
    }
    if (checker.isTupleType(type)) return writeTuple(type);
    if (checker.isArrayType(type)) return writeArray(type);
    if (!(type.flags & (TypeFlags.Object | TypeFlags.Intersection))) return "unknown";
    if (type.getCallSignatures().length > 0) return "unknown";
    return writePlatformType(getNamesake(type)) ?? writeObject(type);
  }

  /** Sorted, because the compiler's own order changes with every edit. */
  function writeUnion(types: readonly Type[]): string {
    const texts = new Set(types.map(write));
    if (texts.has("true") && texts.has("false")) {
      texts.delete("true");
      texts.delete("false");
      texts.add("boolean");
    }
    if (texts.has("unknown")) return "unknown";
    return [...texts].sort((a, b) => Number(isNothing(a)) - Number(isNothing(b)) || (a < b ? -1 : 1)).join(" | ");
  }

  function writeArray(type: Type): string {
    const [item] = checker.getTypeArguments(type);
    const text = item === undefined ? "unknown" : write(item);
    const isReadonly = type.symbol?.name === "ReadonlyArray";
    return `${isReadonly ? "readonly " : ""}${/[|&]/.test(text) ? `(${text})` : text}[]`;
  }

  function writeTuple(type: Type): string {
    const items = checker.getTypeArguments(type).map((item, index) => {
      const flags = type.target!.elementFlags![index]!, text = write(item);
      if (flags & ElementFlags.Rest) return `...(${text})[]`;
      return flags & ElementFlags.Optional ? `(${text})?` : text;
    });
    return `[${items.join(", ")}]`;
  }

  /** Libraries declare types such as `interface File extends globalThis.File { … }`. */
  function getNamesake(type: Type): Type {
    if (!type.isClassOrInterface()) return type;
    return checker.getBaseTypes(type).find(({ symbol }) => symbol?.name === type.symbol?.name) ?? type;
  }

  /** `Date`, `File`, `Uint8Array<ArrayBuffer>`. */
  function writePlatformType(type: Type): string | undefined {
    const symbol = type.symbol;
    if (symbol === undefined || !(symbol.flags & (SymbolFlags.Class | SymbolFlags.Interface))) return undefined;
    if (!symbol.declarations?.some((node) => isGlobal(node.getSourceFile()))) return undefined;
    const items = checker.getTypeArguments(type);
    const count = type.target?.typeParameters?.length ?? 0;
    return count === 0 ? symbol.name : `${symbol.name}<${items.slice(0, count).map(write).join(", ")}>`;
  }

  function writeObject(type: Type): string {
    const members = checker.getIndexInfosOfType(type).map(({ keyType, type }) =>
      `[name: ${checker.typeToString(keyType)}]: ${write(type)}`
    );
    for (const property of checker.getPropertiesOfType(type)) {
      if (property.name.startsWith("__@")) continue;
      const isOptional = (property.flags & SymbolFlags.Optional) !== 0;
      const value = checker.getTypeOfSymbol(property);
      const text = isOptional ? writeOptional(value) : write(value);
      members.push(`${writeName(property.name)}${isOptional ? "?" : ""}: ${text}`);
    }
    return members.length === 0 ? "Record<never, never>" : `{ ${members.join("; ")} }`;
  }

  /** Without `undefined`, which the question mark says. */
  function writeOptional(type: Type): string {
    if (type.flags & TypeFlags.Undefined) return "never";
    if (!type.isUnion()) return write(type);
    return writeUnion(type.types!.filter(({ flags }) => !(flags & TypeFlags.Undefined)));
  }

  function isNamed(symbol: TypeSymbol | undefined): symbol is TypeSymbol {
    const isType = symbol !== undefined && (symbol.flags & (SymbolFlags.Interface | SymbolFlags.TypeAlias)) !== 0;
    return isType && symbol.declarations?.some((node) => hasNames(node.getSourceFile())) === true;
  }

  function isPrimitive({ flags }: Type): boolean {
    return (flags & (TypeFlags.StringLike | TypeFlags.NumberLike | TypeFlags.BigIntLike | TypeFlags.BooleanLike |
      TypeFlags.Null | TypeFlags.Undefined)) !== 0;
  }

  return { write, getDeclarations: () => [...declarations.values()] };
}

function isNothing(text: string): boolean {
  return text === "null" || text === "undefined";
}

function writeName(name: string): string {
  return IDENTIFIER.test(name) || /^[1-9]\d*$/.test(name) ? name : JSON.stringify(name);
}
