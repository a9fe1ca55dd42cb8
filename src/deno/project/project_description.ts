/**
 * What a project says about its API, for its OpenAPI document.
 *
 * @module
 */

import type { OpenApiInfo } from "../../openapi/openapi_objects.ts";
import type { HandlerComments } from "../modules/source/handler_comments.ts";

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

/** Returns the description of a project from plain data. */
export function openDescription({ info, comments }: BuiltDescription): ProjectDescription {
  const own = new Map(Object.entries(comments));
  return { info, readComments: (file) => Promise.resolve(own.get(file) ?? {}) };
}
