/**
 * Reads what the files of a project say about its API, for its OpenAPI document.
 *
 * @module
 */

import { join } from "@std/path";
import type { OpenApiInfo } from "../../openapi/openapi_objects.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import { type HandlerComments, readHandlerComments } from "../modules/source/handler_comments.ts";
import { readJsonc } from "../modules/resolve/jsonc.ts";

/** What a project says about its API. */
export interface ProjectDescription {
  /** What the API is. */
  readonly info: OpenApiInfo;
  /** Reads the comments of the handlers in a file of the manifest. */
  readComments(file: string): Promise<HandlerComments>;
}

/** The description of a manifest without files. */
export const NO_DESCRIPTION: ProjectDescription = {
  info: { title: "API", version: "0.0.0" },
  readComments: () => Promise.resolve({}),
};

/** The description of a project as plain data, for a build, which has no sources. */
export interface BuiltDescription {
  /** What the API is. */
  readonly info: OpenApiInfo;
  /** The comments of handlers by file and method. */
  readonly comments: Readonly<Record<string, HandlerComments>>;
}

/** The files that say what a project is; the first one that has a key counts. */
const CONFIG_FILES = ["deno.json", "deno.jsonc", "package.json"];

/**
 * Returns the description of a project's folder: `name`, `version` and `description` are those of its `deno.json` or
 * `package.json`.
 *
 * @param root The project's folder.
 */
export function describeProject(root: string): ProjectDescription {
  return {
    get info() {
      return readInfo(root);
    },
    readComments: async (file) => readHandlerComments(await Deno.readTextFile(join(root, file))),
  };
}

/**
 * Reads the description of a project as plain data.
 *
 * @param root The project's folder.
 * @param manifest Its routes.
 */
export async function readDescription(root: string, { routes }: RouteManifest): Promise<BuiltDescription> {
  const { info, readComments } = describeProject(root);
  const files = new Set(routes.filter(({ metadata }) => metadata === undefined).map(({ file }) => file));
  const comments = await Promise.all([...files].map(async (file) => [file, await readComments(file)] as const));
  return { info, comments: Object.fromEntries(comments.filter(([, found]) => Object.keys(found).length > 0)) };
}

/** Returns the description of a project from plain data. */
export function openDescription({ info, comments }: BuiltDescription): ProjectDescription {
  const own = new Map(Object.entries(comments));
  return { info, readComments: (file) => Promise.resolve(own.get(file) ?? {}) };
}

function readInfo(root: string): OpenApiInfo {
  const configs = CONFIG_FILES.map((file) => readJsonc(join(root, file)));
  const find = (key: string) => configs.map((config) => getText(config, key)).find((text) => text !== undefined);
  const description = find("description");
  return {
    title: find("name") ?? NO_DESCRIPTION.info.title,
    version: find("version") ?? NO_DESCRIPTION.info.version,
    ...(description === undefined ? {} : { description }),
  };
}

function getText(config: unknown, key: string): string | undefined {
  const value = typeof config === "object" && config !== null ? (config as Record<string, unknown>)[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
