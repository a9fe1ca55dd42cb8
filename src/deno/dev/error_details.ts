/**
 * Finds where in a project an error comes from, with the lines around it, as shown by `routes dev`.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { fromFileUrl, join, toFileUrl } from "@std/path";
import { toThrownText } from "../../handler/response/thrown.ts";
import { RouteLoadError } from "../modules/load/loader.ts";
import { getRelativePath } from "../project/relative_path.ts";
import { findSpecifiers } from "../modules/source/module_specifiers.ts";
import { isWithin } from "../project/is_within.ts";
import { PACKAGE_URL } from "../modules/own_package.ts";

/** An error as shown to the developer. */
export interface ErrorDetails {
  /** The name of its class: `TypeError`. */
  readonly name: string;
  readonly message: string;
  /** Its stack, without the calls of this package. */
  readonly stack: string;
  /** Where it comes from, if that is a file of the project. */
  readonly place: ErrorPlace | null;
}

/** A place in a file. */
export interface ErrorPlace {
  /** The file, relative to the project, with `/`. */
  readonly file: string;
  /** The absolute path of the file. */
  readonly path: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** The lines around it, the line itself marked. */
  readonly frame: string;
}

/** How many lines a frame has before and after. */
const CONTEXT_LINES = 3;

/** The modules of this package: an error that passes through them does not come from them. */
const PACKAGE = ["src/", "cli.ts", "mod.ts"].map((path) => new URL(path, PACKAGE_URL).href);

const POSITION = /(file:\/\/\S+?):(\d+):(\d+)/g;

/** What `routes dev` adds to the URL of a file that it imports again. */
const VERSION = /(file:\/\/[^\s?#]+)\?v=\d+\b/g;

/**
 * Describes an error.
 *
 * @param error The thrown value.
 * @param root The project's folder.
 */
export function describeError(error: unknown, root: string): ErrorDetails {
  if (!(error instanceof Error)) {
    return {
      name: "Error",
      message: `${toThrownText(error)} was thrown, which is not an Error`,
      stack: "",
      place: null,
    };
  }
  // The cause has the stack that leads to the file; the error around it says which route could not be loaded.
  const inner = error instanceof RouteLoadError && error.cause instanceof Error ? error.cause : error;
  const text = readSafely(() => inner.message);
  const own = cleanStack(readSafely(() => inner.stack ?? ""));
  const isLoad = inner !== error || isImportFailure(inner, text, own);
  const { name, message } = isLoad
    ? unwrapSyntaxError({ name: readSafely(() => inner.name), message: text })
    : { name: readSafely(() => inner.name), message: text };
  // The message of a handler's error may contain client input, which must not choose a file.
  const place = isLoad
    ? findImport(text, root) ?? findPlace(`${text}\n${own}`, root)
    : findPlace(getCalls(own, text), root);
  return { name, message, stack: own + formatCauses(inner), place };
}

/**
 * Whether an error comes from an `import()` in a handler. Such an error has no call that created it, so that a message with
 * text of a client cannot pass for it.
 */
function isImportFailure({ constructor }: Error, message: string, stack: string): boolean {
  const isFailure = constructor === TypeError
    ? /^(?:SyntaxError|ModuleResolveError): /.test(message)
    : constructor === SyntaxError && message.startsWith("The requested module '");
  return isFailure && /^\s+at async /.test(getCalls(stack, message));
}

const CAUSED_BY = "\nCaused by: ";

/** Formats the causes of an error: "fetch failed" alone does not help. */
function formatCauses(error: Error): string {
  let text = "";
  try {
    let { cause } = error;
    for (let depth = 0; cause !== undefined && cause !== null && depth < 5; depth++) {
      const own: unknown = cause;
      text += CAUSED_BY +
        cleanStack(own instanceof Error ? readSafely(() => own.stack ?? own.message) : toThrownText(own));
      cause = own instanceof Error ? own.cause : undefined;
    }
  } catch {
    // A cause that cannot be read is left out.
  }
  return text;
}

/** Returns the calls of a stack, which come after the message. */
function getCalls(stack: string, message: string): string {
  const at = stack.indexOf(message);
  const lines = (at === -1 ? stack : stack.slice(at + message.length)).split("\n");
  return lines.filter((line) => /^\s+at /.test(line)).join("\n");
}

/** Reads a text of an error that user code has thrown, without the versions of files; never throws. */
function readSafely(read: () => unknown): string {
  try {
    return stripVTControlCharacters(String(read())).replaceAll(VERSION, "$1");
  } catch {
    return "";
  }
}

/** Removes what a developer cannot act on: the calls of this package and of Deno. */
function cleanStack(stack: string): string {
  return stack.split("\n").filter((line) =>
    !/^\s+at /.test(line) ||
    !(PACKAGE.some((module) => line.includes(module)) || /\(ext:|at async Promise\./.test(line))
  ).join("\n");
}

/** Deno wraps a syntax error in a TypeError, and adds its own frame below the first line. */
function unwrapSyntaxError({ name, message }: { name: string; message: string }): { name: string; message: string } {
  const wrapped = /^(\w*Error): (.*?)(?:\s*\n\s*[|\n].*)?$/s.exec(message);
  if (wrapped !== null) return { name: wrapped[1]!, message: wrapped[2]! };
  return { name, message: message.replace(/\s+at file:\S+$/, "") };
}

function findPlace(text: string, root: string): ErrorPlace | null {
  const base = toFileUrl(join(root, "/")).href;
  for (const [, found = "", line, column] of text.matchAll(POSITION)) {
    // Parsing resolves `..` segments that would lead out of the project.
    const url = URL.parse(found)?.href ?? "";
    if (PACKAGE.some((module) => url.startsWith(module)) || url.includes("/node_modules/") || !url.startsWith(base)) {
      continue;
    }
    const path = fromFileUrl(url);
    const frame = formatCodeFrame(path, Number(line), Number(column));
    if (frame === null) continue;
    const file = getRelativePath(root, path);
    return { file, path, line: Number(line), column: Number(column), frame };
  }
  return null;
}

/** How a message names an import that cannot be resolved; such an error has no stack. */
const UNRESOLVED = /Cannot find (?:package "[^"]*" for the import )?"([^"]+)" (?:imported from|in) (.+?): /;

/** Finds the import that a message is about. */
function findImport(message: string, root: string): ErrorPlace | null {
  const [, specifier, file = ""] = UNRESOLVED.exec(message) ?? [];
  const path = join(root, file);
  if (specifier === undefined || !isWithin(path, root)) return null;
  const text = readText(path);
  const found = findSpecifiers(text).find((one) => one.specifier === specifier);
  if (found === undefined) return null;
  const before = text.slice(0, found.start).split("\n");
  const line = before.length, column = before.at(-1)!.length + 1;
  const frame = formatCodeFrame(path, line, column);
  return frame === null ? null : { file, path, line, column, frame };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function formatCodeFrame(path: string, line: number, column: number): string | null {
  const lines = readText(path).replace(/\r?\n$/, "").split(/\r?\n/);
  if (lines.join("") === "" || line < 1 || line > lines.length) return null;
  const first = Math.max(1, line - CONTEXT_LINES), last = Math.min(lines.length, line + CONTEXT_LINES);
  const width = String(last).length;
  return lines.slice(first - 1, last).flatMap((text, index) => {
    const number = first + index;
    const shown = `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`.trimEnd();
    if (number !== line) return [shown];
    // The caret stands below the character, tabs kept as they are.
    const before = text.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
    return [shown, `  ${" ".repeat(width)} | ${before}^`];
  }).join("\n");
}

/** Formats an error for a terminal. */
export function formatError({ name, message, stack, place }: ErrorDetails): string {
  const head = `${name}: ${message}`;
  if (place === null) return stack === "" ? head : stack;
  const [own = "", ...causes] = stack.split(CAUSED_BY);
  const calls = own.split("\n").filter((line) => /^\s+at /.test(line));
  // A syntax error has no calls of its own.
  const shown = calls.length > 1 ? `\n${calls.join("\n")}` : "";
  return `${head}\n  ${place.file}:${place.line}:${place.column}\n\n${place.frame}${shown}${
    causes.map((cause) => CAUSED_BY + cause).join("")
  }`;
}
