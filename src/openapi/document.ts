/**
 * The OpenAPI 3.1 document of routes.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 *
 * @module
 */

import { formatByteSize } from "../http/byte_size.ts";
import type { RouteEntry } from "../routing/manifest.ts";
import { createComponents } from "./components.ts";
import type { OpenApiDocument, OpenApiInfo, PathItem } from "./openapi_objects.ts";
import { createOperation, type DocumentedHandler, formatPath, type OperationTools } from "./operation.ts";
import { createSchemaReader } from "./schema_reader.ts";
import { createUniqueNames } from "./unique_names.ts";

/** A route with the descriptions of its handlers. */
export interface DocumentedRoute extends Pick<RouteEntry, "segments"> {
  /** Its handlers by method. */
  readonly handlers: Readonly<Record<string, DocumentedHandler>>;
}

/** Options of {@linkcode createOpenApiDocument}. */
export interface DocumentOptions {
  /** The title and version of the API. */
  readonly info: OpenApiInfo;
  /** The base path of all routes. Default: none. */
  readonly basePath?: string | undefined;
  /** Whether the responses to invalid requests are problems. Default: `true`. */
  readonly answersProblems?: boolean | undefined;
  /** Called with a message for each part that cannot be described. */
  readonly warn: (message: string) => void;
}

/** The methods of OpenAPI 3.1. */
const METHODS = new Set(["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]);

/** The largest document, as JSON. */
const MAX_DOCUMENT_BYTES = 10 * 1024 * 1024;

/**
 * Creates the document of routes. It contains no file names.
 *
 * @param routes The routes.
 * @param options The title and version of the API.
 */
export function createOpenApiDocument(
  routes: readonly DocumentedRoute[],
  { info, basePath = "", answersProblems = true, warn }: DocumentOptions,
): OpenApiDocument {
  const components = createComponents();
  const tools: OperationTools = {
    components,
    readSchema: createSchemaReader(warn),
    getOperationId: createUniqueNames(),
    answersProblems,
  };
  const paths: Record<string, PathItem> = {};
  for (const { segments, handlers } of routes) {
    for (const variant of listVariants(segments)) {
      const operations = Object.entries(handlers).flatMap(([method, handler]) => {
        if (METHODS.has(method)) {
          return [[method.toLowerCase(), createOperation(method, variant, handler, tools)] as const];
        }
        warn(`Cannot describe ${method} ${formatPath(variant)}: OpenAPI 3.1 does not have this method`);
        return [];
      });
      if (operations.length > 0) paths[formatPath(variant)] = Object.fromEntries(operations);
    }
  }
  const collected = components.toObject();
  return {
    openapi: "3.1.1",
    info,
    ...(basePath === "" ? {} : { servers: [{ url: basePath }] }),
    paths,
    ...(collected === undefined ? {} : { components: collected }),
  };
}

/** Returns a path with and without its optional catch-all, which OpenAPI does not have. */
function listVariants(segments: RouteEntry["segments"]): readonly RouteEntry["segments"][] {
  return segments.at(-1)?.kind === "optional-catch-all" ? [segments.slice(0, -1), segments] : [segments];
}

/**
 * Returns the text of a document.
 *
 * @param document The document.
 * @throws {RangeError} If it has more than 10 MiB.
 */
export function formatDocument(document: OpenApiDocument): string {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (text.length <= MAX_DOCUMENT_BYTES) return text;
  const state = `it has ${formatByteSize(text.length)}, more than ${formatByteSize(MAX_DOCUMENT_BYTES)}`;
  throw new RangeError(
    `Cannot write the OpenAPI document: ${state}, give large schemas an id, so that they become components`,
  );
}
