/**
 * Gives responses the types of their bodies, which the platform's own declarations do not have: `Response.json(value)`
 * and `new Response(JSON.stringify(value))` are typed like `NextResponse.json(value)`.
 *
 * @module
 */

const CONSTRUCTOR = /\bnew ?\(body\?: BodyInit \| null, init\?: ResponseInit\): Response;/;
const STATIC_JSON = /\bjson\(data: (?:any|unknown), init\?: ResponseInit\): Response;/;
const STRINGIFY = /\bstringify\(value: any, (.*)\): string;/g;

/**
 * The first overload, which no call matches, is what classes extend. A string may be text or JSON if it has headers.
 */
const CONSTRUCTORS = `new (none: never, init: never, base: never): Response;
  new (body?: null, init?: ResponseInit): TypedResponse$<undefined>;
  new <Body>(body: JsonText$<Body>, init?: ResponseInit): TypedResponse$<Body>;
  new (body: string, init?: ResponseInit & { headers?: never }): TypedResponse$<string>;
  new (body?: BodyInit | null, init?: ResponseInit): Response;`;

/**
 * Changes a declaration file of the platform; any other text stays as it is.
 *
 * @param text The text of a library of TypeScript, or of `deno types`.
 */
export function typeResponses(text: string): string {
  const typed = text
    .replace(CONSTRUCTOR, CONSTRUCTORS)
    .replace(STATIC_JSON, "json<Body>(data: Body, init?: ResponseInit): TypedResponse$<Body>;")
    .replace(STRINGIFY, "stringify<Value>(value: Value, $1): JsonText$<Value>;");
  const declarations = [
    ...typed.includes("): TypedResponse$<")
      ? ["interface TypedResponse$<Body> extends Response { __body?: Body }"]
      : [],
    ...typed.includes("): JsonText$<") ? ["type JsonText$<Value> = string & { __json: Value };"] : [],
  ];
  return declarations.length === 0 ? text : `${typed}\n${declarations.join("\n")}\n`;
}
