/**
 * The objects of an OpenAPI 3.1 document, as far as they are written here.
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
  /** What the API is. */
  readonly info: OpenApiInfo;
  /** Where the API is. */
  readonly servers?: readonly { readonly url: string }[];
  /** The operations by path and method. */
  readonly paths: Readonly<Record<string, PathItem>>;
  /** What operations refer to. */
  readonly components?: OpenApiComponents;
}

/** What an API is. */
export interface OpenApiInfo {
  /** Its name. */
  readonly title: string;
  /** Its version. */
  readonly version: string;
  /** What it does; Markdown. */
  readonly description?: string | undefined;
}

/** The operations of a path by method, in lower case. */
export type PathItem = Readonly<Record<string, Operation>>;

/** An operation: a method of a path. */
export interface Operation {
  /** A unique name. */
  readonly operationId: string;
  /** What it does, in one line. */
  readonly summary?: string | undefined;
  /** What it does; Markdown. */
  readonly description?: string | undefined;
  /** The groups that it is in. */
  readonly tags?: readonly string[] | undefined;
  /** Whether clients should stop using it. */
  readonly deprecated?: true | undefined;
  /** What it takes besides a body. */
  readonly parameters?: readonly Parameter[] | undefined;
  /** The body that it takes. */
  readonly requestBody?: RequestBody | undefined;
  /** What it answers, by status, range or `default`. */
  readonly responses: Readonly<Record<string, ResponseObject>>;
  /** How clients authenticate: one of these. */
  readonly security?: readonly SecurityRequirement[] | undefined;
}

/** A value of a request. */
export interface Parameter {
  /** Its name. */
  readonly name: string;
  /** The part of the request. */
  readonly in: "path" | "query" | "header" | "cookie";
  /** Whether a request must have it; always for a path. */
  readonly required?: true | undefined;
  /** What it is; Markdown. */
  readonly description?: string | undefined;
  /** Its value. */
  readonly schema: JsonSchema;
}

/** The body of a request. */
export interface RequestBody {
  /** What it is; Markdown. */
  readonly description?: string | undefined;
  /** Whether a request must have one. */
  readonly required?: true | undefined;
  /** The body by media type. */
  readonly content: Content;
}

/** A body by media type; without a schema it is binary. */
export type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

/** A response. */
export interface ResponseObject {
  /** What it says. */
  readonly description: string;
  /** Its body. */
  readonly content?: Content;
}

/** Schemes that are all required, with their scopes. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** What operations refer to, by name. */
export interface OpenApiComponents {
  /** Schemas. */
  readonly schemas?: Readonly<Record<string, JsonSchema>>;
  /** Ways to authenticate. */
  readonly securitySchemes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
