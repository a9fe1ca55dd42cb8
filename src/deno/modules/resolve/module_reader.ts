/**
 * Reads the sources of modules.
 *
 * @module
 */

import { createDiskFileSystem, type ModuleFileSystem } from "./file_system.ts";
import { isInDenoCache } from "./module_address.ts";
import { toFileUrlOnly } from "./module_url.ts";

/** Reads sources, each only once for both resolving and loading the module. */
export interface ModuleReader {
  /** The file system, including the files of Deno's own cache. */
  readonly files: ModuleFileSystem;
  /**
   * Returns the text of a file, and keeps it in memory until `take()`.
   *
   * @param url The URL of the file; a query is ignored.
   */
  peek(url: string): string;
  /**
   * Returns the text of a file, and drops it from memory.
   *
   * @param url The URL of the file; a query is ignored.
   * @returns An empty text if it cannot be read.
   */
  take(url: string): string;
  /**
   * Sets Deno's own reader, which reads Deno's cache without needing a permission.
   *
   * @param read Returns `null` for a file that it cannot read.
   */
  setDenoReader(read: (url: string) => string | null): void;
  /** Drops all texts. */
  forget(): void;
}

/**
 * Creates a module reader.
 *
 * @param root The URL of the project's folder.
 */
export function createModuleReader(root: string | undefined): ModuleReader {
  const disk = createDiskFileSystem(root === undefined ? {} : { root });
  const texts = new Map<string, string>();
  let readByDeno: (url: string) => string | null = () => null;

  function readText(url: string): string | undefined {
    return disk.readText(url) ?? (isInDenoCache(url) ? readByDeno(url) ?? undefined : undefined);
  }

  function read(url: string): string {
    return readText(url) ?? "";
  }

  return {
    files: {
      ...disk,
      isFile: (url) => disk.isFile(url) || (isInDenoCache(url) && readText(url) !== undefined),
      readText,
    },
    peek(url) {
      const file = toFileUrlOnly(url);
      let text = texts.get(file);
      if (text === undefined) texts.set(file, text = read(file));
      return text;
    },
    take(url) {
      const file = toFileUrlOnly(url);
      const text = texts.get(file);
      texts.delete(file);
      return text ?? read(file);
    },
    setDenoReader(reader) {
      readByDeno = reader;
    },
    forget: () => texts.clear(),
  };
}
