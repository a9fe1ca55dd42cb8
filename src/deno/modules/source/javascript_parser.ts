/**
 * Parses JavaScript modules and scripts with acorn, to find their functions, scopes and references.
 *
 * @module
 */

// Deferred: acorn runs at the first call, so that a process that parses nothing does not wait for it. A module hook cannot
// await `import()`.
// @ts-types="./vendor/acorn/acorn.d.mts"
import defer * as acorn from "./vendor/acorn/acorn.js";
import type { Export, FunctionNode, ParsedModule, Value } from "./javascript_scopes.ts";
import { walkProgram } from "./javascript_walk.ts";

/** The error for a text that is not JavaScript; the message ends with the line and column. */
export class ParseError extends SyntaxError {
  /** Always `"ParseError"`. */
  override name = "ParseError";
}

interface Parsed {
  readonly program: acorn.Program;
  readonly tokens: readonly number[];
}

/**
 * Parses JavaScript without JSX: an ES module, or else CommonJS.
 *
 * @param source The text.
 * @throws {ParseError} If it is not JavaScript.
 */
export function parseJavaScript(source: string): ParsedModule {
  const { program, tokens } = parseAny(source);
  const { nodes, ...found } = walkProgram(program, source, tokens);
  const declared = new Map<string, Value>();
  const exports: Export[] = [];
  for (const statement of program.body) {
    const declaration = "declaration" in statement ? statement.declaration : statement;
    for (const [name, value] of getDeclared(declaration, nodes)) if (name !== undefined) declared.set(name, value);
    exports.push(...getExports(statement, nodes));
  }
  return { functions: [...nodes.values()], ...found, exports, declared, tokens };
}

function parseAny(source: string): Parsed {
  try {
    return parse(source, "module");
  } catch (error) {
    try {
      return parse(source, "commonjs");
    } catch (other) {
      // The one that comes further has read the text as what it is.
      throw toParseError(getPosition(other) > getPosition(error) ? other : error, source);
    }
  }
}

function parse(source: string, sourceType: "module" | "commonjs"): Parsed {
  const tokens: number[] = [];
  const program = acorn.parse(source, {
    ecmaVersion: "latest",
    sourceType,
    onToken: ({ start }) => void tokens.push(start),
  });
  return { program, tokens };
}

function toParseError(error: unknown, source: string): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const { line, column } = acorn.getLineInfo(source, getPosition(error));
  return new ParseError(`${error.message.replace(/ \(\d+:\d+\)$/, "")} at ${line}:${column + 1}`);
}

/** Returns the position that acorn adds to its errors. */
function getPosition(error: unknown): number {
  return error instanceof SyntaxError && "pos" in error ? Number(error.pos) : 0;
}

type Nodes = ReadonlyMap<acorn.AnyNode, FunctionNode>;

/** Returns what a statement declares; without a name if it is a pattern, or a default export. */
function getDeclared(node: acorn.AnyNode | null | undefined, nodes: Nodes): (readonly [string | undefined, Value])[] {
  switch (node?.type) {
    case "VariableDeclaration":
      return node.declarations.map(({ id, init }) => [
        id.type === "Identifier" ? id.name : undefined,
        toValue(init, nodes),
      ]);
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return [[node.id?.name, toValue(node, nodes)]];
    default:
      return [];
  }
}

function toValue(node: acorn.AnyNode | null | undefined, nodes: Nodes): Value {
  const found = node && nodes.get(node);
  if (found) return { kind: "function", node: found };
  return node?.type === "ClassDeclaration" ? { kind: "class", start: node.start } : { kind: "other" };
}

function getExports(node: acorn.Program["body"][number], nodes: Nodes): Export[] {
  switch (node.type) {
    case "ExportAllDeclaration":
      return [{ kind: "from", start: node.start }];
    case "ExportDefaultDeclaration": {
      const { declaration } = node;
      if (declaration.type === "Identifier") return [{ kind: "name", name: declaration.name }];
      return [{ kind: "value", value: toValue(declaration, nodes) }];
    }
    case "ExportNamedDeclaration":
      if (node.source) return [{ kind: "from", start: node.start }];
      return [
        ...getDeclared(node.declaration, nodes).map(([, value]): Export => ({ kind: "value", value })),
        ...node.specifiers.flatMap(({ local }): Export[] =>
          local.type === "Identifier" ? [{ kind: "name", name: local.name }] : []
        ),
      ];
    default:
      return [];
  }
}
