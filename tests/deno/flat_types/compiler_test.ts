/** What the compiler says of the declared part of its own API: this file is right if it type-checks. */
import { assertEquals } from "@std/assert";
import ts from "npm:typescript@5.9.3";
import type { Compiler, Program, Type, TypeChecker, TypeSymbol } from "../../../src/deno/flat_types/compiler.ts";
import type { SyntaxNode } from "../../../src/deno/flat_types/compiler_nodes.ts";

/** Does not compile unless the compiler has all members of a declared type, under which calls of it are made. */
function expectMembers<Declared, _Own extends Record<keyof Declared, unknown>>(): void {}

Deno.test("the declared part of the compiler exists", () => {
  expectMembers<Compiler, typeof ts>();
  expectMembers<Program, ts.Program>();
  expectMembers<TypeChecker, ts.TypeChecker>();
  expectMembers<
    Omit<Type, "value" | "types" | "target" | "typeParameters" | "aliasSymbol" | "aliasTypeArguments">,
    ts.Type
  >();
  expectMembers<Pick<Type, "typeParameters">, ts.InterfaceType>();
  expectMembers<Pick<Type, "types">, ts.UnionType>();
  expectMembers<Pick<Type, "value">, ts.StringLiteralType>();
  expectMembers<Omit<TypeSymbol, "declarations" | "valueDeclaration">, ts.Symbol>();
  expectMembers<Pick<TypeSymbol, "valueDeclaration">, Required<ts.Symbol>>();
  expectMembers<Pick<SyntaxNode, "getText" | "getSourceFile">, ts.Node>();
  expectMembers<Pick<SyntaxNode, "expression" | "arguments">, ts.CallExpression>();
  expectMembers<Pick<SyntaxNode, "name" | "initializer">, Required<ts.VariableDeclaration>>();
  expectMembers<Pick<SyntaxNode, "body">, ts.ArrowFunction>();
  expectMembers<Pick<SyntaxNode, "whenTrue" | "whenFalse">, ts.ConditionalExpression>();
  expectMembers<Pick<SyntaxNode, "properties">, ts.ObjectLiteralExpression>();
  const compiler: Pick<Compiler, "TypeFlags" | "SymbolFlags" | "ElementFlags" | "JsxEmit" | "ScriptTarget"> = ts;
  const modules: Pick<Compiler, "ModuleKind" | "ModuleResolutionKind"> = ts;
  const system: Compiler["sys"] = ts.sys;
  assertEquals([compiler, modules, { sys: system }].every((part) => part !== undefined), true);
});
