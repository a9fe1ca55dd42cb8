/**
 * Writes types out as JSON Schemas: of the JSON that `JSON.stringify()` makes of their values.
 *
 * @module
 */

import type { JsonSchema } from "../../openapi/openapi_objects.ts";
import type { Compiler, Program, Type } from "./compiler.ts";
import { isPlatform } from "./route_program.ts";

/** How deep a type is written; what is deeper is any value. */
const MAX_DEPTH = 20;

/**
 * Creates a function that writes the types of a program.
 *
 * @returns Takes the types whose values are sent; their schema has the named ones in `$defs`.
 */
export function createSchemaWriter(
  compiler: Compiler,
  program: Program,
): (types: readonly Type[]) => JsonSchema {
  const { TypeFlags, SymbolFlags } = compiler;
  const checker = program.getTypeChecker();

  return (types) => {
    const definitions = new Map<string, JsonSchema>();
    const names = new Map<Type, string>();
    const open = new Set<Type>();
    let depth = 0;
    const schema = writeUnion(types);
    return definitions.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(definitions) };

    function write(type: Type): JsonSchema {
      const { flags } = type;
      if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
      if (flags & TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === "true" };
      if (flags & TypeFlags.StringLike) return { type: "string" };
      if (flags & TypeFlags.NumberLike) return { type: "number" };
      if (flags & TypeFlags.BooleanLike) return { type: "boolean" };
      if (flags & TypeFlags.Null) return { type: "null" };
      if (type.isUnion()) return writeUnion(type.types!);
      if (!(flags & (TypeFlags.Object | TypeFlags.Intersection))) return {};
      if (checker.isArrayType(type) || checker.isTupleType(type)) return writeList(type);
      const known = names.get(type);
      if (known !== undefined) return toReference(known);
      if (open.has(type)) {
        const name = `__schema${names.size}`;
        names.set(type, name);
        return toReference(name);
      }
      if (depth > MAX_DEPTH) return {};
      const own = getName(type);
      if (own !== undefined) names.set(type, [...names.values()].includes(own) ? own + names.size : own);
      open.add(type);
      depth++;
      const written = writeStructure(type);
      depth--;
      open.delete(type);
      const name = names.get(type);
      if (name === undefined) return written;
      definitions.set(name, written);
      return toReference(name);
    }

    function writeStructure(type: Type): JsonSchema {
      // A brand exists only in types.
      const value = type.isIntersection() ? type.types!.find(isPrimitive) : undefined;
      if (value !== undefined) return write(value);
      const json = type.getProperty("toJSON");
      const [signature] = json === undefined ? [] : checker.getTypeOfSymbol(json).getCallSignatures();
      if (signature !== undefined) return writeJson(type, signature.getReturnType());
      return isPlatformType(type) ? { type: "object" } : writeObject(type);
    }

    function writeJson(type: Type, result: Type): JsonSchema {
      const isDate = type.symbol?.name === "Date" && isPlatformType(type);
      return isDate ? { type: "string", format: "date-time" } : write(result);
    }

    /** Values that are missing in JSON are left out, or are another value. */
    function writeUnion(types: readonly Type[], missing?: JsonSchema): JsonSchema {
      const all = types.flatMap((type) => type.isUnion() ? type.types! : [type]);
      const schemas = new Map(all.map((type) => {
        const schema = isMissing(type) ? missing : write(type);
        return [JSON.stringify(schema), schema] as const;
      }));
      const written = [...schemas.values()].filter((schema) => schema !== undefined);
      if (written.some((schema) => Object.keys(schema).length === 0)) return {};
      const constants = written.filter((schema) => "const" in schema).map((schema) => schema.const);
      const others = written.filter((schema) => !("const" in schema));
      const members = [...others, ...constants.length === 0 ? [] : [writeConstants(constants)]];
      return members.length === 1 ? members[0]! : members.length === 0 ? {} : { anyOf: members };
    }

    /** A list has no name, even if it is in an object of its own: the object has. */
    function writeList(type: Type): JsonSchema {
      if (depth > MAX_DEPTH) return {};
      depth++;
      const items = checker.getTypeArguments(type).map((item) => writeUnion([item], { type: "null" }));
      depth--;
      return checker.isTupleType(type)
        ? { type: "array", prefixItems: items, minItems: type.target?.minLength ?? 0 }
        : { type: "array", items: items[0] ?? {} };
    }

    function writeObject(type: Type): JsonSchema {
      const properties: Record<string, JsonSchema> = Object.create(null);
      const required: string[] = [];
      for (const property of checker.getPropertiesOfType(type)) {
        const { name, flags } = property;
        const value = checker.getTypeOfSymbol(property);
        const values = value.isUnion() ? value.types! : [value];
        if (name.startsWith("__@") || values.every(isMissing)) continue;
        properties[name] = write(value);
        if (!(flags & SymbolFlags.Optional) && !values.some(isMissing)) required.push(name);
      }
      const index = checker.getIndexInfosOfType(type).find(({ keyType }) => keyType.flags & TypeFlags.String);
      return {
        type: "object",
        ...(Object.keys(properties).length === 0 ? {} : { properties: { ...properties } }),
        ...(required.length === 0 ? {} : { required }),
        ...(index === undefined ? {} : { additionalProperties: write(index.type) }),
      };
    }
  };

  /** Whether JSON has no such value: `undefined`, a function, a symbol. */
  function isMissing(type: Type): boolean {
    const { Undefined, Void, Never, ESSymbolLike } = TypeFlags;
    return (type.flags & (Undefined | Void | Never | ESSymbolLike)) !== 0 || type.getCallSignatures().length > 0;
  }

  function isPrimitive({ flags }: Type): boolean {
    return (flags & (TypeFlags.StringLike | TypeFlags.NumberLike | TypeFlags.BooleanLike)) !== 0;
  }

  function isPlatformType({ symbol }: Type): boolean {
    const isDeclared = symbol !== undefined && (symbol.flags & (SymbolFlags.Class | SymbolFlags.Interface)) !== 0;
    return isDeclared && symbol.declarations?.some((node) => isPlatform(node.getSourceFile())) === true;
  }

  /** Returns the name of a type that the project declares, without type arguments. */
  function getName(type: Type): string | undefined {
    const { aliasSymbol, aliasTypeArguments } = type;
    const isClass = type.isClassOrInterface() && type.typeParameters === undefined;
    const symbol = aliasSymbol !== undefined && aliasTypeArguments === undefined
      ? aliasSymbol
      : isClass
      ? type.symbol
      : undefined;
    const isOwn = symbol?.declarations?.every((node) => !isPlatform(node.getSourceFile()));
    return isOwn === true && !checker.isArrayType(type) && !checker.isTupleType(type) ? symbol!.name : undefined;
  }
}

function toReference(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

function writeConstants(values: readonly unknown[]): JsonSchema {
  if (values.includes(true) && values.includes(false) && values.length === 2) return { type: "boolean" };
  const types = new Set(values.map((value) => typeof value));
  const [type] = types.size === 1 ? types : [];
  const typed = type === undefined ? {} : { type };
  return values.length === 1 ? { ...typed, const: values[0] } : { ...typed, enum: values };
}
