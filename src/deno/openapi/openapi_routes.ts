/**
 * Serves the OpenAPI document and the docs page as routes of the app: behind its proxy, below its base path, and in its
 * log like all others.
 *
 * @module
 */

import type { ModuleNamespace } from "../../handler/served_route.ts";
import { getErrorMessage } from "../../log/error_text.ts";
import { writeLog } from "../../log/log.ts";
import { formatDocument } from "../../openapi/document.ts";
import { canonicalPath } from "../../routing/canonical_path.ts";
import type { RouteEntry, RouteManifest } from "../../routing/manifest.ts";
import type { ProjectSource } from "../project/project_source.ts";
import { createDocsPage, createDocsScript, createDocumentResponse } from "./docs_page.ts";
import { createProjectDocument } from "./project_document.ts";

/** The paths of the OpenAPI document and its docs page. */
export interface OpenApiOptions {
  /** The path of the document. Default: `/openapi.json`. */
  path?: string | undefined;
  /** The path of the docs page: `/docs`. Default: no page. */
  docs?: string | undefined;
}

/** Options of {@linkcode addOpenApiRoutes}. */
export interface OpenApiRoutesOptions {
  /** The path of the document; `true` for the default. */
  readonly openapi: OpenApiOptions | true;
  /** The path that all routes live under. */
  readonly basePath: string | undefined;
  /** Whether the responses to invalid requests are problems. */
  readonly answersProblems: boolean;
}

/** The default path of the document. */
export const DOCUMENT_PATH = "/openapi.json";

/**
 * Adds the routes to the source of an app. The document is created with the first request for it.
 *
 * @param source The source of the app.
 * @param options The paths of the document and the page.
 * @throws {TypeError} If a path is invalid or belongs to another route.
 */
export function addOpenApiRoutes(
  source: ProjectSource,
  { openapi, basePath = "", answersProblems }: OpenApiRoutesOptions,
): ProjectSource {
  const { path = DOCUMENT_PATH, docs } = openapi === true ? {} : openapi;
  let text: Promise<string> | undefined;

  async function getDocument(): Promise<Response> {
    text ??= createText();
    return createDocumentResponse(await text);
  }

  async function createText(): Promise<string> {
    const document = await createProjectDocument(source, {
      basePath,
      answersProblems,
      warn: (message) => writeLog("warn", `Warning: ${message}`),
      onBroken: (error) => writeLog("warn", `Warning: ${getErrorMessage(error)}`),
    });
    return formatDocument(document);
  }

  const handlers = new Map<string, () => Response | Promise<Response>>([[path, getDocument]]);
  if (docs !== undefined) {
    const script = `${docs === "/" ? "" : docs}/scalar.js`;
    const places = { document: basePath + path, script: basePath + script };
    handlers.set(docs, () => createDocsPage(places)).set(script, () => createDocsScript());
  }
  const modules = new Map<string, ModuleNamespace>();
  for (const [path, handler] of handlers) modules.set(toFile(path), { GET: () => handler() });
  return {
    ...source,
    manifest: addRoutes(source.manifest, [...handlers.keys()]),
    load: async (file) => modules.get(file) ?? await source.load(file),
  };
}

function addRoutes(manifest: RouteManifest, paths: readonly string[]): RouteManifest {
  const added = paths.map((path) => toRoute(path));
  for (const { id } of added) {
    const other = manifest.routes.find((route) => route.id === id);
    if (other === undefined) continue;
    const fix = `set "openapi" to another path`;
    throw new TypeError(`Cannot serve the OpenAPI document: "${other.file}" answers "${id}", ${fix}`);
  }
  const routes = [...manifest.routes, ...added].sort((one, other) => one.id < other.id ? -1 : 1);
  return { ...manifest, routes };
}

function toRoute(path: string): RouteEntry {
  const names = path.split("/").slice(1);
  const isValid = path.startsWith("/") && canonicalPath(path) === path && !/[[\]]/.test(path) && !path.endsWith("/");
  if (!isValid) {
    throw new TypeError(
      `Cannot serve the OpenAPI document at "${path}": expected a path such as "${DOCUMENT_PATH}"`,
    );
  }
  return { id: path, file: toFile(path), segments: names.map((value) => ({ kind: "static", value })) };
}

/** A name that no file of a project has. */
function toFile(path: string): string {
  return `@x/routes${path}`;
}
