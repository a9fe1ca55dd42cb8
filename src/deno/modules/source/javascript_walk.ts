/**
 * Walks over the syntax tree of JavaScript, to find functions, scopes and references.
 *
 * @module
 */

import type * as acorn from "./vendor/acorn/acorn.d.mts";
import type {
  ContextUse,
  FunctionName,
  FunctionNode,
  MethodKind,
  Reference,
  Scope,
  StringStatement,
} from "./javascript_scopes.ts";

/** What is found in a syntax tree. */
export interface WalkResult {
  /** The functions, by their nodes, in the order in which they begin. */
  readonly nodes: ReadonlyMap<acorn.AnyNode, FunctionNode>;
  readonly references: readonly Reference[];
  readonly contextUses: readonly ContextUse[];
  readonly strings: readonly StringStatement[];
  /** The scope of the module. */
  readonly scope: Scope;
}

type Node = acorn.AnyNode;
type MaybeNode = Node | null | undefined;
type FunctionLike =
  | acorn.FunctionDeclaration
  | acorn.AnonymousFunctionDeclaration
  | acorn.FunctionExpression
  | acorn.ArrowFunctionExpression;
type Method = acorn.Property | acorn.MethodDefinition;

const FUNCTION_KINDS = {
  FunctionDeclaration: "declaration",
  FunctionExpression: "expression",
  ArrowFunctionExpression: "arrow",
} as const;

/**
 * Walks over a syntax tree.
 *
 * @param program The tree.
 * @param source The text.
 * @param tokens The positions of the tokens, in ascending order.
 */
export function walkProgram(program: acorn.Program, source: string, tokens: readonly number[]): WalkResult {
  const nodes = new Map<Node, FunctionNode>();
  const references: Reference[] = [], contextUses: ContextUse[] = [], strings: StringStatement[] = [];
  const top = createScope(undefined, true);
  let scope = top;
  let around: FunctionNode | undefined;

  walkChildren(program);
  return { nodes, references, contextUses, strings, scope: top };

  function walk(node: MaybeNode): void {
    switch (node?.type) {
      case undefined:
      case "BreakStatement":
      case "ContinueStatement":
      case "ExportAllDeclaration":
      case "MetaProperty":
        return;
      case "Identifier":
        return addReference(node, []);
      case "ThisExpression":
        return addContextUse("this", node);
      case "Super":
        return addContextUse("super", node);
      case "MemberExpression":
        return walkMember(node, []);
      case "CallExpression":
        // The property that is called is a part of the object.
        walkTarget(node.callee);
        return node.arguments.forEach(walk);
      case "TaggedTemplateExpression":
        walkTarget(node.tag);
        return walk(node.quasi);
      case "UnaryExpression":
        return node.operator === "delete" ? walkTarget(node.argument) : walk(node.argument);
      case "UpdateExpression":
        return walkTarget(node.argument);
      case "AssignmentExpression":
        walkTarget(node.left);
        return walk(node.right);
      case "ExpressionStatement":
        addString(node);
        return walk(node.expression);
      case "LabeledStatement":
        return walk(node.body);
      case "VariableDeclaration":
        for (const { id, init } of node.declarations) {
          walkPattern(id, (name) => declare(name, node.kind === "var"));
          walk(init);
        }
        return;
      case "ImportDeclaration":
        return node.specifiers.forEach(({ local }) => declare(local));
      case "ExportNamedDeclaration":
        return walk(node.declaration);
      case "BlockStatement":
      case "ForStatement":
        return inScope(() => walkChildren(node));
      case "ForInStatement":
      case "ForOfStatement":
        return inScope(() => {
          if (node.left.type === "VariableDeclaration") walk(node.left);
          else walkTarget(node.left);
          walk(node.right);
          walk(node.body);
        });
      case "SwitchStatement":
        walk(node.discriminant);
        return inScope(() => node.cases.forEach(walk));
      case "CatchClause":
        return inScope(() => {
          if (node.param) walkPattern(node.param, declare);
          walk(node.body);
        });
      case "FunctionDeclaration":
        if (node.id) declare(node.id);
        return walkFunction(node);
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return walkFunction(node);
      case "ClassDeclaration":
        if (node.id) declare(node.id);
        return walkClass(node);
      case "ClassExpression":
        return walkClass(node);
      case "Property":
        if (node.computed) walk(node.key);
        if (node.kind !== "init") return walkMethod(node, "accessor");
        return node.method ? walkMethod(node, "object") : walk(node.value);
      case "MethodDefinition":
        if (node.computed) walk(node.key);
        if (/^[gs]et$/.test(node.kind)) return walkMethod(node, "accessor");
        return walkMethod(node, node.static ? "static" : "class");
      case "PropertyDefinition":
        if (node.computed) walk(node.key);
        return walkInitializer(node, () => walk(node.value));
      case "StaticBlock":
        return walkInitializer(node, () => node.body.forEach(walk));
      default:
        return walkChildren(node!);
    }
  }

  function walkChildren(node: Node): void {
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child);
    }
  }

  /** Walks over a read of properties. */
  function walkMember({ object, property, computed, optional }: acorn.MemberExpression, path: Reference["path"]): void {
    const isNamed = !computed && property.type === "Identifier";
    const longer = isNamed ? [{ name: property.name, isOptional: optional }, ...path] : [];
    if (object.type === "MemberExpression") walkMember(object, longer);
    else if (object.type === "Identifier") addReference(object, longer);
    else walk(object);
    if (computed) walk(property);
  }

  /** Walks over what is assigned or called: of `a.b`, only `a` is read. */
  function walkTarget(node: Node): void {
    walkPattern(node, (name) => addReference(name, []));
  }

  /** Walks over a name or pattern. */
  function walkPattern(node: Node, onName: (name: acorn.Identifier) => void): void {
    switch (node.type) {
      case "Identifier":
        return onName(node);
      case "ObjectPattern":
        for (const property of node.properties) {
          if (property.type === "Property" && property.computed) walk(property.key);
          walkPattern(property.type === "Property" ? property.value : property, onName);
        }
        return;
      case "ArrayPattern":
        for (const element of node.elements) if (element) walkPattern(element, onName);
        return;
      case "RestElement":
        return walkPattern(node.argument, onName);
      case "AssignmentPattern":
        walkPattern(node.left, onName);
        return walk(node.right);
      case "ChainExpression":
        return walkPattern(node.expression, onName);
      case "MemberExpression":
        walk(node.object);
        if (node.computed) walk(node.property);
        return;
      default:
        return walk(node);
    }
  }

  function walkFunction(node: FunctionLike, method?: Partial<FunctionNode>): void {
    const inner = createScope(scope, true);
    // So that a function that calls itself refers to itself.
    if (node.id) inner.names.add(node.id.name);
    const found: FunctionNode = {
      kind: FUNCTION_KINDS[node.type],
      method: undefined,
      start: node.start,
      end: node.end,
      asyncStart: node.async ? node.start : undefined,
      isGenerator: node.generator,
      name: node.id ? getName(node.id) : undefined,
      params: getParams(node),
      scope: inner,
      parent: around,
      ...method,
    };
    nodes.set(node, found);
    runIn(inner, found, () => {
      for (const param of node.params) walkPattern(param, declare);
      if (node.body.type === "BlockStatement") walkChildren(node.body);
      else walk(node.body);
    });
  }

  function walkMethod(node: Method, method: MethodKind): void {
    const value = node.value as acorn.FunctionExpression;
    const { start, end } = node;
    const asyncStart = value.async ? findToken("async", start) : undefined;
    walkFunction(value, { kind: "method", method, start, end, asyncStart, name: getKey(node) });
  }

  function walkInitializer(node: acorn.PropertyDefinition | acorn.StaticBlock, run: () => void): void {
    const { start, end } = node;
    const initializer: FunctionNode = {
      kind: "initializer",
      method: undefined,
      start,
      end,
      asyncStart: undefined,
      isGenerator: false,
      name: undefined,
      params: { start, end: start, count: 0, hasRest: false },
      scope: createScope(scope, true),
      parent: around,
    };
    runIn(initializer.scope, initializer, run);
  }

  function walkClass(node: acorn.ClassDeclaration | acorn.AnonymousClassDeclaration | acorn.ClassExpression): void {
    inScope(() => {
      if (node.id) declare(node.id);
      walk(node.superClass);
      walk(node.body);
    });
  }

  function addReference(node: acorn.Identifier, path: Reference["path"]): void {
    if (node.name === "arguments") addContextUse("arguments", node);
    else references.push({ name: node.name, start: node.start, scope, path });
  }

  function addContextUse(word: string, { start }: Node): void {
    contextUses.push({ word, start, function: around });
  }

  function addString({ start, expression, directive }: acorn.ExpressionStatement): void {
    if (expression.type !== "Literal" || typeof expression.value !== "string") return;
    strings.push({
      text: source.slice(expression.start + 1, expression.end - 1),
      start,
      end: expression.end,
      isParenthesized: start !== expression.start,
      isAtTop: directive !== undefined,
      function: around,
    });
  }

  function getParams({ start, id, params }: FunctionLike): FunctionNode["params"] {
    const first = params[0], last = params.at(-1);
    const count = params.length, hasRest = last?.type === "RestElement";
    const open = findToken("(", id?.end ?? start);
    // The parameter of an arrow function without parentheses.
    if (first !== undefined && !(open! < first.start)) return { start: first.start, end: first.end, count, hasRest };
    return { start: open!, end: findToken(")", last?.end ?? open! + 1)! + 1, count, hasRest };
  }

  function getKey({ start, key, computed, value }: Method): FunctionName {
    if (!computed) return getName(key);
    const close = tokens[findTokenIndex(value.start) - 1]!;
    return { text: "", start: findToken("[", start)!, end: close + 1, isPlain: false };
  }

  function getName({ type, start, end }: Node): FunctionName {
    return { text: source.slice(start, end), start, end, isPlain: type === "Identifier" };
  }

  /** Finds the first token from a position on that begins with a text. */
  function findToken(text: string, from: number): number | undefined {
    let index = findTokenIndex(from);
    while (index < tokens.length && !source.startsWith(text, tokens[index])) index++;
    return tokens[index];
  }

  /** Finds the first token from a position on. */
  function findTokenIndex(from: number): number {
    let low = 0, high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tokens[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function declare({ name }: acorn.Identifier, isVar = false): void {
    let target = scope;
    while (isVar && !target.isFunction && target.parent !== undefined) target = target.parent;
    target.names.add(name);
  }

  function inScope(run: () => void): void {
    runIn(createScope(scope, false), around, run);
  }

  function runIn(inner: Scope, node: FunctionNode | undefined, run: () => void): void {
    const before = { scope, around };
    scope = inner;
    around = node;
    run();
    ({ scope, around } = before);
  }
}

function createScope(parent: Scope | undefined, isFunction: boolean): Scope {
  return { parent, names: new Set(), isFunction };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
