/**
 * Imports many modules at once.
 *
 * For each `import()`, Deno goes through the graph of all modules that are loaded, so that 1,000 imports take seconds and
 * 10,000 a minute. A generated module, the list of
 * their imports, takes one.
 *
 * @module
 */

import type { ModuleNamespace } from "../../../handler/served_route.ts";

/** The URLs of lists of imports begin with this. Deno would ask for read permission for a `file:` URL. */
const LIST_PREFIX = "x-routes-imports:";

/** How many modules one `import()` imports. With 10,000 routes, 100 to 1,000 take the same time, and more take longer. */
const MAX_IMPORTS = 200;

/** The sources of the lists that are being imported, by URL. */
const sources = new Map<string, string>();
let count = 0;

/** Called when a module has been imported, or cannot be. */
export interface ImportListener {
  load(index: number, namespace: ModuleNamespace): void;
  fail(index: number, error: unknown): void;
}

/** Whether a URL is that of a list of imports. */
export function isImportList(url: string): boolean {
  return url.startsWith(LIST_PREFIX);
}

/** Returns the source of a list of imports. */
export function getImportListSource(url: string): string | undefined {
  return sources.get(url);
}

/**
 * Imports modules, many with one `import()`.
 *
 * @param urls Their URLs.
 * @param importUrl Imports a module.
 * @param on Called for each module, with its index.
 */
export async function importTogether(
  urls: readonly string[],
  importUrl: (url: string) => Promise<ModuleNamespace>,
  on: ImportListener,
): Promise<void> {
  const parts: Promise<void>[] = [];
  for (let start = 0; start < urls.length; start += MAX_IMPORTS) {
    parts.push(importRange(start, Math.min(start + MAX_IMPORTS, urls.length)));
  }
  // At once: a module that awaits something must not delay the other parts.
  await Promise.all(parts);

  /** If a module fails, the halves are imported; modules that were evaluated are not evaluated again. */
  async function importRange(start: number, end: number): Promise<void> {
    if (end - start === 1) return await importAlone(start);
    let namespaces: ModuleNamespace;
    try {
      namespaces = await importList(urls.slice(start, end), importUrl);
    } catch {
      const middle = (start + end) >> 1;
      await importRange(start, middle);
      return await importRange(middle, end);
    }
    for (let index = start; index < end; index++) on.load(index, namespaces[`m${index - start}`] as ModuleNamespace);
  }

  async function importAlone(index: number): Promise<void> {
    await importUrl(urls[index]!).then((namespace) => on.load(index, namespace), (error) => on.fail(index, error));
  }
}

async function importList(
  urls: readonly string[],
  importUrl: (url: string) => Promise<ModuleNamespace>,
): Promise<ModuleNamespace> {
  const url = LIST_PREFIX + count++;
  sources.set(url, urls.map((each, index) => `export * as m${index} from ${JSON.stringify(each)};`).join("\n"));
  try {
    return await importUrl(url);
  } finally {
    sources.delete(url);
  }
}
