/**
 * Reads what the files of a project say about its API.
 *
 * @module
 */

import { join } from "@std/path";
import type { OpenApiInfo } from "../../openapi/openapi_objects.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import { readJsonc } from "../modules/resolve/jsonc.ts";
import { readHandlerComments } from "../modules/source/handler_comments.ts";
import { type BuiltDescription, NO_DESCRIPTION, type ProjectDescription } from "./project_description.ts";

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
