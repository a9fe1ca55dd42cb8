/**
 * The declaration file of a project's `Routes` without imports: the types of all handlers, written out.
 *
 * @module
 */

import { FLAT_TYPES_HEADER, formatClientTypes } from "../../codegen/client_types.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import type { MissingImport } from "./compiler_host.ts";
import { compileRoutes, isPlatform } from "./route_program.ts";
import { createTypeWriter } from "./type_writer.ts";

/** The text of a declaration file, and what could not be found for it. */
export interface FlatTypes {
  readonly text: string;
  /** The imports whose types are unknown. */
  readonly missing: readonly MissingImport[];
}

/**
 * Creates the declaration file.
 *
 * @param manifest The routes.
 * @param root The absolute path of their project.
 * @throws {Error} If the TypeScript compiler cannot be loaded.
 */
export async function createFlatTypes(manifest: RouteManifest, root: string): Promise<FlatTypes> {
  const { compiler, program, routes, missing } = await compileRoutes(manifest, root);
  const checker = program.getTypeChecker();
  const writer = createTypeWriter({
    compiler,
    program,
    isGlobal: isPlatform,
    hasNames: ({ fileName }) => fileName.endsWith("/src/client/endpoint.ts"),
  });
  const members = routes.map(({ route: { id }, endpoints }) => {
    const lines = endpoints.map((endpoint) =>
      `    ${endpoint.name}: ${writer.write(checker.getTypeOfSymbol(endpoint))};\n`
    );
    return `  ${JSON.stringify(id)}: {\n${lines.join("")}  };`;
  });
  return { text: formatClientTypes(FLAT_TYPES_HEADER, members, writer.getDeclarations()), missing };
}
