/**
 * `testHandler()`: calls a route handler as the server does, without routes.
 *
 * @module
 */

import type { CacheStore } from "../cache/store.ts";
import type { FormValues, QueryValues } from "../client/endpoint.ts";
import { createRequest } from "../client/request.ts";
import { formatQuery } from "../client/request_url.ts";
import { createApplication } from "../handler/application.ts";
import { createResponder } from "../handler/response/to_response.ts";
import { createRouteCall } from "../handler/route_call.ts";
import { readRouteModule } from "../handler/route_module.ts";
import type { Route } from "../handler/served_route.ts";
import { isMethod, type Method } from "../http/method.ts";
import { RequestScope } from "../scope/request_scope.ts";

/** A route handler of any kind. */
export type TestableHandler = (...args: never) => unknown;

/** The request of a test. */
export interface TestRequest {
  /**
   * The method. Default: the name of the function; for other names, and for what `route()` created, POST with a body and
   * GET without one.
   */
  readonly method?: Method | undefined;
  /** The URL. Default: `http://localhost/`. */
  readonly url?: string | URL | undefined;
  /** The params, not encoded. Default: none. */
  readonly params?: Readonly<Record<string, string | string[]>> | undefined;
  /** Values that are appended to the query of the URL; an array repeats its name. */
  readonly query?: QueryValues | undefined;
  /** The headers. */
  readonly headers?: HeadersInit | undefined;
  /** The cookies by name. */
  readonly cookies?: Readonly<Record<string, string>> | undefined;
  /** The body. Strings, forms, bytes, blobs and streams are sent as they are, other values as JSON. */
  readonly body?: unknown;
  /** The fields of a form, instead of a body. */
  readonly form?: FormValues | undefined;
  /** Whether `forbidden()` and `unauthorized()` may be used: `experimental.authInterrupts`. Default: `true`. */
  readonly authInterrupts?: boolean | undefined;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
  /** Stores cached data. Default: a cache in memory for this call alone. */
  readonly cache?: CacheStore | undefined;
  /** The clock of the cache, in milliseconds since 1970. Default: the system's. */
  readonly now?: (() => number) | undefined;
}

/**
 * Calls a handler in a request scope, in which `cookies()`, `headers()`, `after()` and the others work. The response is
 * that of a server: it has the cookies that were set, and a thrown `redirect()` or `notFound()` becomes a response. The
 * tasks of `after()` have run when it resolves, unless the response is a stream.
 *
 * @param handler An export of a route file: a function, or a handler that `route()` created.
 * @param request The request.
 * @throws What the handler or a task of `after()` throws, and `TypeError` if the response does not match the contract.
 *
 * @example
 * ```ts
 * import { cookies } from "@x/routes/headers";
 * import { testHandler } from "@x/routes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
 *   const theme = (await cookies()).get("theme")?.value;
 *   return Response.json({ id: (await params).id, theme });
 * }
 *
 * const response = await testHandler(GET, { params: { id: "42" }, cookies: { theme: "dark" } });
 * assertEquals(await response.json(), { id: "42", theme: "dark" });
 * ```
 */
export async function testHandler(handler: TestableHandler, request: TestRequest = {}): Promise<Response> {
  const { params, cache, now, authInterrupts = true } = request;
  const method = request.method ?? findMethod(handler, request);
  const errors: unknown[] = [];
  const report = (error: unknown) => void errors.push(error);
  const { application, drain } = createApplication({ cache, now }, report);
  const module = readRouteModule({ [method]: handler }, "route.ts");
  const route: Route = { id: "/", file: "route.ts", segments: [], module };
  const notFound = () => Promise.resolve(new Response(null, { status: 404 }));
  const callRoute = createRouteCall({
    ...createResponder({ authInterrupts, answerError: undefined, report }),
    responses: { answer: ({ run, scope }) => run(scope) },
    contractOptions: { onInvalid: undefined, checkResponses: true },
    load: () => Promise.resolve(module),
    notFound,
    callNext: notFound,
  });
  const scope = new RequestScope(application, route, toRequest(method, request), undefined, undefined);
  const response = await callRoute({ method, route, params, scope });
  if (scope.delivered) await drain();
  if (errors.length > 0) throw errors[0];
  return response;
}

function findMethod({ name }: TestableHandler, { body, form }: TestRequest): Method {
  if (isMethod(name)) return name;
  return body === undefined && form === undefined ? "GET" : "POST";
}

function toRequest(
  method: Method,
  { url = "http://localhost/", query = {}, headers, ...options }: TestRequest,
): Request {
  const target = new URL(url);
  const search = formatQuery(query);
  target.search += target.search === "" ? search : search.replace("?", "&");
  return createRequest(method, target.href, headers, options);
}
