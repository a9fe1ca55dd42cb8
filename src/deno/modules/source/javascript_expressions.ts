/**
 * Parses the expressions of JavaScript.
 *
 * @module
 */

import type { Cursor } from "./javascript_cursor.ts";
import { createFunctionParser, type FunctionParser } from "./javascript_functions.ts";
import type { FunctionNode, Reference, StringStatement } from "./javascript_scopes.ts";

/** What an expression is, if it is nothing more than that. */
export interface Operand {
  readonly string?: Pick<StringStatement, "text" | "start" | "end" | "isParenthesized">;
  readonly function?: FunctionNode;
  /** Whether it is an arrow function without parentheses, after which only a new statement or a comma can follow. */
  readonly isArrow?: boolean;
  /** A variable, or a property that is read of one. */
  readonly reference?: Reference;
}

/** Parses expressions, and what they are made of. */
export interface ExpressionParser extends FunctionParser {
  /** Parses expressions that are separated by commas. */
  parseExpression(): Operand;
  /** Parses one expression. */
  parseAssignment(): Operand;
}

const NOTHING: Operand = {};
const ASSIGN = /^(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=$/;
const BINARY = /^(?:[-+*/%&|^<>]|\*\*|<<|>>>?|&&|\|\||\?\?|[=!]==?|[<>]=|in|instanceof)$/;
const PREFIX = /^(?:[-+!~]|\+\+|--|typeof|void|delete|await)$/;
/** What cannot start an expression: `await` and `yield` before it are names, or stand alone. */
const NO_OPERAND = /^(?:[)\]},;:.?=*]|=>|\?\.|in|of|)$/;
/**
 * Creates a parser of expressions.
 *
 * @param cursor The position.
 * @param parseBody Parses the body of a function, or of a static block, with its braces.
 */
export function createExpressionParser(cursor: Cursor, parseBody: (node: FunctionNode) => void): ExpressionParser {
  const { is, take, expect, next, peek } = cursor;
  const functions = createFunctionParser(cursor, {
    parseBody,
    parseAssignment: () => void parseAssignment(),
    parseComputed,
    parseSuperclass: () => void parseSuffixes(parsePrimary()),
  });
  const { parseArrow, parseFunction, parseClass, parseModifiers, parseKey, parseMethod } = functions;

  function parseExpression(): Operand {
    const operand = parseAssignment();
    if (!is(",")) return operand;
    while (take(",")) parseAssignment();
    return NOTHING;
  }

  function parseAssignment(): Operand {
    if (is("yield") && cursor.function?.isGenerator) return parseYield();
    const operand = parseArrowOfName() ?? parseConditional();
    if (operand.isArrow) return operand;
    if (cursor.token.kind !== "mark" || !ASSIGN.test(cursor.token.text)) return operand;
    leaveProperty(operand.reference);
    next();
    parseAssignment();
    return NOTHING;
  }

  function parseYield(): Operand {
    next();
    if (cursor.token.isAfterLine) return NOTHING;
    if (take("*") || !NO_OPERAND.test(cursor.token.text)) parseAssignment();
    return NOTHING;
  }

  function parseConditional(): Operand {
    const operand = parseBinary();
    if (operand.isArrow || !take("?")) return operand;
    parseAssignment();
    expect(":");
    parseAssignment();
    return NOTHING;
  }

  function parseBinary(): Operand {
    const operand = parseUnary();
    if (operand.isArrow || !isBinary()) return operand;
    while (isBinary()) {
      next();
      parseUnary();
    }
    return NOTHING;
  }

  function isBinary(): boolean {
    const { kind, text } = cursor.token;
    return (kind === "mark" || kind === "name") && BINARY.test(text);
  }

  function parseUnary(): Operand {
    const { kind, text } = cursor.token;
    const isPrefix = (kind === "mark" || kind === "name") && PREFIX.test(text);
    if (isPrefix && !(text === "await" && NO_OPERAND.test(peek().text))) {
      next();
      const { reference } = parseUnary();
      if (/^(?:\+\+|--|delete)$/.test(text)) leaveProperty(reference);
      return NOTHING;
    }
    const operand = parseSuffixes(parsePrimary());
    if (operand.isArrow) return operand;
    if ((is("++") || is("--")) && !cursor.token.isAfterLine) {
      leaveProperty(operand.reference);
      next();
      return NOTHING;
    }
    return operand;
  }

  /** Takes the last property off what is read of a variable: it is called or assigned, as a part of the object. */
  function leaveProperty(reference: Reference | undefined): void {
    reference?.path.pop();
  }

  /** Parses members and calls. */
  function parseSuffixes(operand: Operand, hasCalls = true): Operand {
    if (operand.isArrow) return operand;
    let { reference } = operand;
    let isChanged = false;
    for (;; isChanged = true) {
      if (is(".") || is("?.")) {
        const isOptional = next().text === "?.";
        if (isOptional && is("(")) {
          leaveProperty(reference);
          reference = undefined;
          parseArguments();
        } else if (isOptional && is("[")) {
          reference = undefined;
          parseComputed();
        } else {
          const { kind, text } = next();
          if (kind === "private") reference = undefined;
          reference?.path.push({ name: text, isOptional });
        }
      } else if (is("[")) {
        reference = undefined;
        parseComputed();
      } else if (hasCalls && is("(")) {
        leaveProperty(reference);
        reference = undefined;
        parseArguments();
      } else if (cursor.token.kind === "template") {
        leaveProperty(reference);
        reference = undefined;
        cursor.readTemplate(parseExpression);
      } else break;
    }
    if (!isChanged) return operand;
    return reference === undefined ? NOTHING : { reference };
  }

  function parseComputed(): void {
    expect("[");
    parseExpression();
    expect("]");
  }

  function parseArguments(): void {
    expect("(");
    while (!take(")")) {
      take("...");
      parseAssignment();
      if (!is(")")) expect(",");
    }
  }

  function parsePrimary(): Operand {
    const { kind, text, start, end } = cursor.token;
    switch (kind) {
      case "string":
        next();
        return { string: { text: text.slice(1, -1), start, end, isParenthesized: false } };
      case "number":
      case "private":
        next();
        return NOTHING;
      case "template":
        cursor.readTemplate(parseExpression);
        return NOTHING;
      case "name":
        return parseWord();
      case "mark":
        return parseMark();
      default:
        return cursor.fail();
    }
  }

  function parseMark(): Operand {
    switch (cursor.token.text) {
      case "(":
        return parseParentheses();
      case "[":
        parseArray();
        return NOTHING;
      case "{":
        parseObject();
        return NOTHING;
      case "/":
      case "/=":
        cursor.readRegex();
        return NOTHING;
      case "@":
        next();
        parseSuffixes(parsePrimary());
        return parsePrimary();
      default:
        return cursor.fail();
    }
  }

  function parseWord(): Operand {
    const { text, start } = cursor.token;
    switch (text) {
      case "function":
        return { function: parseFunction("expression") };
      case "async": {
        const after = peek();
        if (after.text === "function" && !after.isAfterLine) return { function: parseFunction("expression") };
        return parseAsyncCall();
      }
      case "class":
        parseClass(false);
        return NOTHING;
      case "new":
        return parseNew();
      case "import":
        next();
        // `import.meta`, `import.defer()`; the parentheses are parsed as those of any call.
        if (take(".")) next();
        return NOTHING;
      case "this":
      case "super":
      case "arguments":
        next();
        cursor.contextUses.push({ word: text, start, function: cursor.function });
        return NOTHING;
      case "null":
      case "true":
      case "false":
        next();
        return NOTHING;
      default:
        next();
        return { reference: addReference(text, start) };
    }
  }

  function addReference(name: string, start: number): Reference {
    const reference: Reference = { name, start, scope: cursor.scope, path: [] };
    cursor.references.push(reference);
    return reference;
  }

  function parseNew(): Operand {
    next();
    if (take(".")) {
      next();
      return NOTHING;
    }
    if (is("new")) parseNew();
    else parseSuffixes(parsePrimary(), false);
    if (is("(")) parseArguments();
    return NOTHING;
  }

  function parseArray(): void {
    expect("[");
    while (!take("]")) {
      if (take(",")) continue;
      take("...");
      parseAssignment();
      if (!is("]")) expect(",");
    }
  }

  /** Parses an expression in parentheses, or an arrow function. */
  function parseParentheses(): Operand {
    const mark = cursor.mark();
    const { start } = next();
    let operand = NOTHING;
    while (!is(")")) {
      take("...");
      operand = parseAssignment();
      if (take(",")) operand = NOTHING;
    }
    expect(")");
    if (is("=>") && !cursor.token.isAfterLine) {
      // They were parameters: the same text, read in another way.
      cursor.reset(mark);
      return { function: parseArrow({ start }), isArrow: true };
    }
    const { string, function: node } = operand;
    return {
      ...(string === undefined ? {} : { string: { ...string, start, isParenthesized: true } }),
      ...(node === undefined ? {} : { function: node }),
    };
  }

  /** Parses `async (…) => …`, or the call of a function that is named `async`. */
  function parseAsyncCall(): Operand {
    const mark = cursor.mark();
    const { start, text } = next();
    if (!is("(") || cursor.token.isAfterLine) return { reference: addReference(text, start) };
    parseArguments();
    if (is("=>") && !cursor.token.isAfterLine) {
      cursor.reset(mark);
      next();
      return { function: parseArrow({ start, asyncStart: start }), isArrow: true };
    }
    cursor.reset(mark);
    next();
    return { reference: addReference(text, start) };
  }

  /** Parses `name => …` and `async name => …`. */
  function parseArrowOfName(): Operand | undefined {
    const { kind, text, start } = cursor.token;
    if (kind !== "name") return undefined;
    const after = peek();
    if (after.text === "=>" && !after.isAfterLine) return { function: parseArrow({ start }), isArrow: true };
    if (text !== "async" || after.kind !== "name" || after.isAfterLine || after.text === "function") return undefined;
    const mark = cursor.mark();
    next();
    if (peek().text === "=>") return { function: parseArrow({ start, asyncStart: start }), isArrow: true };
    cursor.reset(mark);
    return undefined;
  }

  function parseObject(): void {
    expect("{");
    while (!take("}")) {
      if (take("...")) parseAssignment();
      else parseProperty();
      if (!is("}")) expect(",");
    }
  }

  function parseProperty(): void {
    const modifiers = parseModifiers(["async", "get", "set"]);
    const { kind, text, start } = cursor.token;
    const name = parseKey();
    if (is("(")) parseMethod(modifiers, name, modifiers.isAccessor ? "accessor" : "object");
    else if (take(":")) parseAssignment();
    else {
      if (kind !== "name") cursor.fail();
      addReference(text, start);
      // In a pattern, as it turns out later.
      if (take("=")) parseAssignment();
    }
  }

  return { ...functions, parseExpression, parseAssignment };
}
