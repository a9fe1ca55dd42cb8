/**
 * Reads the names that an ES module exports from its source, for a module that is not run.
 *
 * @module
 */

import { findModuleStatements } from "./module_statement.ts";

/** The exports of a module. */
export interface ExportedNames {
  /** The names, which may include `default`. */
  readonly names: ReadonlySet<string>;
  /** The specifiers of `export * from "…"`. */
  readonly stars: readonly string[];
}

/** A gap, a string, a template, a word, or another character. */
const TOKEN =
  /(\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|`(?:[^`\\]|\\[\s\S])*`?|\.\.\.|=>|[!=]==?|[\p{ID_Continue}$\u200c\u200d]+|[\s\S]/uy;
const NAME = /^[\p{ID_Start}$_]/u;
/** The words that start the next statement, where no semicolon ends the one before. */
const STATEMENT = /^(?:export|import|function|class|const|let|var|async|if|for|return|interface|type|declare|enum)$/;
/** The statements that declare only types. */
const TYPES = /^(?:type|interface|declare)$/;

interface Token {
  /** The text; empty at the end of the source. */
  readonly text: string;
  readonly isString: boolean;
  /** Whether a line starts before it. */
  readonly isAfterLine: boolean;
  readonly end: number;
}

/**
 * Reads the exports of a module.
 *
 * Without a parser, too many names may be found, such as a type that is exported like a value. That does no harm.
 *
 * @param source JavaScript, JSX or TypeScript.
 */
export function readExportedNames(source: string): ExportedNames {
  const names = new Set<string>(), stars: string[] = [];
  let at = 0;

  for (const begin of findModuleStatements(source)) {
    if (!source.startsWith("export", begin)) continue;
    at = begin + "export".length;
    readStatement();
  }
  return { names, stars };

  function peek(): Token {
    let isAfterLine = false;
    TOKEN.lastIndex = at;
    for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
      const [text, gap, string] = match;
      const end = TOKEN.lastIndex;
      if (gap === undefined) return { text, isString: string !== undefined, isAfterLine, end };
      isAfterLine ||= gap.includes("\n");
    }
    return { text: "", isString: false, isAfterLine, end: source.length };
  }

  function next(): Token {
    const token = peek();
    at = token.end;
    return token;
  }

  function take(text: string): boolean {
    const token = peek();
    if (token.text === text) at = token.end;
    return token.text === text;
  }

  function readStatement(): void {
    const { text } = next();
    if (text === "default") names.add("default");
    else if (text === "{") readList();
    else if (text === "*") readStar();
    else if (text === "const" && take("enum")) readName();
    else if (/^(?:const|let|var)$/.test(text)) readDeclarations(text === "const");
    else if (/^(?:async|function|abstract|class|enum|import)$/.test(text)) readName();
    else if (!TYPES.test(text)) return;
  }

  /** Reads the name behind words such as `function` and marks such as `*`. */
  function readName(): void {
    let token = next();
    while (/^(?:function|class|enum|\*)$/.test(token.text)) token = next();
    if (NAME.test(token.text)) names.add(token.text);
  }

  function readStar(): void {
    if (take("as")) return void names.add(toText(next()));
    if (take("from")) stars.push(toText(next()));
  }

  function readList(): void {
    while (!take("}") && peek().text !== "") {
      const words: Token[] = [];
      while (!/^[,}]?$/.test(peek().text)) words.push(next());
      take(",");
      const name = words.at(-1);
      // `type A` and `type A as B`, as opposed to `type`, `type as A` and `type as as A`.
      const isType = words[0]?.text === "type" && (words.length === 2 || words.length === 4);
      if (name !== undefined && !isType) names.add(toText(name));
    }
  }

  /** Reads the names of `const a = 1, { b } = …`. */
  function readDeclarations(isConst: boolean): void {
    readBinding(names);
    let depth = 0;
    for (let token = next(); token.text !== "" && token.text !== ";" && depth >= 0; token = next()) {
      const { text, end, isAfterLine } = token;
      if (/^[{([]$/.test(text)) depth++;
      else if (/^[})\]]$/.test(text)) depth--;
      else if (depth > 0) continue;
      else if (isAfterLine && STATEMENT.test(text)) return;
      else if (text === ",") {
        // The comma may be one of type arguments.
        const found = new Set<string>();
        readBinding(found);
        const { text: after, isAfterLine: isLast } = peek();
        const isNext = /^[=:!]$/.test(after) || (!isConst && (/^[,;]?$/.test(after) || isLast));
        if (isNext) {
          for (const name of found) names.add(name);
        } else at = end;
      }
    }
  }

  function readBinding(found: Set<string>): void {
    const { text } = peek();
    if (NAME.test(text)) {
      next();
      found.add(text);
    } else if (text === "{" || text === "[") {
      next();
      readPattern(found, text === "{" ? "}" : "]");
    }
  }

  function readPattern(found: Set<string>, close: string): void {
    while (!take(close) && peek().text !== "") {
      if (take(",")) continue;
      take("...");
      if (close === "]") readBinding(found);
      else readProperty(found);
      if (take("=")) skipExpression(close);
      else if (!/^[,})\]]?$/.test(peek().text)) next();
    }
  }

  function readProperty(found: Set<string>): void {
    const key = next();
    if (key.text === "[") {
      skipExpression("]");
      take("]");
    }
    if (take(":")) readBinding(found);
    else if (NAME.test(key.text)) found.add(key.text);
  }

  /** Skips to the next comma, or to what closes the list. */
  function skipExpression(close: string): void {
    for (let depth = 0;;) {
      const { text } = peek();
      if (text === "" || (depth === 0 && (text === "," || text === close))) return;
      if (/^[{([]$/.test(text)) depth++;
      else if (/^[})\]]$/.test(text)) depth--;
      next();
    }
  }
}

function toText({ text, isString }: Token): string {
  return isString ? text.slice(1, -1) : text;
}
