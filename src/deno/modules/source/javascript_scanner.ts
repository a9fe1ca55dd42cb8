/**
 * Splits JavaScript into tokens. Where the language decides by what came before whether a slash starts a regular expression
 * and a brace ends an expression of a template, the parser decides.
 *
 * @module
 */

/** A token. */
export interface Token {
  readonly kind: "name" | "private" | "number" | "string" | "template" | "mark" | "end";
  /** The text; of a template only the backtick. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether a line ends between the token before and this one. */
  readonly isAfterLine: boolean;
}

const GAP = /(?:[\s\ufeff]+|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
const LINE_END = /[\n\r\u2028\u2029]/;
const ESCAPE = String.raw`\\u(?:[\da-fA-F]{4}|\{[\da-fA-F]+\})`;
const NAME = new RegExp(
  String.raw`(#?)(?:[$_\p{ID_Start}]|${ESCAPE})(?:[$\u200c\u200d\p{ID_Continue}]|${ESCAPE})*`,
  "uy",
);
const NUMBER = /0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?n?/y;
const STRING = /"(?:[^"\\\n\r]+|\\(?:\r\n|[\s\S]))*"|'(?:[^'\\\n\r]+|\\(?:\r\n|[\s\S]))*'/y;
const MARK =
  />>>=|\.\.\.|[=!]==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|[=!<>]=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|[-+*/%&|^]=|<<|>>|\*\*|[-{}()[\];,<>+*/%&|^!~?:=.@]/y;
const REGEX = /\/(?:[^\\/[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+\/[\p{ID_Continue}$]*/uy;
const TEMPLATE_PART = /(?:[^`\\$]+|\\[\s\S]|\$(?!\{))*(`|\$\{)/y;

/** Reads tokens at positions of a source. */
export interface Scanner {
  /**
   * Returns the token at or after a position.
   *
   * @throws {SyntaxError} If no token is there.
   */
  scan(at: number): Token;
  /** Returns the end of the regular expression that starts at a position. */
  scanRegex(at: number): number;
  /** Returns the end of the part of a template that starts at a position, and whether an expression follows. */
  scanTemplate(at: number): { readonly end: number; readonly isLast: boolean };
}

/** Creates a scanner of a source. */
export function createScanner(source: string): Scanner {
  const start = /^\ufeff?#!.*/.exec(source)?.[0].length ?? 0;

  function match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(source);
  }

  function requireMatch(pattern: RegExp, at: number): RegExpExecArray {
    const found = match(pattern, at);
    if (found === null) throw createUnexpectedError(source, at);
    return found;
  }

  return {
    scan(at) {
      const gap = match(GAP, Math.max(at, start))![0];
      const begin = Math.max(at, start) + gap.length;
      const isAfterLine = LINE_END.test(gap);
      const create = (kind: Token["kind"], text: string) => ({
        kind,
        text,
        start: begin,
        end: begin + text.length,
        isAfterLine,
      });
      if (begin === source.length) return create("end", "");
      const name = match(NAME, begin);
      if (name !== null) return create(name[1] === "" ? "name" : "private", name[0]);
      const char = source[begin]!;
      if (char === '"' || char === "'") return create("string", requireMatch(STRING, begin)[0]);
      if (char === "`") return create("template", char);
      const number = match(NUMBER, begin);
      if (number !== null) return create("number", number[0]);
      return create("mark", requireMatch(MARK, begin)[0]);
    },
    scanRegex: (at) => at + requireMatch(REGEX, at)[0].length,
    scanTemplate(at) {
      const [text, end] = requireMatch(TEMPLATE_PART, at);
      return { end: at + text.length, isLast: end === "`" };
    },
  };
}

/** Creates the error for a text that is not JavaScript. */
export function createUnexpectedError(source: string, at: number): SyntaxError {
  const before = source.slice(0, at).split("\n");
  const found = /^[\w$]+|^[\s\S]?/.exec(source.slice(at, at + 50))![0];
  const what = found === "" ? "end of file" : JSON.stringify(found);
  return new SyntaxError(`Unexpected ${what} at ${before.length}:${before.at(-1)!.length + 1}`);
}
