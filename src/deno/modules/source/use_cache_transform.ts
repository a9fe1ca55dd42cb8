/**
 * Wraps the functions that `"use cache"` marks, so that their calls go through the cache.
 *
 * ```js ignore
 * export async function getUser(id) { "use cache"; … }
 * // becomes, in one line:
 * export function getUser() { return CALL("default", "lib/user.ts#getUser…", 1, arguments, { async getUser(id) { "use cache"; … } }.getUser); }
 * ```
 *
 * Declarations are still hoisted. Captured variables become a parameter of the inner function, which gets copies.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";
import { parseJavaScript } from "./javascript_parser.ts";
import type { FunctionNode, ParsedModule } from "./javascript_scopes.ts";
import {
  createMappedCode,
  type Edit,
  editMappedCode,
  getSourcePosition,
  type Position,
  readMappedCode,
} from "./source_map.ts";
import type { UseCacheSettings } from "./use_cache_directive.ts";
import { type CachedFunction, findCachedFunctions, type Misuse } from "./use_cache_functions.ts";

/** A module that may have the directive. */
export interface UseCacheModule {
  /** JavaScript without JSX, with an inline source map if it was transpiled. */
  readonly code: string;
  /** The URL of the file. */
  readonly url: string;
  /** The name of the file in messages and keys: its path in the project. */
  readonly name: string;
  /** The text of the file. */
  readonly source: string;
  readonly settings: UseCacheSettings;
}

/** A misuse, and its position in the source. */
interface LocatedMisuse extends Misuse {
  readonly at: Position;
}

/** The function that `installUseCache()` sets. It is a global, because modules may be CommonJS or part of a build. */
const CALL = `globalThis[Symbol.for("@x/routes.useCache.v1")]`;

/**
 * Wraps the cached functions of a module.
 *
 * @param module The module.
 * @returns The code, with an inline source map; the same code if it has no directive.
 * @throws {SyntaxError} If the directive is misused; the message has each place, what is wrong, and how to fix it.
 */
export function transformUseCache({ code, url, name, source, settings }: UseCacheModule): string {
  const transpiled = readMappedCode(code);
  const parsed = parseJavaScript(transpiled?.text ?? code);
  const mapped = transpiled ?? createMappedCode(code, url, parsed.tokens);
  const lines = source.split("\n");
  const { functions, misuses } = findCachedFunctions(parsed, {
    settings,
    findLostParenthesis({ start }) {
      const { line, column } = getSourcePosition(mapped, start);
      const before = lines[line]?.slice(0, column + 1).search(/\(\s*["']?$/) ?? -1;
      return before === -1 ? undefined : { line, column: before };
    },
  });
  if (misuses.length > 0) throw new SyntaxError(misuses.map(locate).sort(compare).map(describe).join("\n"));
  if (functions.length === 0) return code;
  const ids = createIds(name, mapped.text, parsed, functions);
  return editMappedCode(
    mapped,
    functions.flatMap((cached) => wrap(cached, mapped.text, ids.get(cached.node)!, parsed)),
  );

  function locate(misuse: Misuse): LocatedMisuse {
    return { ...misuse, at: typeof misuse.at === "number" ? getSourcePosition(mapped, misuse.at) : misuse.at };
  }

  function describe({ at: { line, column }, message, fix }: LocatedMisuse): string {
    return `${name}:${line + 1}:${column + 1}: ${message}\n${fix}`;
  }
}

function compare({ at: a }: LocatedMisuse, { at: b }: LocatedMisuse): number {
  return a.line - b.line || a.column - b.column;
}

/**
 * Creates the ids of functions. They are unique in the module, and change with the source text of the function.
 */
function createIds(
  file: string,
  text: string,
  { declared }: ParsedModule,
  functions: readonly CachedFunction[],
): ReadonlyMap<FunctionNode, string> {
  const names = new Map<FunctionNode, string>();
  for (const [name, value] of declared) if (value.kind === "function") names.set(value.node, name);
  const used = new Map<string, number>(), ids = new Map<FunctionNode, string>();
  for (const { node } of functions) {
    const name = names.get(node) ?? node.name?.text ?? "anonymous";
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const hash = getBuiltinModule("node:crypto").createHash("sha256").update(text.slice(node.start, node.end));
    const digest = hash.digest("base64url").slice(0, 10);
    ids.set(node, `${file}#${name}${count === 1 ? "" : `(${count})`} ${digest}`);
  }
  return ids;
}

/** Returns the edits that wrap a function. */
function wrap({ node, kind, captured }: CachedFunction, text: string, id: string, parsed: ParsedModule): Edit[] {
  const { start, end, params } = node;
  const count = params.hasRest ? "Infinity" : String(params.count);
  const paths = captured.length === 0
    ? ""
    : `, ${JSON.stringify(captured.map((path) => path.replaceAll("?.", ".")))}, [${captured.join(", ")}]`;
  const call = (args: string) =>
    `return ${CALL}(${JSON.stringify(kind)}, ${JSON.stringify(id)}, ${count}, ${args}${paths}, `;
  const inner = addParameter(node, captured, text);
  const strict = captured.length === 0 ? [] : dropUseStrict(node, parsed);
  if (node.kind === "arrow") {
    const edits = [
      { start, end: start, text: `(...routes_args) => { ${call("routes_args")}` },
      { start: end, end, text: "); }" },
    ];
    return [edits[0]!, ...inner, ...strict, edits[1]!];
  }
  const name = node.name === undefined ? "" : text.slice(node.name.start, node.name.end);
  const outer = node.kind === "method" ? name : `function ${name}`;
  // A method has a name in stack traces, but no variable of that name: inside, the name refers to the wrapper.
  const [open, close] = node.name?.isPlain ? [`{ async ${name}`, ` }.${name}`] : ["async function ", ""];
  const head = text.slice(node.asyncStart!, params.start);
  return [
    {
      start: node.asyncStart!,
      end: params.start,
      text: `${outer}() { ${call("arguments")}${open}${"\n".repeat(head.split("\n").length - 1)}`,
    },
    ...inner,
    ...strict,
    { start: end, end, text: `${close}); }` },
  ];
}

/** Adds a parameter for the captured variables. */
function addParameter({ params }: FunctionNode, captured: readonly string[], text: string): Edit[] {
  if (captured.length === 0) return [];
  const names = new Set(captured.map((path) => /^[^.?]*/.exec(path)![0]));
  const pattern = `{ ${[...names].join(", ")} }`;
  if (text[params.start] !== "(") {
    return [
      { start: params.start, end: params.start, text: `(${pattern}, ` },
      { start: params.end, end: params.end, text: ")" },
    ];
  }
  const at = params.start + 1;
  return [{ start: at, end: at, text: params.count === 0 ? pattern : `${pattern}, ` }];
}

/** A function with a pattern as a parameter cannot have the directive `"use strict"`. */
function dropUseStrict(node: FunctionNode, { strings }: ParsedModule): Edit[] {
  return strings.filter(({ text, isAtTop, function: around }) => text === "use strict" && isAtTop && around === node)
    .map(({ start, end }) => ({ start, end, text: '"strict"' }));
}
