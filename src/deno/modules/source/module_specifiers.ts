/**
 * Finds the specifiers in a source, so that they can be replaced.
 *
 * @module
 */

import { findModuleCalls, findModuleStatements } from "./module_statement.ts";

/** How a module is imported: by a statement, by `import()` or by `require()`. */
export type SpecifierKind = "statement" | "import" | "require";

/** A specifier that is a literal. */
export interface FoundSpecifier {
  readonly kind: SpecifierKind;
  readonly specifier: string;
  /** The position of its opening quote. */
  readonly start: number;
  /** The end of its closing quote. */
  readonly end: number;
  /** Whether import attributes follow. */
  readonly hasAttributes: boolean;
  /** Whether it is certainly code, as opposed to text in a string or a comment. */
  readonly isCode: boolean;
}

/** A call whose argument starts with a literal: `` import(`./messages/${locale}.json`) ``. */
export interface FoundPattern {
  readonly kind: "import" | "require";
  /** The position of the word `import` or `require`. */
  readonly start: number;
  /** The end of that word. */
  readonly end: number;
  /** The prefix of all names. */
  readonly before: string;
  /** The suffix of all names; may be empty. */
  readonly after: string;
}

/** A part of a clause: a gap, a word, a punctuation mark or a string. */
const TOKEN = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|([\p{ID_Continue}$]+)|([{},*])|("[^"\n]*"|'[^'\n]*')/uy;
/** The maximum length of a clause, in characters. */
const CLAUSE_LENGTH = 20_000;
const ATTRIBUTES = /\s*(?:with|assert)\s*\{/y;
const CALL =
  /(?<![\w$#]|(?<!\.\.)\.)(import|require)\s*\(\s*(?:\/\*[^*]*\*\/\s*)*(?:"([^"\\\n]+)"|'([^'\\\n]+)'|`([^`\\$]+)`)(?=\s*([,)]))/g;
const TEMPLATE =
  /(?<![\w$#]|(?<!\.\.)\.)(import|require)(?=\s*\(\s*(?:\/\*[^*]*\*\/\s*)*`((?:\.|@|~|#|[\w-])[^`\\$]*\/[^`\\$]*)\$\{(?:[^`]*\})?([^`{}$\\]*)`\s*\))/g;
const SUM =
  /(?<![\w$#]|(?<!\.\.)\.)(import|require)(?=\s*\(\s*(["'])((?:\.|@|~|#|[\w-])[^"'\\\n]*\/[^"'\\\n]*)\2\s*\+[^;"'`\n]{1,200}?(?:\+\s*(["'])([^"'\\\n]*)\4\s*)?\)\s*(?:[;,.)\]}\n]|$))/g;

/**
 * Finds the specifiers in a source that are literals.
 *
 * Without a parser, a regular expression may be mistaken for a division, and the code after it for text. So calls in
 * what looks like text are found as well.
 *
 * @param source JavaScript, JSX or TypeScript.
 * @returns The specifiers, in ascending order.
 */
export function findSpecifiers(source: string): FoundSpecifier[] {
  const specifiers: FoundSpecifier[] = [];
  for (const at of findModuleStatements(source)) {
    const statement = readStatement(source, at);
    if (statement !== undefined) specifiers.push(statement);
  }
  const calls = new Set(findModuleCalls(source));
  for (const match of source.matchAll(CALL)) {
    const specifier = match[2] ?? match[3] ?? match[4]!;
    const end = match.index + match[0].length;
    const kind = match[1] as "import" | "require";
    specifiers.push({
      kind,
      specifier,
      start: end - specifier.length - 2,
      end,
      hasAttributes: match[5] === ",",
      isCode: calls.has(match.index),
    });
  }
  return specifiers.sort((a, b) => a.start - b.start);
}

function readStatement(source: string, begin: number): FoundSpecifier | undefined {
  let last = "";
  TOKEN.lastIndex = begin;
  for (;;) {
    const start = TOKEN.lastIndex;
    const match = start - begin > CLAUSE_LENGTH ? null : TOKEN.exec(source);
    if (match === null) return undefined;
    const [all, word, mark, text] = match;
    if (text !== undefined && (last === "from" || last === "import")) {
      const end = start + all.length;
      ATTRIBUTES.lastIndex = end;
      return {
        kind: "statement",
        specifier: text.slice(1, -1),
        start,
        end,
        hasAttributes: ATTRIBUTES.test(source),
        isCode: true,
      };
    }
    if (last === "export" && /^(?:default|const|let|var|function|class|async|interface|enum)$/.test(word ?? "")) {
      return undefined;
    }
    last = word ?? mark ?? text ?? last;
  }
}

/**
 * Finds the calls with a computed specifier that starts with a literal folder.
 *
 * @param source JavaScript, JSX or TypeScript.
 * @returns The calls, in ascending order.
 */
export function findPatterns(source: string): FoundPattern[] {
  const templates = Array.from(source.matchAll(TEMPLATE), (match) => toPattern(match, match[2]!, match[3]!));
  const sums = Array.from(source.matchAll(SUM), (match) => toPattern(match, match[3]!, match[5] ?? ""));
  return [...templates, ...sums].sort((a, b) => a.start - b.start);
}

const OPEN = /(?<![\w$#]|(?<!\.\.)\.)(?:import|require)\s*\(\s*(?:\/\*[^*]*\*\/\s*)*(?!["'`)])/y;

/**
 * Finds the first call with a fully computed specifier.
 *
 * @param source JavaScript, JSX or TypeScript.
 * @returns The position of the call; `undefined` for a source without such a call.
 */
export function findOpenCall(source: string): number | undefined {
  for (const at of findModuleCalls(source)) {
    OPEN.lastIndex = at;
    if (OPEN.test(source)) return at;
  }
  return undefined;
}

function toPattern(match: RegExpExecArray, before: string, after: string): FoundPattern {
  const kind = match[1] as FoundPattern["kind"];
  return { kind, start: match.index, end: match.index + kind.length, before, after };
}
