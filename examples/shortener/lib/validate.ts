import { type FieldError, problem } from "./problem";

// What may come in, and the only place that decides it. Each reader returns the checked value, or the answer that
// names every field at fault.

const MAX_URL_LENGTH = 2048;
const SLUG = /^[a-z0-9][a-z0-9-]{0,31}$/;
const SLUG_RULE = "must be 1 to 32 of a-z, 0-9 and -, and not begin with -";
const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;
// The folder app/links answers "/links": a link of that name could never be followed.
const RESERVED_SLUGS = new Set(["links"]);

export async function readNewLink(request: Request): Promise<{ url: string; slug: string | undefined } | Response> {
  const body = await readObject(request);
  if (body instanceof Response) return body;
  const errors = unknownFields(body, ["url", "slug"]);
  const url = checkUrl(body.url, errors);
  const slug = body.slug === undefined ? undefined : checkSlug(body.slug, errors);
  return url === undefined || errors.length > 0 ? invalid(errors) : { url, slug };
}

export async function readChange(request: Request): Promise<{ url: string } | Response> {
  const body = await readObject(request);
  if (body instanceof Response) return body;
  const errors = unknownFields(body, ["url"]);
  const url = checkUrl(body.url, errors);
  return url === undefined || errors.length > 0 ? invalid(errors) : { url };
}

export function readPage(search: URLSearchParams): { limit: number; after: string } | Response {
  const errors: FieldError[] = [];
  const limit = search.get("limit") ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MAX_LIMIT) {
    errors.push({ field: "limit", message: `must be a whole number from 1 to ${MAX_LIMIT}` });
  }
  const after = search.get("after") ?? "";
  if (after !== "" && !SLUG.test(after)) errors.push({ field: "after", message: SLUG_RULE });
  return errors.length > 0 ? invalid(errors) : { limit: Number(limit), after };
}

async function readObject(request: Request): Promise<Record<string, unknown> | Response> {
  try {
    const body: unknown = await request.json();
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
    return problem(400, "The body is not a JSON object");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return problem(400, "The body is not JSON");
  }
}

function unknownFields(body: Record<string, unknown>, known: string[]): FieldError[] {
  const unknown = Object.keys(body).filter((field) => !known.includes(field));
  return unknown.map((field) => ({ field, message: "is not a known field" }));
}

function checkUrl(value: unknown, errors: FieldError[]): string | undefined {
  const url = typeof value === "string" ? URL.parse(value) : null;
  // The parsed protocol decides: the text before it may hide in white space and capitals.
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (url && isWeb && url.href.length <= MAX_URL_LENGTH) return url.href;
  const message = isWeb ? `must have at most ${MAX_URL_LENGTH} characters` : "must be an http or https URL";
  errors.push({ field: "url", message });
}

function checkSlug(value: unknown, errors: FieldError[]): string | undefined {
  if (typeof value !== "string" || !SLUG.test(value)) {
    errors.push({ field: "slug", message: SLUG_RULE });
  } else if (RESERVED_SLUGS.has(value)) {
    errors.push({ field: "slug", message: "is reserved" });
  } else {
    return value;
  }
}

function invalid(errors: FieldError[]): Response {
  return problem(400, "Some fields are not valid", errors);
}
