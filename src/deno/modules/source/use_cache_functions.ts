/**
 * Finds the functions that `"use cache"` marks, and the misuses of the directive that Next.js reports.
 *
 * @module
 */

import type { Export, FunctionNode, ParsedModule, Scope, StringStatement } from "./javascript_scopes.ts";
import type { Position } from "./source_map.ts";
import { isKnownKind, parseUseCache, type UseCacheSettings } from "./use_cache_directive.ts";

/** A function whose results are cached. */
export interface CachedFunction {
  readonly node: FunctionNode;
  /** The kind of its cache. */
  readonly kind: string;
  /** The variables of enclosing functions that it reads, as in code: `user`, `user.name`, `user?.name`. */
  readonly captured: readonly string[];
}

/** A misuse of the directive. */
export interface Misuse {
  /** Its position in the code, or in the source if the code no longer has it. */
  readonly at: number | Position;
  /** The message of Next.js. */
  readonly message: string;
  /** How to fix it. */
  readonly fix: string;
}

/** The functions and misuses of a module. */
export interface UseCacheFunctions {
  readonly functions: readonly CachedFunction[];
  readonly misuses: readonly Misuse[];
}

/** Options of {@linkcode findCachedFunctions}. */
export interface FindOptions {
  readonly settings: UseCacheSettings;
  /** Returns the position in the source of a parenthesis around a string, which the code no longer has. */
  findLostParenthesis(string: StringStatement): Position | undefined;
}

/** A valid directive, and its position. */
interface Marked {
  readonly kind: string;
  readonly at: number;
}

/** Finds the functions that `"use cache"` marks. */
export function findCachedFunctions(module: ParsedModule, options: FindOptions): UseCacheFunctions {
  const misuses: Misuse[] = [];
  const functions = new Map<FunctionNode, CachedFunction>();
  const report = (at: Misuse["at"], message: string, fix: string) => void misuses.push({ at, message, fix });

  let file: Marked | undefined;
  for (const string of module.strings) {
    const marked = readDirective(string);
    if (marked === undefined) continue;
    checkServer(string);
    if (string.function === undefined) file ??= marked;
    else addFunction(string.function, marked.kind);
  }
  if (file !== undefined) { for (const item of module.exports) addExport(item, file); }
  return { functions: [...functions.values()], misuses };

  function readDirective(string: StringStatement): Marked | undefined {
    const { text, start: at } = string;
    const directive = parseUseCache(text);
    if (directive === undefined) return undefined;
    if ("meant" in directive) {
      const message = `Did you mean "${directive.meant}"? "${text}" is not a supported directive name."`;
      return report(at, message, `Write "${directive.meant}".`);
    }
    if (!options.settings.isEnabled) {
      return report(
        at,
        'To use "use cache", please enable the feature flag `cacheComponents` in your Next.js config.\nRead more: https://nextjs.org/docs/app/api-reference/directives/use-cache#usage',
        "Set cacheComponents: true in next.config.",
      );
    }
    const parenthesis = string.isParenthesized ? at : options.findLostParenthesis(string);
    if (parenthesis !== undefined) {
      return report(
        parenthesis,
        `The "${text}" directive cannot be wrapped in parentheses.`,
        "Remove the parentheses.",
      );
    }
    if (!string.isAtTop) {
      const place = string.function === undefined ? "file" : "function body";
      return report(at, `The "${text}" directive must be at the top of the ${place}.`, `Move it to the top.`);
    }
    if (!isKnownKind(directive.kind, options.settings)) {
      return report(
        at,
        `Unknown cache kind "${directive.kind}". Please configure a cache handler for this kind in the \`cacheHandlers\` object in your Next.js config.`,
        `Add cacheHandlers: { ${JSON.stringify(directive.kind)}: "./path/to/handler.js" }, or write "use cache".`,
      );
    }
    return { kind: directive.kind, at };
  }

  function checkServer({ function: node, start, text }: StringStatement): void {
    const server = module.strings.find((other) =>
      other.text === "use server" && other.isAtTop && other.function === node
    );
    if (server === undefined) return;
    const [found, top] = node === undefined ? ["file", "a file"] : ["function body", "a function body"];
    report(
      Math.max(start, server.start),
      `Conflicting directives "use server" and "${text}" found in the same ${found}. You cannot place both directives at the top of ${top}. Please remove one of them.`,
      `Remove "use server" to cache the results.`,
    );
  }

  function addExport(item: Export, { kind }: Marked): void {
    const value = item.kind === "value"
      ? item.value
      : item.kind === "name"
      ? module.declared.get(item.name)
      : undefined;
    if (value?.kind === "function") addFunction(value.node, kind);
    else if (item.kind === "from" || value?.kind === "class") {
      report(
        value?.kind === "class" ? value.start : item.kind === "from" ? item.start : 0,
        'Only async functions are allowed to be exported in a "use cache" file.',
        "Export it from another file, or put the directive into the functions.",
      );
    }
  }

  function addFunction(node: FunctionNode, kind: string): void {
    if (functions.has(node) || isRefused(node)) return;
    functions.set(node, { node, kind, captured: findCaptured(module, node) });
  }

  function isRefused(node: FunctionNode): boolean {
    if (node.method === "class") {
      report(
        node.start,
        'It is not allowed to define inline "use cache" annotated class instance methods.\nTo define cached functions, use functions, object method properties, or static class methods instead.',
        'Make it "static", or a function outside of the class.',
      );
      return true;
    }
    if (node.asyncStart === undefined || node.isGenerator || node.method === "accessor") {
      const fix = node.isGenerator
        ? "Return an array, or call an async generator and return what it yields."
        : 'Write "async" before it.';
      report(node.name?.start ?? node.start, '"use cache" functions must be async functions.', fix);
      return true;
    }
    for (const { word, start, function: user } of module.contextUses) {
      if (!belongsTo(user, node)) continue;
      report(start, `"use cache" functions cannot use \`${word}\`.`, "Pass what is needed as an argument.");
    }
    return false;
  }
}

/** Whether `this` in a function is that of another one: they are the same, or only arrow functions are between them. */
function belongsTo(user: FunctionNode | undefined, owner: FunctionNode): boolean {
  for (let node = user; node !== undefined; node = node.parent) {
    if (node === owner) return true;
    if (node.kind !== "arrow") return false;
  }
  return false;
}

/** Returns the variables of enclosing functions that a function reads; a variable includes its properties. */
function findCaptured({ references, scope: top }: ParsedModule, node: FunctionNode): string[] {
  const found = new Map<string, string>();
  for (const { name, scope, path } of references) {
    if (!isCaptured(name, scope)) continue;
    // `a?.b` and `a.b` are the same property.
    const key = [name, ...path.map(({ name }) => name)].join(".");
    const text = path.reduce((text, { name, isOptional }) => text + (isOptional ? "?." : ".") + name, name);
    if (!found.get(key)?.includes("?.")) found.set(key, text);
  }
  const isIncluded = (key: string) => [...found.keys()].some((other) => key.startsWith(`${other}.`));
  return [...found].filter(([key]) => !isIncluded(key)).map(([, text]) => text);

  function isCaptured(name: string, from: Scope): boolean {
    let isInside = false;
    for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent) {
      if (scope.names.has(name)) return isInside && isInFunction(scope, top);
      isInside ||= scope === node.scope;
    }
    return false;
  }
}

/** Whether a scope belongs to a function. */
function isInFunction(scope: Scope, top: Scope): boolean {
  for (let each: Scope | undefined = scope; each !== undefined && each !== top; each = each.parent) {
    if (each.isFunction) return true;
  }
  return false;
}
