/**
 * What acorn finds in JavaScript, in the form of `parseJavaScript()`.
 *
 * @module
 */

import { type Node, parse } from "npm:acorn@^8.16.0";

/** What a parser finds: positions of functions, references and uses of `this`; texts of string statements. */
export interface Findings {
  readonly functions: string[];
  readonly references: number[];
  readonly contextUses: number[];
  readonly strings: string[];
}

type AnyNode = Node & Record<string, unknown>;

/** The parts of a node that are names, but no references. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  BreakStatement: ["label"],
  ContinueStatement: ["label"],
  ClassDeclaration: ["id"],
  ClassExpression: ["id"],
  ExportAllDeclaration: ["exported", "source", "attributes"],
  ExportNamedDeclaration: ["specifiers", "source", "attributes"],
  ImportDeclaration: ["specifiers", "source", "attributes"],
  LabeledStatement: ["label"],
  MetaProperty: ["meta", "property"],
};

/** Parses with acorn, as a module or else as a script. */
export function findByAcorn(source: string): Findings {
  const functions: string[] = [], strings: string[] = [];
  const references = new Set<number>(), contextUses: number[] = [];

  function walkAll(value: unknown): void {
    if (Array.isArray(value)) value.forEach(walkAll);
    else if (typeof (value as AnyNode | null)?.type === "string") walk(value as AnyNode);
  }

  function walk(node: AnyNode): void {
    switch (node.type) {
      case "Identifier":
        if (node.name === "arguments") contextUses.push(node.start);
        else references.add(node.start);
        return;
      case "ThisExpression":
      case "Super":
        contextUses.push(node.start);
        return;
      case "VariableDeclarator":
        walkBinding(node.id);
        return walkAll(node.init);
      case "CatchClause":
        walkBinding(node.param);
        return walkAll(node.body);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return walkFunction(node, node);
      case "MemberExpression":
        walkAll(node.object);
        return node.computed ? walkAll(node.property) : undefined;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) walkAll(node.key);
        if (node.method || /^(?:get|set|method|constructor)$/.test(String(node.kind))) {
          return walkFunction(node.value as AnyNode, node);
        }
        return walkAll(node.value);
      case "ExpressionStatement": {
        const { type, value, start, end } = node.expression as AnyNode;
        if (type === "Literal" && typeof value === "string") strings.push(source.slice(start + 1, end - 1));
      }
    }
    for (const [key, value] of Object.entries(node)) if (!NAMES[node.type]?.includes(key)) walkAll(value);
  }

  function walkFunction(node: AnyNode, { start, end }: AnyNode): void {
    const params = node.params as unknown[];
    functions.push(`${start}-${end} ${node.async} ${node.generator} ${params.length}`);
    params.forEach(walkBinding);
    walkAll(node.body);
  }

  /** Walks the expressions in a pattern, without the names that it declares. */
  function walkBinding(value: unknown): void {
    const node = value as AnyNode | null;
    switch (node?.type) {
      case "ObjectPattern":
        for (const property of node.properties as AnyNode[]) {
          if (property.computed) walkAll(property.key);
          walkBinding(property.type === "RestElement" ? property.argument : property.value);
        }
        return;
      case "ArrayPattern":
        return (node.elements as unknown[]).forEach(walkBinding);
      case "RestElement":
        return walkBinding(node.argument);
      case "AssignmentPattern":
        walkBinding(node.left);
        return walkAll(node.right);
    }
  }

  walkAll(parseAny(source));
  return toFindings({ functions, references, contextUses, strings });
}

function parseAny(source: string): Node {
  const options = { ecmaVersion: "latest", allowHashBang: true, allowReturnOutsideFunction: true } as const;
  try {
    return parse(source, { ...options, sourceType: "module" });
  } catch {
    return parse(source, { ...options, sourceType: "script" });
  }
}

/** Sorts findings, so that they can be compared. */
export function toFindings(
  { functions, references, contextUses, strings }: {
    readonly functions: Iterable<string>;
    readonly references: Iterable<number>;
    readonly contextUses: Iterable<number>;
    readonly strings: Iterable<string>;
  },
): Findings {
  return {
    functions: [...functions].sort(),
    references: [...new Set(references)].sort((a, b) => a - b),
    contextUses: [...contextUses].sort((a, b) => a - b),
    strings: [...strings].sort(),
  };
}
