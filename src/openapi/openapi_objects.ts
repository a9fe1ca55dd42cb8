/**
 * The objects of an OpenAPI 3.1 document, with the fields that are used here.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 *
 * @module
 */

/** A JSON Schema of the draft 2020-12, which is the dialect of OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The document. */
export interface OpenApiDocument {
  /** The version of the specification. */
  readonly openapi: string;
  /** The metadata of the API. */
  readonly info: OpenApiInfo;
  /** The URLs of the API. */
  readonly servers?: readonly { readonly url: string }[];
  /** The operations by path and method. */
  readonly paths: Readonly<Record<string, PathItem>>;
  /** The objects that operations refer to. */
  readonly components?: OpenApiComponents;
}

/** The metadata of an API. */
export interface OpenApiInfo {
  /** Its name. */
  readonly title: string;
  /** Its version. */
  readonly version: string;
  /** A description, in Markdown. */
  readonly description?: string | undefined;
}

/** The operations of a path by method, in lower case. */
export type PathItem = Readonly<Record<string, Operation>>;

/** An operation: a method of a path. */
export interface Operation {
  /** A unique name. */
  readonly operationId: string;
  /** A one-line summary. */
  readonly summary?: string | undefined;
  /** A description, in Markdown. */
  readonly description?: string | undefined;
  /** The tags, which group operations. */
  readonly tags?: readonly string[] | undefined;
  /** Whether clients should stop using it. */
  readonly deprecated?: true | undefined;
  /** The parameters. */
  readonly parameters?: readonly Parameter[] | undefined;
  /** The body of the request. */
  readonly requestBody?: RequestBody | undefined;
  /** The responses by status, range or `default`. */
  readonly responses: Readonly<Record<string, ResponseObject>>;
  /** The alternatives to authenticate. */
  readonly security?: readonly SecurityRequirement[] | undefined;
}

/** A parameter of a request. */
export interface Parameter {
  /** Its name. */
  readonly name: string;
  /** The part of the request. */
  readonly in: "path" | "query" | "header" | "cookie";
  /** Whether it is required; always `true` for a path. */
  readonly required?: true | undefined;
  /** A description, in Markdown. */
  readonly description?: string | undefined;
  /** The schema of its value. */
  readonly schema: JsonSchema;
}

/** The body of a request. */
export interface RequestBody {
  /** A description, in Markdown. */
  readonly description?: string | undefined;
  /** Whether the body is required. */
  readonly required?: true | undefined;
  /** The body by media type. */
  readonly content: Content;
}

/** A body by media type; without a schema it is binary. */
export type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

/** A response. */
export interface ResponseObject {
  /** A description, in Markdown. */
  readonly description: string;
  /** Its body. */
  readonly content?: Content;
}

/** Security schemes that are all required, with their scopes. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** The objects that operations refer to, by name. */
export interface OpenApiComponents {
  /** Schemas. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  /** Security schemes. */
  readonly securitySchemes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
