/**
 * Parses JavaScript modules and scripts, to find their functions, scopes and references.
 *
 * V8 parses the same text when it runs it, and reports what is invalid. So the parser accepts more than the language does, and
 * builds no syntax tree: it keeps what a transform of functions needs to know.
 *
 * @module
 */

import type { Token } from "./javascript_scanner.ts";
import { createCursor, type Cursor, declareName } from "./javascript_cursor.ts";
import { createExpressionParser, type ExpressionParser } from "./javascript_expressions.ts";
import type { Export, FunctionNode, ParsedModule, StringStatement, Value } from "./javascript_scopes.ts";

/**
 * Parses JavaScript without JSX.
 *
 * @param source The text.
 * @throws {SyntaxError} If it is not JavaScript; the message ends with the line and column.
 */
export function parseJavaScript(source: string): ParsedModule {
  const cursor = createCursor(source);
  const strings: StringStatement[] = [];
  const exports: Export[] = [];
  const declared = new Map<string, Value>();
  const expressions = createExpressionParser(cursor, (node) => parseBody(cursor, node));
  const parser = createStatementParser({ cursor, expressions, strings, exports, declared });
  const { scope } = cursor;

  function parseBody(cursor: Cursor, node: FunctionNode | undefined): void {
    cursor.expect("{");
    parser.parseList(node);
    cursor.expect("}");
  }

  parser.parseList(undefined);
  if (cursor.token.kind !== "end") cursor.fail();
  const { functions, references, contextUses } = cursor;
  const tokens = [...new Set(cursor.tokens)].sort((a, b) => a - b);
  return { functions, references, contextUses, strings, exports, declared, scope, tokens };
}

interface StatementParserHost {
  readonly cursor: Cursor;
  readonly expressions: ExpressionParser;
  readonly strings: StringStatement[];
  readonly exports: Export[];
  readonly declared: Map<string, Value>;
}

function createStatementParser({ cursor, expressions, strings, exports, declared }: StatementParserHost) {
  const { parseExpression, parseAssignment, parseFunction, parseClass, parseBinding } = expressions;
  const { is, take, expect, next, peek } = cursor;

  /** Parses statements up to a closing brace or the end. */
  function parseList(node: FunctionNode | undefined, isAtTop = true): void {
    for (let isPrologue = isAtTop; !is("}") && cursor.token.kind !== "end";) {
      const string = parseStatement();
      if (string === undefined) isPrologue = false;
      else strings.push({ ...string, isAtTop: isPrologue, function: node });
      // What is in parentheses is no directive.
      if (string?.isParenthesized) isPrologue = false;
    }
  }

  function parseBlock(): void {
    expect("{");
    cursor.inScope(false, () => parseList(cursor.function, false));
    expect("}");
  }

  /** Parses a statement, and returns it if it is only a string. */
  function parseStatement(): Omit<StringStatement, "isAtTop" | "function"> | undefined {
    const { kind, text } = cursor.token;
    if (kind === "mark" && text === "{") return void parseBlock();
    if (kind === "mark" && take(";")) return undefined;
    if (kind !== "name") return parseExpressionStatement();
    switch (text) {
      case "var":
      case "const":
        return void parseVariables(text === "var");
      case "let":
        return isLet() ? void parseVariables(false) : parseExpressionStatement();
      case "await":
        if (peek().text !== "using") return parseExpressionStatement();
        next();
        return isUsing() ? void parseVariables(false) : parseExpressionStatement();
      case "using":
        return isUsing() ? void parseVariables(false) : parseExpressionStatement();
      case "function":
        return void parseDeclaration();
      case "async":
        return isAsyncFunction() ? void parseDeclaration() : parseExpressionStatement();
      case "class":
        return void parseDeclaredClass();
      case "if":
        next();
        parseParenthesized();
        parseBranch();
        if (take("else")) parseBranch();
        return undefined;
      case "while":
      case "with":
        next();
        parseParenthesized();
        return void parseBranch();
      case "for":
        return void cursor.inScope(false, parseFor);
      case "do":
        next();
        parseBranch();
        expect("while");
        parseParenthesized();
        return void take(";");
      case "return":
      case "throw":
        next();
        if (!is(";") && !is("}") && cursor.token.kind !== "end" && !cursor.token.isAfterLine) parseExpression();
        return void take(";");
      case "break":
      case "continue":
      case "debugger":
        next();
        if (cursor.token.kind === "name" && !cursor.token.isAfterLine) next();
        return void take(";");
      case "try":
        return void parseTry();
      case "switch":
        return void parseSwitch();
      case "import":
        return /^[(.]$/.test(peek().text) ? parseExpressionStatement() : void parseImport();
      case "export":
        return void parseExport();
      default:
        if (peek().text !== ":") return parseExpressionStatement();
        next();
        next();
        return void parseBranch();
    }
  }

  /** Parses a statement that is not directly in a function: no string in it is a directive. */
  function parseBranch(): void {
    const string = parseStatement();
    if (string !== undefined) strings.push({ ...string, isAtTop: false, function: cursor.function });
  }

  function isLet(): boolean {
    return isName(peek()) || /^[[{]$/.test(peek().text);
  }

  function isUsing(): boolean {
    return isName(peek()) && !peek().isAfterLine;
  }

  /** Whether a token is a name that can be declared. */
  function isName({ kind, text }: Token): boolean {
    return kind === "name" && !/^(?:in|of|instanceof)$/.test(text);
  }

  function isAsyncFunction(): boolean {
    const after = peek();
    return after.text === "function" && !after.isAfterLine;
  }

  function parseDeclaration(): Value {
    const node = parseFunction("declaration");
    const value: Value = { kind: "function", node };
    if (node.name !== undefined) declare(node.name.text, value);
    return value;
  }

  function parseDeclaredClass(): Value {
    const { name, start } = parseClass(true);
    const value: Value = { kind: "class", start };
    if (name !== undefined) declare(name, value);
    return value;
  }

  /** Remembers what is declared at the top level. */
  function declare(name: string, value: Value): void {
    if (cursor.scope.parent === undefined) declared.set(name, value);
  }

  function parseExpressionStatement() {
    const { string } = parseExpression();
    take(";");
    return string;
  }

  function parseParenthesized(): void {
    expect("(");
    parseExpression();
    expect(")");
  }

  /** Parses `var`, `let`, `const` or `using`, and returns the values of the names. */
  function parseVariables(isVar: boolean): Value[] {
    const values: Value[] = [];
    next();
    do {
      const { token } = cursor;
      parseBinding(isVar);
      const start = cursor.token.start;
      const node = take("=") ? parseAssignment().function : undefined;
      const value: Value = node === undefined ? { kind: "other", start } : { kind: "function", node };
      if (token.kind === "name") declare(token.text, value);
      values.push(value);
    } while (take(","));
    take(";");
    return values;
  }

  function parseFor(): void {
    next();
    take("await");
    expect("(");
    if (is("await") && peek().text === "using") next();
    if (is("var") || is("const") || (is("let") && isLet()) || (is("using") && isUsing())) {
      const isVar = is("var");
      next();
      do {
        parseBinding(isVar);
        if (take("=")) parseAssignment();
      } while (take(","));
    } else if (!is(";")) parseExpression();
    if (take("of") || take("in")) parseExpression();
    else {
      while (take(";")) if (!is(";") && !is(")")) parseExpression();
    }
    expect(")");
    parseBranch();
  }

  function parseTry(): void {
    next();
    parseBlock();
    if (take("catch")) {
      cursor.inScope(false, () => {
        if (take("(")) {
          parseBinding(false);
          expect(")");
        }
        parseBlock();
      });
    }
    if (take("finally")) parseBlock();
  }

  function parseSwitch(): void {
    next();
    parseParenthesized();
    expect("{");
    cursor.inScope(false, () => {
      while (!is("}")) {
        if (take("case")) parseExpression();
        else expect("default");
        expect(":");
        while (!is("case") && !is("default") && !is("}")) parseBranch();
      }
    });
    expect("}");
  }

  function parseImport(): void {
    next();
    while (cursor.token.kind === "name" || is("*") || is("{") || is(",")) {
      if (take("{")) {
        while (!take("}")) {
          let name = next();
          if (take("as")) name = next();
          declareName(cursor.scope, name.text);
          take(",");
        }
      } else if (take("*")) {
        expect("as");
        declareName(cursor.scope, next().text);
      } else {
        const { text } = next();
        // `defer` and `source` may be the names of imports too; declaring one more name does no harm.
        if (text !== "from" || is("from")) declareName(cursor.scope, text);
      }
    }
    parseSource();
  }

  /** Parses the name of a module, and its attributes. */
  function parseSource(): void {
    if (cursor.token.kind !== "string") cursor.fail();
    next();
    if (is("with") || (is("assert") && !cursor.token.isAfterLine)) {
      next();
      expect("{");
      while (!take("}")) next();
    }
    take(";");
  }

  function parseExport(): void {
    const { start } = next();
    if (take("*")) {
      if (take("as")) next();
      expect("from");
      parseSource();
      exports.push({ kind: "from", start });
    } else if (is("{")) parseExportList(start);
    else if (take("default")) exports.push(parseDefault());
    else if (is("class")) exports.push({ kind: "value", value: parseDeclaredClass() });
    else if (is("function") || is("async")) exports.push({ kind: "value", value: parseDeclaration() });
    else {
      for (const value of parseVariables(is("var"))) exports.push({ kind: "value", value });
    }
  }

  function parseExportList(start: number): void {
    const names: { name: string; start: number }[] = [];
    next();
    while (!take("}")) {
      const name = next();
      names.push({ name: name.text, start: name.start });
      if (take("as")) next();
      take(",");
    }
    if (take("from")) {
      parseSource();
      exports.push({ kind: "from", start });
      return;
    }
    take(";");
    for (const { name, start } of names) exports.push({ kind: "name", name, start });
  }

  function parseDefault(): Export {
    if (is("class")) return { kind: "value", value: parseDeclaredClass() };
    if (is("function") || (is("async") && isAsyncFunction())) return { kind: "value", value: parseDeclaration() };
    const { start } = cursor.token;
    const { function: node, reference } = parseAssignment();
    take(";");
    if (node !== undefined) return { kind: "value", value: { kind: "function", node } };
    if (reference?.path.length === 0) return { kind: "name", name: reference.name, start };
    return { kind: "value", value: { kind: "other", start } };
  }

  return { parseList };
}
