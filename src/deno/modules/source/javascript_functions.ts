/**
 * Parses the functions, classes and patterns of JavaScript.
 *
 * @module
 */

import { createFunctionScope, type Cursor, declareName } from "./javascript_cursor.ts";
import type { FunctionName, FunctionNode, MethodKind } from "./javascript_scopes.ts";

/** Parses functions, classes and patterns. */
export interface FunctionParser {
  /** Parses a function that starts with `async` or `function`. */
  parseFunction(kind: "declaration" | "expression"): FunctionNode;
  /** Parses an arrow function from its parameters on. */
  parseArrow(head: { readonly start: number; readonly asyncStart?: number }): FunctionNode;
  /** Parses the words before a key. */
  parseModifiers(words: readonly string[]): Modifiers;
  /** Parses the key of a property or method. */
  parseKey(): FunctionName;
  /** Parses a method from its parameters on. */
  parseMethod(modifiers: Modifiers, name: FunctionName, method: MethodKind): void;
  /** Parses a class. */
  parseClass(isDeclaration: boolean): ClassNode;
  /** Parses a name or a pattern, and declares its names. */
  parseBinding(isVar: boolean): void;
}

/** A class. */
export interface ClassNode {
  readonly start: number;
  readonly name: string | undefined;
}

/** The words before a key. */
export interface Modifiers {
  readonly start: number;
  readonly isStatic: boolean;
  readonly asyncStart: number | undefined;
  readonly isGenerator: boolean;
  readonly isAccessor: boolean;
}

/** What functions are made of. */
export interface FunctionParserHost {
  /** Parses the body of a function, or of a static block, with its braces. */
  parseBody(node: FunctionNode): void;
  parseAssignment(): void;
  /** Parses an expression in brackets. */
  parseComputed(): void;
  /** Parses what a class extends. */
  parseSuperclass(): void;
}

/** The head of a function. */
interface Head extends Pick<FunctionNode, "kind" | "start"> {
  readonly asyncStart?: number | undefined;
  readonly isGenerator?: boolean;
  readonly method?: MethodKind;
  readonly name?: FunctionName | undefined;
}

/** Creates a parser of functions. */
export function createFunctionParser(cursor: Cursor, host: FunctionParserHost): FunctionParser {
  const { is, take, expect, next, peek } = cursor;

  function parseArrow({ start, asyncStart }: { readonly start: number; readonly asyncStart?: number }): FunctionNode {
    const node = createNode({ kind: "arrow", start, asyncStart });
    cursor.inFunction(node, () => {
      parseParameters(node);
      expect("=>");
      if (is("{")) host.parseBody(node);
      else host.parseAssignment();
    });
    node.end = cursor.lastEnd;
    return node;
  }

  function createNode({ kind, start, asyncStart, isGenerator = false, method, name }: Head): FunctionNode {
    const node: FunctionNode = {
      kind,
      method,
      start,
      end: start,
      asyncStart,
      isGenerator,
      name,
      params: { start, end: start, count: 0, hasRest: false },
      scope: createFunctionScope(cursor.scope),
      parent: cursor.function,
    };
    cursor.functions.push(node);
    return node;
  }

  function parseParameters(node: FunctionNode): void {
    const { start } = cursor.token;
    let count = 0, hasRest = false;
    if (take("(")) {
      for (; !take(")"); count++) {
        hasRest = take("...");
        parseElement(false);
        if (!is(")")) expect(",");
      }
    } else {
      parseBinding(false);
      count = 1;
    }
    node.params = { start, end: cursor.lastEnd, count, hasRest };
  }

  function parseFunction(kind: "declaration" | "expression"): FunctionNode {
    const { start } = cursor.token;
    const asyncStart = take("async") ? start : undefined;
    expect("function");
    const isGenerator = take("*");
    const name = is("(") ? undefined : next();
    if (name !== undefined && kind === "declaration") declareName(cursor.scope, name.text);
    const node = createNode({ kind, start, asyncStart, isGenerator, name: name && { ...name, isPlain: true } });
    // So that a function that calls itself refers to itself.
    if (name !== undefined) node.scope.names.add(name.text);
    return parseFunctionRest(node);
  }

  function parseFunctionRest(node: FunctionNode): FunctionNode {
    cursor.inFunction(node, () => {
      parseParameters(node);
      host.parseBody(node);
    });
    node.end = cursor.lastEnd;
    return node;
  }

  /** Parses the words before a key. */
  function parseModifiers(words: readonly string[]): Modifiers {
    const { start } = cursor.token;
    let isStatic = false, isAccessor = false;
    let asyncStart: number | undefined;
    while (cursor.token.kind === "name" && words.includes(cursor.token.text)) {
      if (isKey(cursor.token.text)) break;
      const { text, start } = next();
      if (text === "static") isStatic = true;
      else if (text === "async") asyncStart = start;
      else isAccessor = true;
    }
    return { start, isStatic, asyncStart, isGenerator: take("*"), isAccessor };
  }

  /** Whether a word that may be a modifier is a key. */
  function isKey(word: string): boolean {
    const { kind, text, isAfterLine } = peek();
    if (kind === "mark" && /^[(,}:=;]$/.test(text)) return true;
    return /^(?:async|accessor)$/.test(word) ? isAfterLine : /^[gs]et$/.test(word) && text === "*";
  }

  function parseKey(): FunctionName {
    const { start } = cursor.token;
    if (is("[")) {
      host.parseComputed();
      return { text: "", start, end: cursor.lastEnd, isPlain: false };
    }
    const { kind, text, end } = next();
    if (kind === "mark" || kind === "template" || kind === "end") cursor.fail();
    return { text, start, end, isPlain: kind === "name" };
  }

  function parseMethod(
    { start, asyncStart, isGenerator }: Modifiers,
    name: FunctionName,
    method: MethodKind,
  ): void {
    parseFunctionRest(createNode({ kind: "method", method, start, asyncStart, isGenerator, name }));
  }

  function parseClass(isDeclaration: boolean): ClassNode {
    const { start } = expect("class");
    const name = is("{") || is("extends") ? undefined : next().text;
    if (name !== undefined && isDeclaration) declareName(cursor.scope, name);
    cursor.inScope(false, () => {
      if (name !== undefined) declareName(cursor.scope, name);
      if (take("extends")) host.parseSuperclass();
      expect("{");
      while (!take("}")) if (!take(";")) parseMember();
    });
    return { start, name };
  }

  function parseMember(): void {
    if (is("static") && peek().text === "{") {
      next();
      parseInitializer(host.parseBody);
      return;
    }
    const modifiers = parseModifiers(["static", "async", "get", "set", "accessor"]);
    const name = parseKey();
    if (is("(")) {
      parseMethod(modifiers, name, modifiers.isAccessor ? "accessor" : modifiers.isStatic ? "static" : "class");
    } else {
      if (take("=")) parseInitializer(host.parseAssignment);
      take(";");
    }
  }

  function parseInitializer(parse: (node: FunctionNode) => void): void {
    const node = createNode({ kind: "initializer", start: cursor.token.start });
    cursor.inFunction(node, () => parse(node));
  }

  function parseBinding(isVar: boolean): void {
    if (take("[")) {
      while (!take("]")) {
        if (take(",")) continue;
        take("...");
        parseElement(isVar);
        if (!is("]")) expect(",");
      }
    } else if (take("{")) {
      while (!take("}")) {
        if (take("...")) parseBinding(isVar);
        else parseBindingProperty(isVar);
        if (!is("}")) expect(",");
      }
    } else {
      const { kind, text } = next();
      if (kind !== "name") cursor.fail();
      declareName(cursor.scope, text, isVar);
    }
  }

  function parseElement(isVar: boolean): void {
    parseBinding(isVar);
    if (take("=")) host.parseAssignment();
  }

  function parseBindingProperty(isVar: boolean): void {
    const { text } = cursor.token;
    const { isPlain } = parseKey();
    if (take(":")) return parseElement(isVar);
    if (!isPlain) cursor.fail();
    declareName(cursor.scope, text, isVar);
    if (take("=")) host.parseAssignment();
  }

  return { parseFunction, parseArrow, parseModifiers, parseKey, parseMethod, parseClass, parseBinding };
}
