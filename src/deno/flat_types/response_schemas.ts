/**
 * The bodies of handlers' responses by status, as JSON Schemas, from the types of the handlers.
 *
 * @module
 */

import type { Content } from "../../openapi/openapi_objects.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import type { Type } from "./compiler.ts";
import type { MissingImport } from "./compiler_host.ts";
import type { SyntaxNode } from "./compiler_nodes.ts";
import { compileRoutes, type RouteProgram } from "./route_program.ts";
import { createSchemaWriter } from "./schema_writer.ts";

/** The bodies of responses, and what could not be found for them. */
export interface ResponseSchemas {
  /** Returns the bodies of a handler by status or `default`, empty for none; `undefined` if nothing is known. */
  get(file: string, method: string): Readonly<Record<string, Content>> | undefined;
  /** The imports whose types are unknown. */
  readonly missing: readonly MissingImport[];
}

/** A response that a handler returns. */
interface ReturnedResponse {
  /** The status; `undefined` if it is not written in the handler. */
  readonly status: number | undefined;
  /** The media type of the body. */
  readonly mediaType: "application/json" | "text/plain";
  /** The type of the body; `undefined` for none. */
  readonly body: Type | undefined;
}

/**
 * Reads the responses of all handlers.
 *
 * @param manifest The routes.
 * @param root The absolute path of their project.
 * @throws {Error} If the TypeScript compiler cannot be loaded.
 */
export async function readResponseSchemas(manifest: RouteManifest, root: string): Promise<ResponseSchemas> {
  const routes = await compileRoutes(manifest, root);
  const write = createSchemaWriter(routes.compiler, routes.program);
  const findResponses = createResponseFinder(routes);
  const schemas = new Map<string, Record<string, Content>>();
  for (const { route: { file }, path, endpoints } of routes.routes) {
    for (const { name } of endpoints) {
      const statuses = Map.groupBy(findResponses(path, name), ({ status }) => `${status ?? "default"}`);
      const contents = [...statuses].map(([status, responses]) => [status, toContent(responses)] as const);
      if (contents.length > 0) schemas.set(`${name} ${file}`, Object.fromEntries(contents));
    }
  }
  return { get: (file, name) => schemas.get(`${name} ${file}`), missing: routes.missing };

  function toContent(responses: readonly ReturnedResponse[]): Content {
    const withBody = responses.filter(({ body }) => body !== undefined);
    const types = Map.groupBy(withBody, ({ mediaType }) => mediaType);
    return Object.fromEntries(
      [...types].map(([type, responses]) => [type, { schema: write(responses.map(({ body }) => body!)) }]),
    );
  }
}

/** Returns a function that finds the responses of a handler. */
function createResponseFinder(
  { compiler, program }: RouteProgram,
): (path: string, name: string) => readonly ReturnedResponse[] {
  const checker = program.getTypeChecker();
  const { SymbolFlags, TypeFlags } = compiler;

  function find(path: string, name: string): readonly ReturnedResponse[] {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    const exported = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
    if (exported === undefined) return [];
    const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.valueDeclaration;
    const handler = declaration && getFunction(declaration);
    if (handler !== undefined) return getReturned(handler).flatMap(readResponse);
    const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
    return signature === undefined ? [] : readBodies(signature.getReturnType(), undefined);
  }

  /** Returns the function of a declaration, also if `route()` wraps it. */
  function getFunction(declaration: SyntaxNode): SyntaxNode | undefined {
    if (compiler.isFunctionDeclaration(declaration)) return declaration;
    if (!compiler.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
    const { initializer } = declaration;
    const isContract = compiler.isCallExpression(initializer) &&
      checker.getTypeAtLocation(initializer).getProperty("~route") !== undefined;
    const value = isContract ? initializer.arguments?.[1] : initializer;
    return value !== undefined && (compiler.isArrowFunction(value) || compiler.isFunctionExpression(value))
      ? value
      : undefined;
  }

  function getReturned(handler: SyntaxNode): SyntaxNode[] {
    const { body } = handler;
    if (body === undefined) return [];
    if (!compiler.isBlock(body)) return getBranches(body);
    const found: SyntaxNode[] = [];
    const visit = (node: SyntaxNode): void => {
      if (compiler.isFunctionLike(node) || compiler.isClassLike(node)) return;
      if (compiler.isReturnStatement(node) && node.expression) found.push(...getBranches(node.expression));
      compiler.forEachChild(node, visit);
    };
    visit(body);
    return found;
  }

  function getBranches(expression: SyntaxNode): SyntaxNode[] {
    if (compiler.isParenthesizedExpression(expression)) return getBranches(expression.expression!);
    if (!compiler.isConditionalExpression(expression)) return [expression];
    return [expression.whenTrue!, expression.whenFalse!].flatMap(getBranches);
  }

  function readResponse(expression: SyntaxNode): ReturnedResponse[] {
    const responses = readBodies(checker.getTypeAtLocation(expression), readStatus(expression));
    const text = compiler.isNewExpression(expression) ? expression.arguments?.[0] : undefined;
    if (text === undefined || isJsonText(checker.getTypeAtLocation(text))) return responses;
    return responses.map((response) => ({ ...response, mediaType: "text/plain" }));
  }

  /** Whether a type is that of `JSON.stringify()`. */
  function isJsonText(type: Type): boolean {
    return type.getProperty("__json") !== undefined;
  }

  /** Reads the status of `NextResponse.json(body, { status: 201 })` and `new Response(body)`. */
  function readStatus(expression: SyntaxNode): number | undefined {
    const isJson = compiler.isCallExpression(expression) &&
      compiler.isPropertyAccessExpression(expression.expression!) &&
      expression.expression!.name?.getText() === "json";
    if (!isJson && !compiler.isNewExpression(expression)) return undefined;
    const init = expression.arguments?.[1];
    if (init === undefined) return 200;
    if (!compiler.isObjectLiteralExpression(init)) return undefined;
    const isPlain = init.properties!.every((property) => property.name && compiler.isIdentifier(property.name));
    if (!isPlain) return undefined;
    const status = init.properties!.find((property) => property.name?.getText() === "status");
    if (status === undefined) return 200;
    const type = checker.getTypeAtLocation(status.initializer ?? status);
    return type.isNumberLiteral() ? Number(type.value) : undefined;
  }

  /** Reads the bodies of typed responses: `NextResponse<Body>`, also of Next.js itself. */
  function readBodies(type: Type, status: number | undefined): ReturnedResponse[] {
    const awaited = checker.getAwaitedType(type) ?? type;
    return (awaited.isUnion() ? awaited.types! : [awaited]).flatMap((response): ReturnedResponse[] => {
      const isTyped = /^(?:NextResponse|TypedResponse\$?)$/.test(response.symbol?.name ?? "");
      const [body] = isTyped ? checker.getTypeArguments(response) : [];
      if (body === undefined) return [];
      const isEmpty = (body.flags & TypeFlags.Undefined) !== 0;
      return [{ status, mediaType: "application/json", body: isEmpty ? undefined : body }];
    });
  }

  return find;
}
