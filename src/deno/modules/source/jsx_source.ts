/**
 * JSX as Next.js understands it, whatever a `tsconfig.json` says: in `.js` files too, and with the automatic runtime.
 *
 * Deno transpiles JSX as the `tsconfig.json` above a file says, and not at all where it says `preserve`, as that of most
 * Next.js projects does. So it is handed a copy, outside of any project, that says itself what is wanted.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, toFileUrl } from "@std/path";
import { replaceSourceOfMap } from "./typescript_source.ts";

/** An element, or a fragment. What only looks like one costs a copy, and does no harm. */
const ELEMENT = /<[A-Za-z_$][\w.$:-]*(?=[\s/>])|<>/;
/** An element where a value may stand, and not in a string. */
const EXPRESSION = /(?:[(=?:,&|{>]|\breturn)\s*<(?:[A-Za-z_$]|>)/;
const RUNTIME = /@jsxRuntime\s+(\w+)/;
const IMPORT_SOURCE = /@jsxImportSource\s+([^\s*]+)/;
/** What Deno imports for JSX with the automatic runtime. */
const AUTOMATIC = /\/jsx-(?:dev-)?runtime["']/;

/** Deno's transpiler, by the URL of a file. Gives `null` for what it cannot read or parse. */
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
 * The comments that have a transpiler take the automatic runtime, and what it then imports.
 *
 * @param source The text of the file.
 * @param importSource The module that the runtime is imported from, where the file does not say.
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
  /** Its URL, without query. */
  readonly url: string;
  /** Its text. */
  readonly source: string;
  /** The module that the runtime is imported from, where the file does not say. */
  importSource(): string;
  /** What Deno's transpiler gives of the file itself. */
  readonly given: string | null;
  readonly transpile: Transpile;
}

/**
 * Transpiles a file that may have JSX.
 *
 * @param file The file.
 * @returns `null` where Deno cannot parse it, or `undefined` where Deno is to load what it was asked for last: nothing may
 * be written, and stack traces have the lines of what the file is transpiled to.
 */
export function transpileJsx(file: JsxFile): string | null | undefined {
  const { url, source, given, transpile } = file;
  const runtime = RUNTIME.exec(source)?.[1] ?? "automatic";
  // Deno hands over a `.js` file as it is, be it JavaScript or not.
  const isPlain = url.endsWith(".js");
  if (given !== null && !isPlain && (runtime === "classic" || AUTOMATIC.test(given))) return given;
  const { text: pragmas } = getJsxPragmas(source, () => file.importSource());
  // In the first line, so that no line moves.
  const text = source.startsWith("#!") ? source.replace("\n", `\n${pragmas}`) : pragmas + source;
  const folder = getFolder();
  if (folder === null) {
    if (isPlain && !EXPRESSION.test(source)) return given;
    transpile(`data:text/${url.endsWith(".tsx") ? "tsx" : "jsx"};charset=utf-8,${encodeURIComponent(text)}`);
    return undefined;
  }
  const copied = transpileCopy({ url, text, folder }, transpile);
  // What looked like JSX was text.
  if (copied === null || (isPlain && !AUTOMATIC.test(copied) && runtime !== "classic")) return given;
  return replaceSourceOfMap(copied, url, source);
}

function transpileCopy(
  { url, text, folder }: { readonly url: string; readonly text: string; readonly folder: string },
  transpile: Transpile,
): string | null {
  const ending = url.endsWith(".tsx") ? "tsx" : "jsx";
  // By the file's name, and not by its text: Deno keeps what it transpiled by the name of the copy, for good.
  const name = createHash("sha256").update(url).digest("hex").slice(0, 32);
  const path = join(folder, `${name}.${ending}`);
  // Another process of the same project may remove its copy just now.
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

/** A folder of this user's own, or `null` if none may be written. */
function getFolder(): string | null {
  return cachedFolder ??= findFolder();
}

function findFolder(): string | null {
  const isGranted = (name: "read" | "write") => Deno.permissions.querySync({ name }).state === "granted";
  // Deno would ask the user at the terminal.
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

/** Another user may have made the folder, to write what is run. */
function isPrivate(path: string, uid: number): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && stat.uid === uid && (Deno.build.os === "windows" || (stat.mode & 0o077) === 0);
}
