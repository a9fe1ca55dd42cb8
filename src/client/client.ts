/**
 * `createClient()`: calls route handlers by the patterns of their routes.
 *
 * @module
 */

import { createProblem } from "../contract/problem.ts";
import { type Method, METHODS } from "../http/method.ts";
import type { Client, ErrorResult, SuccessResult } from "./call.ts";
import { type AnyCallOptions, createRequest } from "./request.ts";
import { formatUrl } from "./request_url.ts";
import { readData } from "./response_data.ts";

/** Options of {@linkcode createClient}. */
export interface ClientOptions {
  /** Headers of all requests, or a function that returns them. Those of a call take precedence. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Sends a request. Default: `fetch()`. In tests, pass the `fetch` of `createRequestHandler()`. */
  readonly fetch?: ((request: Request) => Response | Promise<Response>) | undefined;
}

/**
 * Creates a client of an API.
 *
 * @template Routes The route modules by pattern, as `routes typegen --client` writes them.
 * @param base The URL that the paths are appended to: `https://api.example.com`. Default: the page's own origin;
 * without a page, `http://localhost`.
 * @param options The headers, and how requests are sent.
 *
 * @example
 * ```ts
 * import { createClient } from "@x/routes/client";
 * import { assertEquals } from "@std/assert";
 *
 * // Written by "routes typegen --client".
 * interface Routes {
 *   "/users/[id]": { GET: { request: { params: { id: string } }; response: { name: string } } };
 * }
 *
 * const fetch = ({ url }: Request) => Response.json({ name: url });
 * const api = createClient<Routes>("https://api.example.com", { fetch });
 * const { data } = await api("/users/[id]").GET({ params: { id: "a b" } });
 * assertEquals(data, { name: "https://api.example.com/users/a%20b" });
 * ```
 */
export function createClient<Routes>(base?: string | URL, options?: ClientOptions): Client<Routes>;
/**
 * Creates a client of an API on the page's own origin, or in this process.
 *
 * @template Routes The route modules by pattern, as `routes typegen --client` writes them.
 * @param options The headers, and how requests are sent.
 */
export function createClient<Routes>(options: ClientOptions): Client<Routes>;
export function createClient(
  first: string | URL | ClientOptions = "",
  second: ClientOptions = {},
): Client<Record<string, never>> {
  const [base, options] = typeof first === "string" || first instanceof URL ? [first, second] : ["", first];
  const prefix = String(base).replace(/\/+$/, "") || getDefaultBase();
  const { headers, fetch: send = (request: Request) => fetch(request) } = options;

  async function call(method: Method, pattern: string, options: AnyCallOptions = {}) {
    const url = prefix + formatUrl(pattern, options.params, options.query);
    const common = typeof headers === "function" ? await headers() : headers;
    return toResult(await send(createRequest(method, url, common, options)));
  }

  return ((pattern: string) =>
    Object.fromEntries(METHODS.map((method) => [
      method,
      (options?: AnyCallOptions) => call(method, pattern, options),
    ]))) as unknown as Client<Record<string, never>>;
}

/** Browsers resolve paths against the URL of the page. */
function getDefaultBase(): string {
  return "location" in globalThis && globalThis.location !== undefined ? "" : "http://localhost";
}

async function toResult(
  response: Response,
): Promise<SuccessResult<number, unknown> | ErrorResult<number, unknown>> {
  const { status } = response;
  const data = await readData(response);
  return response.ok
    ? { ok: true, status, data, error: undefined, response }
    : { ok: false, status, data: undefined, error: data ?? createProblem(status), response };
}
