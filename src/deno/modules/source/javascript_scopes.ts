/**
 * The functions, scopes and references of a JavaScript module: what {@linkcode parseJavaScript} finds.
 *
 * @module
 */

/** The name of a function, or the key of a method. */
export interface FunctionName {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it is a word, as opposed to a string, a number, an expression, or a private name. */
  readonly isPlain: boolean;
}

/** Where a method is. */
export type MethodKind = "object" | "class" | "static" | "accessor";

/** A function, or other code that has its own `this`: the initializer of a field, or a static block. */
export interface FunctionNode {
  readonly kind: "declaration" | "expression" | "arrow" | "method" | "initializer";
  /** What a method is. */
  readonly method: MethodKind | undefined;
  readonly start: number;
  readonly end: number;
  /** The position of the word `async`; `undefined` if it is not async. */
  readonly asyncStart: number | undefined;
  readonly isGenerator: boolean;
  /** The name, or the key of a method. */
  readonly name: FunctionName | undefined;
  /** The parameters; with parentheses, except for the single one of some arrow functions. */
  readonly params: { readonly start: number; readonly end: number; readonly count: number; readonly hasRest: boolean };
  readonly scope: Scope;
  /** The function around it. */
  readonly parent: FunctionNode | undefined;
}

/** The names that are declared in a part of the code. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly names: Set<string>;
  /** Whether `var` declares names in it. */
  readonly isFunction: boolean;
}

/** A use of a name. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly scope: Scope;
  /** The properties that are read of it: `a.b?.c`. */
  readonly path: readonly { readonly name: string; readonly isOptional: boolean }[];
}

/** A use of `this`, `super` or `arguments`. */
export interface ContextUse {
  readonly word: string;
  readonly start: number;
  readonly function: FunctionNode | undefined;
}

/** A statement that is only a string, as directives are. */
export interface StringStatement {
  /** The text between the quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isParenthesized: boolean;
  /** Whether it is a directive of the function or file: only other directives are before it. */
  readonly isAtTop: boolean;
  /** The function around it. */
  readonly function: FunctionNode | undefined;
}

/** What a declaration or an export has as its value. */
export type Value =
  | { readonly kind: "function"; readonly node: FunctionNode }
  | { readonly kind: "class"; readonly start: number }
  | { readonly kind: "other" };

/** An export. */
export type Export =
  /** A value that is declared in the statement, or a default export. */
  | { readonly kind: "value"; readonly value: Value }
  /** The name of a variable. */
  | { readonly kind: "name"; readonly name: string }
  /** Of another module. */
  | { readonly kind: "from"; readonly start: number };

/** What is found in a module. */
export interface ParsedModule {
  readonly functions: readonly FunctionNode[];
  readonly references: readonly Reference[];
  readonly contextUses: readonly ContextUse[];
  readonly strings: readonly StringStatement[];
  readonly exports: readonly Export[];
  /** The values of what is declared at the top level. */
  readonly declared: ReadonlyMap<string, Value>;
  /** The scope of the module. */
  readonly scope: Scope;
  /** The positions of all tokens, in ascending order. */
  readonly tokens: readonly number[];
}
