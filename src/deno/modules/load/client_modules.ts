/**
 * Determines which files are replaced because they are client modules, and loads their replacements.
 *
 * Next.js runs `next.config` as it is, so what it imports is not replaced. A file that both it and a route import is
 * one module here, whose imports are those of `next.config`.
 *
 * @module
 */

import {
  createClientModule,
  createCommonJsClientModule,
  createRequiredClientModule,
  readClientNames,
} from "./client_reference.ts";
import type { LoadKind } from "./load_kind.ts";
import type { LoadedSources } from "./loaded_sources.ts";
import type { ModuleReader } from "../resolve/module_reader.ts";
import { toFileUrlOnly } from "../resolve/module_url.ts";
import { isClientModule } from "../source/use_client_directive.ts";

/** The dependencies of {@linkcode createClientModules}. */
export interface ClientModulesHost {
  reader(): ModuleReader;
  readonly sources: LoadedSources;
  getKind(url: string): LoadKind;
  /** Returns the URL of the project's folder, with a trailing slash. */
  root(): string | undefined;
  /**
   * Finds the URL of an imported file.
   *
   * @throws {Error} If no file is found.
   */
  find(specifier: string, parent: string): string;
  /** Records that a file depends on another one. */
  follow(url: string, parent: string): void;
}

/** The client modules of a project and of packages. */
export interface ClientModules {
  /** Records an import, by the URLs of files. */
  recordImport(url: string, parent: string): void;
  /** Whether a file is replaced. */
  has(url: string): boolean;
  /** Creates the ES module that replaces a client module that is an ES module. */
  load(url: string): string;
  /** Creates the CommonJS module that replaces a required file. */
  require(url: string): string;
  /** Clears the cache after files have changed. */
  forget(): void;
}

const CONFIG = /\/next\.config\.[cm]?[jt]s$/;

/**
 * Creates an empty record of client modules.
 *
 * @param host Its dependencies.
 */
export function createClientModules(host: ClientModulesHost): ClientModules {
  const replaced = new Map<string, boolean>();
  /** The files that `next.config` imports, directly or not. */
  const ofConfig = new Set<string>();

  function isReplaced(url: string): boolean {
    const kind = host.getKind(url);
    const isCode = kind === "module" || kind === "hooked" || (kind === "commonjs" && !url.endsWith(".node"));
    return isCode && isClientModule(host.reader().peek(url));
  }

  function readNames(url: string): string[] {
    return readClientNames(url, {
      readText(file) {
        const text = host.reader().take(file);
        host.sources.add(file, text);
        return text;
      },
      isCommonJs: (file) => host.getKind(file) === "commonjs",
      find(specifier, parent) {
        try {
          const file = toFileUrlOnly(host.find(specifier, parent));
          if (!file.startsWith("file:") || !/^(?:module|hooked|commonjs)$/.test(host.getKind(file))) return undefined;
          host.follow(file, url);
          return file;
        } catch {
          // Nothing can be imported from it.
          return undefined;
        }
      },
    });
  }

  return {
    recordImport(url, parent) {
      if (ofConfig.has(parent) || CONFIG.test(parent)) ofConfig.add(url);
    },
    has(url) {
      if (ofConfig.has(url)) return false;
      let isClient = replaced.get(url);
      if (isClient === undefined) replaced.set(url, isClient = isReplaced(url));
      return isClient;
    },
    load: (url) => createClientModule({ url, root: host.root() }, readNames(url)),
    require(url) {
      const create = host.getKind(url) === "commonjs" ? createCommonJsClientModule : createRequiredClientModule;
      return create({ url, root: host.root() }, readNames(url));
    },
    forget: () => replaced.clear(),
  };
}
