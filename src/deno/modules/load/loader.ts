/**
 * Imports the files of a project: the only `import()` of user code.
 *
 * @module
 */

import { join, toFileUrl } from "@std/path";
import type { ModuleNamespace } from "../../../handler/served_route.ts";
import { getErrorMessage } from "../../../log/error_text.ts";
import { importTogether } from "./import_together.ts";
import { prepareNamedPackages } from "../next/named_packages.ts";

/** The error for a route file that cannot be imported; `cause` is the reason. */
export class RouteLoadError extends Error {
  /** Always `"RouteLoadError"`. */
  override name = "RouteLoadError";
}

/** A file that is about to be imported. */
interface Waiting extends PromiseWithResolvers<ModuleNamespace> {
  readonly file: string;
}

/**
 * Creates a function that imports the files of a manifest. It caches modules, but not failures. Files that are asked for
 * in one turn are imported together.
 *
 * @param root The folder that the manifest's files are relative to.
 */
export function createLoader(root: string): (file: string) => Promise<ModuleNamespace> {
  const loaded = new Map<string, Promise<ModuleNamespace>>();
  let waiting: Waiting[] = [];

  async function importWaiting(): Promise<void> {
    const files = waiting;
    waiting = [];
    await prepareNamedPackages(root, importUrl);
    const urls = files.map(({ file }) => toFileUrl(join(root, file)).href);
    await importTogether(urls, importUrl, {
      load: (index, namespace) => files[index]!.resolve(namespace),
      fail(index, error) {
        const { file, reject } = files[index]!;
        toLoadError(file, error, "route ").then(reject);
      },
    });
  }

  return (file) => {
    const earlier = loaded.get(file);
    if (earlier !== undefined) return earlier;
    const one: Waiting = { file, ...Promise.withResolvers<ModuleNamespace>() };
    loaded.set(file, one.promise);
    one.promise.catch(() => loaded.delete(file));
    if (waiting.push(one) === 1) queueMicrotask(importWaiting);
    return one.promise;
  };
}

/**
 * Imports a file.
 *
 * @param root The folder that the file is relative to.
 * @param file The file.
 * @param what The kind of file in messages, with a trailing space.
 * @throws {RouteLoadError} If the import fails; the message has the file.
 */
export async function importFile(root: string, file: string, what = ""): Promise<ModuleNamespace> {
  try {
    await prepareNamedPackages(root, importUrl);
    return await importUrl(toFileUrl(join(root, file)).href);
  } catch (cause) {
    throw await toLoadError(file, cause, what);
  }
}

async function toLoadError(file: string, cause: unknown, what: string): Promise<RouteLoadError> {
  return createRouteLoadError(file, await findReason(cause), what);
}

/** If Deno cannot parse an imported file, it reports only that it is not prepared: importing it alone gives the reason. */
async function findReason(error: unknown): Promise<unknown> {
  const url = error instanceof Error ? /^Loading unprepared module: ([^,\s]+)/.exec(error.message)?.[1] : undefined;
  if (url === undefined) return error;
  try {
    await importUrl(url);
    return error;
  } catch (reason) {
    return reason;
  }
}

let runningImports = 0;

/** Returns the number of running imports. */
export function countImports(): number {
  return runningImports;
}

/** Imports a module by its URL. */
export async function importUrl(url: string): Promise<ModuleNamespace> {
  runningImports++;
  try {
    return await import(url);
  } finally {
    runningImports--;
  }
}

/**
 * Creates the error for a file that cannot be imported.
 *
 * @param file The file.
 * @param cause The reason.
 * @param what The kind of file in messages, with a trailing space.
 */
export function createRouteLoadError(file: string, cause: unknown, what = ""): RouteLoadError {
  let reason = getErrorMessage(cause);
  // Deno wraps a syntax error in a TypeError whose message has the original error's name and a code frame.
  if (cause instanceof Error && !/^\w*Error: /.test(reason)) reason = `${cause.name}: ${reason}`;
  return new RouteLoadError(`Cannot load ${what}"${file}": ${reason}`, { cause });
}
