/**
 * Reads the names that a module imports from other modules.
 *
 * @module
 */

/** The names that a module imports from another one. */
export interface ImportedNames {
  /** The names, which may include `default`. */
  readonly names: ReadonlySet<string>;
  /** Whether it may import any name, with `export * from` or `import()`. */
  readonly importsAny: boolean;
  /** The imports of the namespace: `* as name`. */
  readonly namespaces: readonly NamespaceImport[];
}

/** An `import * as name from "…"`. */
export interface NamespaceImport {
  readonly name: string;
  /** The position of the word `import`. */
  readonly at: number;
  /** The position of the `*`. */
  readonly start: number;
  /** The end of the name. */
  readonly end: number;
}

interface Asked extends ImportedNames {
  readonly names: Set<string>;
  importsAny: boolean;
  readonly namespaces: NamespaceImport[];
}

const KEYWORD = /(?<![.\w$])(?:import|export)(?![\w$])/g;
/** White space and comments; an unclosed comment does not count. */
const GAP = /(?:\s+|\/\/[^\n]*|\/\*)/y;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const TEXT = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$\n]|\\.)*`/y;

/**
 * Reads what a module imports, in time proportional to its length.
 *
 * It also reads text in comments and strings that looks like an import: an extra name is exported as `undefined`, which
 * does no harm.
 *
 * @param source JavaScript or TypeScript.
 * @returns The names, by specifier.
 */
export function readImportedNames(source: string): ReadonlyMap<string, ImportedNames> {
  const modules = new Map<string, Asked>();
  let at = 0;
  /** The end of the last comment: nothing in it is read twice. */
  let endOfComment = 0;
  let isUnclosed = false;

  for (const match of source.matchAll(KEYWORD)) {
    if (match.index < endOfComment) continue;
    at = match.index + match[0].length;
    if (match[0] === "import" && take("(")) {
      const specifier = readText();
      if (specifier !== undefined) getImported(specifier).importsAny = true;
      continue;
    }
    readStatement(match[0], match.index);
  }
  return modules;

  function readStatement(keyword: string, begin: number): void {
    const names: string[] = [];
    let namespace: NamespaceImport | undefined;
    let importsAny = false;
    if (keyword === "import") {
      const sideEffect = readText();
      if (sideEffect !== undefined) return void getImported(sideEffect);
      let name = readName();
      // `import type X from`, `import defer * as X from`
      if (name !== undefined && /^(?:type|defer|source|typeof)$/.test(name)) name = readNameBut("from") ?? name;
      if (name !== undefined) {
        names.push("default");
        take(",");
      }
    } else if (readNameOf("type") === undefined && !/[\s*{/]/.test(source[at] ?? "")) {
      return;
    }
    if (take("*")) {
      const start = at - 1;
      if (readNameOf("as") === undefined) importsAny = true;
      else {
        const name = readName();
        if (keyword === "export" || name === undefined) importsAny = true;
        else namespace = { name, at: begin, start, end: at };
      }
    } else if (take("{") && !readNames(names)) return;
    if (readNameOf("from") === undefined) return;
    const specifier = readText();
    if (specifier === undefined) return;
    const asked = getImported(specifier);
    for (const name of names) asked.names.add(name);
    if (importsAny) asked.importsAny = true;
    if (namespace !== undefined) asked.namespaces.push(namespace);
  }

  function getImported(specifier: string): Asked {
    let asked = modules.get(specifier);
    if (asked === undefined) modules.set(specifier, asked = { names: new Set(), importsAny: false, namespaces: [] });
    return asked;
  }

  /** Reads up to the closing brace. */
  function readNames(names: string[]): boolean {
    while (!take("}")) {
      const words: string[] = [];
      while (!isAt(",") && !isAt("}")) {
        const word = readName() ?? readText();
        if (word === undefined) return false;
        words.push(word);
      }
      take(",");
      // `type a` or `type as b`: take both words, one of them is an extra name.
      names.push(...words.slice(0, words[0] === "type" ? 2 : 1));
    }
    return true;
  }

  function skipGap(): void {
    for (;;) {
      GAP.lastIndex = at;
      const gap = GAP.exec(source)?.[0];
      if (gap === undefined) return;
      if (gap !== "/*") {
        at += gap.length;
        if (gap.startsWith("/")) endOfComment = at;
      } else {
        const end = isUnclosed ? -1 : source.indexOf("*/", at + 2);
        if (end === -1) {
          isUnclosed = true;
          return;
        }
        endOfComment = at = end + 2;
      }
    }
  }

  function isAt(char: string): boolean {
    skipGap();
    return source[at] === char;
  }

  function take(char: string): boolean {
    if (!isAt(char)) return false;
    at++;
    return true;
  }

  function readName(): string | undefined {
    skipGap();
    NAME.lastIndex = at;
    const name = NAME.exec(source)?.[0];
    if (name !== undefined) at += name.length;
    return name;
  }

  function readNameOf(word: string): string | undefined {
    const before = at;
    const name = readName();
    if (name === word) return name;
    at = before;
    return undefined;
  }

  function readNameBut(word: string): string | undefined {
    const before = at;
    const name = readName();
    if (name !== undefined && name !== word) return name;
    at = before;
    return undefined;
  }

  function readText(): string | undefined {
    skipGap();
    TEXT.lastIndex = at;
    const text = TEXT.exec(source)?.[0];
    if (text === undefined) return undefined;
    at += text.length;
    return text.includes("\\") ? unescapeText(text) : text.slice(1, -1);
  }
}

function unescapeText(text: string): string {
  try {
    return JSON.parse(`"${text.slice(1, -1).replace(/"/g, '\\"').replace(/\\(['`])/g, "$1")}"`);
  } catch {
    return text.slice(1, -1);
  }
}

/**
 * Replaces `import * as name from "…"` by `import {  name } from "…"`, without moving any position. The module must
 * then export its namespace by that name.
 *
 * @param source JavaScript.
 * @param isReplaced Whether the namespace of a specifier is replaced.
 * @param isCode Returns which positions, given in ascending order, are code, not text in a string, a template or a
 * comment.
 */
export function replaceNamespaceImports(
  source: string,
  isReplaced: (specifier: string) => boolean,
  isCode: (positions: readonly number[]) => ReadonlySet<number>,
): string {
  const namespaces = [...readImportedNames(source)]
    .filter(([specifier, { namespaces }]) => namespaces.length > 0 && isReplaced(specifier))
    .flatMap(([, { namespaces }]) => namespaces).sort((a, b) => a.at - b.at);
  if (namespaces.length === 0) return source;
  const code = isCode(namespaces.map(({ at }) => at));
  let text = "", done = 0;
  for (const { name, at, start, end } of namespaces) {
    if (!code.has(at)) continue;
    text += `${source.slice(done, start)}{${
      source.slice(start + 1, end - name.length).replace(/\S/g, " ").slice(1)
    }${name}}`;
    done = end;
  }
  return text + source.slice(done);
}
