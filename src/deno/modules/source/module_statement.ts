/**
 * Finds the statements of ES modules in a source that no JavaScript parser accepts because it has JSX.
 *
 * @module
 */

/** The words that cannot end an operand: a slash after one of them starts a regular expression. */
const BEFORE_REGEX = /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof|yield|await|default)$/;

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
/** The text after `import` in a statement or `import.meta`; calls of `import()` are excluded, CommonJS has them too. */
const AFTER_IMPORT = /["'{*\p{ID_Start}$_]|\.\s*meta\b/uy;
const AFTER_EXPORT =
  /[{*]|(?:default|const|let|var|function|class|async|import|type|interface|enum|abstract|declare)\b/y;

/**
 * Whether a source has an `import` or `export` statement or `import.meta`, outside of comments, strings and regular
 * expressions. Takes linear time.
 *
 * @param text JavaScript, JSX or TypeScript.
 */
export function hasModuleStatement(text: string): boolean {
  return !findModuleStatements(text).next().done;
}

/**
 * Yields the positions of the `import` and `export` statements and `import.meta` of a source, as for
 * {@linkcode hasModuleStatement}.
 *
 * @param text JavaScript, JSX or TypeScript.
 */
export function findModuleStatements(text: string): Generator<number> {
  return findWords(text, (word, next) => {
    const after = word === "import" ? AFTER_IMPORT : word === "export" ? AFTER_EXPORT : undefined;
    if (after === undefined) return false;
    after.lastIndex = next();
    return after.test(text);
  });
}

/**
 * Yields the positions of the calls of `import()` and `require()`, outside of comments, strings and regular
 * expressions.
 *
 * @param text JavaScript, JSX or TypeScript.
 */
export function findModuleCalls(text: string): Generator<number> {
  return findWords(text, (word, next) => (word === "import" || word === "require") && text[next()] === "(");
}

/** A read of `process.env.NODE_ENV`, as opposed to an assignment. */
const MODE_READ =
  /process\s*\??\.\s*env\s*(?:\??\.\s*NODE_ENV(?![\w$])|(?:\?\.\s*)?\[\s*(["'])NODE_ENV\1\s*\])(?!\s*(?:\|\||&&|\?\?|\+)?=(?!=))/uy;

/**
 * Finds where `process.env.NODE_ENV` is read, outside of comments, strings and regular expressions.
 *
 * @param text JavaScript, JSX or TypeScript.
 */
export function* findModeReads(text: string): Generator<{ readonly start: number; readonly end: number }> {
  if (!text.includes("NODE_ENV")) return;
  for (const start of findWords(text, (word) => word === "process")) {
    MODE_READ.lastIndex = start;
    if (!/(?<!\.\.)\.\s*$/.test(text.slice(Math.max(0, start - 20), start)) && MODE_READ.test(text)) {
      yield { start, end: MODE_READ.lastIndex };
    }
  }
}

/**
 * Yields the positions of words in code.
 *
 * @param isWanted Whether to yield the position of a word; `next` returns the position of the code that follows it.
 */
function* findWords(text: string, isWanted: (word: string, next: () => number) => boolean): Generator<number> {
  /** The number of open braces in the current expression of each enclosing template. */
  const templates: number[] = [];
  /** The last word, or the last other character that is not white space. */
  let last = "";
  /** The position before which no regular expression ends, so that it is not searched twice. */
  let noRegexBefore = 0;
  let at = 0;

  while (at < text.length) {
    const char = text[at]!;
    if (char === "/" && text[at + 1] === "/") at = findEnd("\n", at);
    else if (char === "/" && text[at + 1] === "*") at = findEnd("*/", at + 2);
    else if (char === '"' || char === "'") readString(char);
    else if (char === "`") readTemplate();
    else if (char === "}" && templates.at(-1) === 0) {
      templates.pop();
      readTemplate();
    } else if (char === "/" && mayBeRegex()) readRegex();
    else if (char <= " ") at++;
    else if (text.startsWith("...", at)) {
      // A spread: what follows is not a member access.
      last = "...";
      at += 3;
    } else if (isWordStart()) {
      const begin = at;
      const word = text.slice(at, WORD.lastIndex);
      at = WORD.lastIndex;
      if (last !== "." && isWanted(word, () => skipSpace(at))) yield begin;
      last = word;
    } else {
      if (templates.length > 0 && char === "{") templates[templates.length - 1]!++;
      if (templates.length > 0 && char === "}") templates[templates.length - 1]!--;
      last = char;
      at++;
    }
  }

  function findEnd(mark: string, from: number): number {
    const found = text.indexOf(mark, from);
    return found === -1 ? text.length : found + mark.length;
  }

  function isWordStart(): boolean {
    WORD.lastIndex = at;
    return WORD.test(text);
  }

  /** Returns the end of white space and comments. */
  function skipSpace(from: number): number {
    let end = from;
    for (;;) {
      if (/\s/.test(text[end] ?? "")) end++;
      else if (text.startsWith("//", end)) end = findEnd("\n", end);
      else if (text.startsWith("/*", end)) end = findEnd("*/", end + 2);
      else return end;
    }
  }

  /** A string ends at the latest with its line, so an apostrophe in the text of JSX does no harm beyond the line. */
  function readString(quote: string): void {
    for (at++; at < text.length && text[at] !== quote && text[at] !== "\n"; at++) if (text[at] === "\\") at++;
    at++;
    last = quote;
  }

  /** Reads to the end of a template, or to the next expression in it. */
  function readTemplate(): void {
    for (at++; at < text.length && text[at] !== "`"; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === "$" && text[at + 1] === "{") {
        templates.push(0);
        at += 2;
        last = "{";
        return;
      }
    }
    at++;
    last = "`";
  }

  /** A slash after a value is a division, and one after `<` closes a JSX element. */
  function mayBeRegex(): boolean {
    if (at < noRegexBefore) return false;
    return BEFORE_REGEX.test(last) || !/^(?:[)\]}"'`<]|[\p{ID_Continue}$].*)$/u.test(last);
  }

  function readRegex(): void {
    let isInClass = false;
    let end = at + 1;
    for (; end < text.length && text[end] !== "\n"; end++) {
      const char = text[end];
      if (char === "\\") end++;
      else if (char === "[") isInClass = true;
      else if (char === "]") isInClass = false;
      else if (char === "/" && !isInClass) {
        at = end + 1;
        last = ")";
        return;
      }
    }
    noRegexBefore = end;
    last = "/";
    at++;
  }
}
