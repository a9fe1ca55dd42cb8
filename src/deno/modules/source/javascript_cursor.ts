/**
 * What the parser of JavaScript knows while it reads: the token that it is at, the scope, and what it has found.
 *
 * @module
 */

import { createScanner, createUnexpectedError, type Token } from "./javascript_scanner.ts";
import type { ContextUse, FunctionNode, Reference, Scope } from "./javascript_scopes.ts";

/** A place to return to: what was found since then is dropped. */
export interface Mark {
  readonly token: Token;
  readonly lastEnd: number;
  readonly counts: readonly number[];
}

/** A position in a source. */
export interface Cursor {
  /** The token that is read next. */
  token: Token;
  /** The end of the token before. */
  lastEnd: number;
  scope: Scope;
  function: FunctionNode | undefined;
  readonly functions: FunctionNode[];
  readonly references: Reference[];
  readonly contextUses: ContextUse[];
  readonly tokens: number[];
  /** Goes to the next token, and returns the one before it. */
  next(): Token;
  /** Whether the token is a mark or a word. */
  is(text: string): boolean;
  /** Reads a mark or a word if it is there. */
  take(text: string): boolean;
  /** Reads a mark or a word, which must be there. */
  expect(text: string): Token;
  /** Returns the token after the one that is read next. */
  peek(): Token;
  /** Takes the slash that is read next for the start of a regular expression, and reads it. */
  readRegex(): void;
  /** Reads a template, with `readExpression` for each expression in it. */
  readTemplate(readExpression: () => void): void;
  mark(): Mark;
  reset(mark: Mark): void;
  fail(): never;
  /** Runs a function in a scope of its own. */
  inScope<Result>(isFunction: boolean, run: () => Result): Result;
  /** Runs a function with a node as the function around it, in the scope of the node. */
  inFunction<Result>(node: FunctionNode, run: () => Result): Result;
}

/** Creates a cursor at the start of a source. */
export function createCursor(source: string): Cursor {
  const scanner = createScanner(source);
  const scope: Scope = { parent: undefined, names: new Set(), isFunction: true };
  const lists: unknown[][] = [];
  const list = <T>(): T[] => {
    const items: T[] = [];
    lists.push(items);
    return items;
  };

  const cursor: Cursor = {
    token: scanner.scan(0),
    lastEnd: 0,
    scope,
    function: undefined,
    functions: list(),
    references: list(),
    contextUses: list(),
    tokens: list(),
    next() {
      const { token } = cursor;
      cursor.tokens.push(token.start);
      cursor.lastEnd = token.end;
      cursor.token = scanner.scan(token.end);
      return token;
    },
    is: (text) => cursor.token.text === text && cursor.token.kind !== "string",
    take(text) {
      const isThere = cursor.is(text);
      if (isThere) cursor.next();
      return isThere;
    },
    expect(text) {
      return cursor.is(text) ? cursor.next() : cursor.fail();
    },
    peek: () => scanner.scan(cursor.token.end),
    readRegex: () => jump(scanner.scanRegex(cursor.token.start)),
    readTemplate(readExpression) {
      let at = cursor.token.end;
      for (;;) {
        const { end, isLast } = scanner.scanTemplate(at);
        jump(end);
        if (isLast) return;
        readExpression();
        if (!cursor.is("}")) cursor.fail();
        at = cursor.token.end;
      }
    },
    mark: () => ({ token: cursor.token, lastEnd: cursor.lastEnd, counts: lists.map(({ length }) => length) }),
    reset({ token, lastEnd, counts }) {
      cursor.token = token;
      cursor.lastEnd = lastEnd;
      for (const [i, items] of lists.entries()) items.length = counts[i]!;
    },
    fail() {
      throw createUnexpectedError(source, cursor.token.start);
    },
    inScope(isFunction, run) {
      return runIn({ parent: cursor.scope, names: new Set(), isFunction }, cursor.function, run);
    },
    inFunction: (node, run) => runIn(node.scope, node, run),
  };

  /** Reads up to a position that the scanner cannot find by itself. */
  function jump(end: number): void {
    cursor.tokens.push(cursor.token.start);
    cursor.lastEnd = end;
    cursor.token = scanner.scan(end);
  }

  function runIn<Result>(scope: Scope, node: FunctionNode | undefined, run: () => Result): Result {
    const { scope: outer, function: around } = cursor;
    cursor.scope = scope;
    cursor.function = node;
    // Nothing is caught on the way: after an error, the cursor is not used any more.
    const result = run();
    cursor.scope = outer;
    cursor.function = around;
    return result;
  }

  return cursor;
}

/** Creates the scope of a function. */
export function createFunctionScope(parent: Scope): Scope {
  return { parent, names: new Set(), isFunction: true };
}

/** Declares a name; `var` does it in the function around a block. */
export function declareName(scope: Scope, name: string, isVar = false): void {
  let target = scope;
  while (isVar && !target.isFunction && target.parent !== undefined) target = target.parent;
  target.names.add(name);
}
