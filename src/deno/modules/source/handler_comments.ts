/**
 * Reads the comments of the handlers that a route file exports.
 *
 * @module
 */

import type { HandlerComment } from "../../../openapi/operation.ts";
import { findModuleStatements } from "./module_statement.ts";

/** The comments of handlers by method. */
export type HandlerComments = Readonly<Record<string, HandlerComment>>;

const HANDLER = /export\s+(?:async\s+function\s*|function\s+|(?:const|let|var)\s+)([A-Z]+)\b/y;
/** A JSDoc comment directly before a position. */
const COMMENT_BEFORE = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*$/;
/** The end of a sentence: a period before white space, but not that of "e.g." or "1.5". */
const SENTENCE = /^[\s\S]*?[.!?](?<!\b(?:e\.g|i\.e|etc|vs)\.)(?=\s|$)/;

/**
 * Reads the JSDoc comments of exported handlers. The first sentence is the summary, the rest up to the first tag the
 * description. Handlers that are exported in a list, `export { GET }`, are not found.
 *
 * @param source JavaScript, JSX or TypeScript.
 */
export function readHandlerComments(source: string): HandlerComments {
  const comments: Record<string, HandlerComment> = {};
  for (const position of findModuleStatements(source)) {
    HANDLER.lastIndex = position;
    const [, method] = HANDLER.exec(source) ?? [];
    if (method === undefined) continue;
    const start = source.lastIndexOf("/**", position);
    const [, text] = start === -1 ? [] : COMMENT_BEFORE.exec(source.slice(start, position)) ?? [];
    if (text !== undefined) comments[method] = parseComment(text);
  }
  return comments;
}

function parseComment(text: string): HandlerComment {
  const lines = text.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const firstTag = lines.findIndex((line) => /^\s*@\w/.test(line));
  const body = lines.slice(0, firstTag === -1 ? undefined : firstTag).join("\n").trim();
  const [paragraph = ""] = body.split(/\n\s*\n/);
  const [sentence] = SENTENCE.exec(paragraph) ?? [paragraph];
  const summary = sentence.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
  const description = body.slice(sentence.length).trim();
  return {
    ...(summary === "" ? {} : { summary }),
    ...(description === "" ? {} : { description }),
    ...(lines.some((line) => /^\s*@deprecated\b/.test(line)) ? { deprecated: true } : {}),
  };
}
