/**
 * The OpenAPI document of a project.
 *
 * @module
 */

import { readRouteModule } from "../../handler/route_module.ts";
import { METHODS } from "../../http/method.ts";
import { createOpenApiDocument, type DocumentedRoute, type DocumentOptions } from "../../openapi/document.ts";
import type { OpenApiDocument } from "../../openapi/openapi_objects.ts";
import type { DocumentedHandler } from "../../openapi/operation.ts";
import type { RouteEntry } from "../../routing/manifest.ts";
import { NO_DESCRIPTION } from "../project/project_description.ts";
import type { ProjectSource } from "../project/project_source.ts";

/** Options of {@linkcode createProjectDocument}. */
export interface ProjectDocumentOptions extends Omit<DocumentOptions, "info"> {
  /**
   * Called with the error of a file that cannot be imported, which is then omitted. Default: no document is created.
   */
  readonly onBroken?: (error: unknown) => void;
  /** Returns the bodies of a handler's responses, from its types. Default: they are not known. */
  readonly getResponses?: (file: string, method: string) => DocumentedHandler["responses"];
}

/** The parts of a project that its document needs. */
export type DocumentedProject = Pick<ProjectSource, "manifest" | "load" | "description">;

/**
 * Creates the OpenAPI document of a project. It imports all route files.
 *
 * @param project The project.
 * @param options The other parts of the document.
 * @throws {AggregateError} If files cannot be imported, without `onBroken`; all of them at once.
 */
export async function createProjectDocument(
  { manifest, load, description = NO_DESCRIPTION }: DocumentedProject,
  { onBroken, getResponses = () => undefined, ...options }: ProjectDocumentOptions,
): Promise<OpenApiDocument> {
  const errors: unknown[] = [];
  const entries = manifest.routes.filter(({ metadata }) => metadata === undefined);
  const routes = await Promise.all(entries.map((entry) =>
    describeRoute(entry).catch((error): DocumentedRoute => {
      errors.push(error);
      return { segments: entry.segments, handlers: {} };
    })
  ));
  if (errors.length > 0 && onBroken === undefined) {
    throw new AggregateError(errors, errors.map((error) => (error as Error).message).join("\n"));
  }
  for (const error of errors) onBroken!(error);
  return createOpenApiDocument(routes, { info: description.info, ...options });

  async function describeRoute({ file, segments }: RouteEntry): Promise<DocumentedRoute> {
    const { handlers, contracts } = readRouteModule(await load(file), file);
    const comments = await description.readComments(file);
    const methods = METHODS.filter((method) => {
      const isDerived = method === "HEAD" && handlers.HEAD === handlers.GET;
      return handlers[method] !== undefined && !isDerived;
    });
    return {
      segments,
      handlers: Object.fromEntries(methods.map((method) => [method, {
        contract: contracts?.[method]?.contract,
        comment: comments[method],
        responses: getResponses(file, method),
      }])),
    };
  }
}
