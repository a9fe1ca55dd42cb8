/**
 * Reads the texts of modules.
 *
 * @module
 */

import { createDiskFileSystem, type ModuleFileSystem } from "./file_system.ts";
import { isInDenoCache } from "./module_address.ts";
import { toFileUrlOnly } from "./module_url.ts";

/** Reads texts of modules, each once for who finds the module and who loads it. */
export interface ModuleReader {
  /** The files, those of Deno's own cache as well. */
  readonly files: ModuleFileSystem;
  /**
   * The text of a file, which is kept until it is taken.
   *
   * @param url The URL of the file; a query is ignored.
   */
  peek(url: string): string;
  /**
   * The text of a file.
   *
   * @param url The URL of the file; a query is ignored.
   * @returns An empty text if it cannot be read.
   */
  take(url: string): string;
  /**
   * Hands over Deno's own reader. It reads Deno's cache, for which a process needs no permission.
   *
   * @param read Gives `null` for what cannot be read.
   */
  setDenoReader(read: (url: string) => string | null): void;
  /** Forgets all texts. */
  forget(): void;
}

/**
 * Creates a reader.
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
