/**
 * Transpiles JSX the way Next.js does, regardless of a `tsconfig.json`: in `.js` files too, and with the automatic
 * runtime.
 *
 * Deno transpiles JSX according to the `tsconfig.json` above a file, and not at all if that has `preserve`, as in most
 * Next.js projects. So Deno is given a copy outside of any project, which has the settings in its own pragma comments.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, toFileUrl } from "@std/path";
import { replaceSourceOfMap } from "./typescript_source.ts";

/** An element or a fragment. Text that only looks like one costs a copy, but does no harm. */
const ELEMENT = /<[A-Za-z_$][\w.$:-]*(?=[\s/>])|<>/;
/** An element at the start of an expression, as opposed to in a string. */
const EXPRESSION = /(?:[(=?:,&|{>]|\breturn)\s*<(?:[A-Za-z_$]|>)/;
const RUNTIME = /@jsxRuntime\s+(\w+)/;
const IMPORT_SOURCE = /@jsxImportSource\s+([^\s*]+)/;
/** The module that Deno imports for JSX with the automatic runtime. */
const AUTOMATIC = /\/jsx-(?:dev-)?runtime["']/;

/** Deno's transpiler, called with the URL of a file. Returns `null` if it cannot read or parse the file. */
export type Transpile = (url: string) => string | null;

/**
 * Whether a file may have JSX.
 *
 * @param url The URL of the file, without query.
 * @param source Its text.
 */
export function mayHaveJsx(url: string, source: string): boolean {
  return /\.(?:tsx|jsx|js)$/.test(url) && ELEMENT.test(source);
}

/**
 * Creates the pragma comments that select the automatic runtime, and the modules that the transpiler then imports.
 *
 * @param source The source of the file.
 * @param importSource Returns the module that the runtime is imported from, unless the file specifies it.
 */
export function getJsxPragmas(
  source: string,
  importSource: () => string,
): { readonly text: string; readonly runtimes: readonly string[] } {
  const runtime = RUNTIME.exec(source)?.[1] ?? "automatic";
  const from = IMPORT_SOURCE.exec(source)?.[1] ?? importSource();
  return {
    text: `/** @jsxRuntime ${runtime} *//** @jsxImportSource ${from} */ `,
    runtimes: runtime === "classic" ? [] : [`${from}/jsx-runtime`, `${from}/jsx-dev-runtime`],
  };
}

/** A file that may have JSX. */
export interface JsxFile {
  /** The URL of the file, without query. */
  readonly url: string;
  readonly source: string;
  /** Returns the module that the runtime is imported from, unless the file specifies it. */
  importSource(): string;
  /** The result of Deno's transpiler for the file itself. */
  readonly transpiled: string | null;
  readonly transpile: Transpile;
}

/**
 * Transpiles a file that may have JSX.
 *
 * @param file The file.
 * @returns The code; `null` if Deno cannot parse the file; or `undefined` if nothing may be written, in which case Deno
 * should load the URL that it was last called with, and stack traces have the lines of the transpiled code.
 */
export function transpileJsx(file: JsxFile): string | null | undefined {
  const { url, source, transpiled, transpile } = file;
  const runtime = RUNTIME.exec(source)?.[1] ?? "automatic";
  // Deno returns a `.js` file unchanged, even if it is not valid JavaScript.
  const isPlain = url.endsWith(".js");
  if (transpiled !== null && !isPlain && (runtime === "classic" || AUTOMATIC.test(transpiled))) return transpiled;
  const { text: pragmas } = getJsxPragmas(source, () => file.importSource());
  // In the first line, so that line numbers stay the same.
  const text = source.startsWith("#!") ? source.replace("\n", `\n${pragmas}`) : pragmas + source;
  const folder = getFolder();
  if (folder === null) {
    if (isPlain && !EXPRESSION.test(source)) return transpiled;
    transpile(`data:text/${url.endsWith(".tsx") ? "tsx" : "jsx"};charset=utf-8,${encodeURIComponent(text)}`);
    return undefined;
  }
  const copied = transpileCopy({ url, text, folder }, transpile);
  // The text only looked like JSX.
  if (copied === null || (isPlain && !AUTOMATIC.test(copied) && runtime !== "classic")) return transpiled;
  return replaceSourceOfMap(copied, url, source);
}

function transpileCopy(
  { url, text, folder }: { readonly url: string; readonly text: string; readonly folder: string },
  transpile: Transpile,
): string | null {
  const ending = url.endsWith(".tsx") ? "tsx" : "jsx";
  // Named by the file's URL, not by its text: Deno's transpiler cache has an entry per name, and never removes one.
  const name = getBuiltinModule("node:crypto").createHash("sha256").update(url).digest("hex").slice(0, 32);
  const path = join(folder, `${name}.${ending}`);
  // Another process of the same project may be removing the same copy.
  for (let attempt = 0; attempt < 3; attempt++) {
    writeWhole(path, text);
    const source = transpile(toFileUrl(path).href);
    rmSync(path, { force: true });
    if (source !== null) return source;
  }
  return null;
}

function writeWhole(path: string, text: string): void {
  const part = `${path}.${crypto.randomUUID()}`;
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, path);
}

let cachedFolder: string | null | undefined;

/** Returns a folder that only this user can access, or `null` if none may be written. */
function getFolder(): string | null {
  return cachedFolder ??= findFolder();
}

function findFolder(): string | null {
  const isGranted = (name: "read" | "write") => Deno.permissions.querySync({ name }).state === "granted";
  // Otherwise Deno would prompt the user.
  if (!isGranted("read") || !isGranted("write")) return null;
  try {
    const probe = Deno.makeTempFileSync({ prefix: "routes-jsx-" });
    const { uid } = lstatSync(probe);
    rmSync(probe);
    const path = join(dirname(probe), `routes-jsx-${uid}`);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return isPrivate(path, uid) ? path : Deno.makeTempDirSync({ prefix: "routes-jsx-" });
  } catch {
    return null;
  }
}

/**
 * Whether only this user can access a folder: another user may have created it, to write code that this process runs.
 */
function isPrivate(path: string, uid: number): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && stat.uid === uid && (Deno.build.os === "windows" || (stat.mode & 0o077) === 0);
}
