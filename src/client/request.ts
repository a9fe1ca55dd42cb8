/**
 * Creates the request of a call.
 *
 * @module
 */

import type { Method } from "../http/method.ts";
import type { QueryValues } from "./endpoint.ts";
import { type BodyOptions, encodeBody } from "./request_body.ts";
import type { Params } from "./request_url.ts";
import { toTexts } from "./text_value.ts";

/** The options of a call, without the types of a route. */
export interface AnyCallOptions extends BodyOptions {
  readonly params?: Params | undefined;
  readonly query?: QueryValues | undefined;
  readonly headers?: Headers | Readonly<Record<string, unknown>> | undefined;
  readonly cookies?: Readonly<Record<string, unknown>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Creates a request.
 *
 * @param method The method.
 * @param url The URL, with the query.
 * @param common Headers of all calls; those of the call take precedence.
 * @param options The headers, cookies, body and signal of the call.
 */
export function createRequest(
  method: Method,
  url: string,
  common: HeadersInit | undefined,
  { headers, cookies = {}, signal, ...content }: AnyCallOptions,
): Request {
  const { body, type } = encodeBody(content);
  const all = new Headers(common);
  const own = headers instanceof Headers ? headers : toTexts(headers ?? {}, "header");
  for (const [name, value] of own) all.set(name, value);
  const pairs = toTexts(cookies, "cookie").map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (pairs.length > 0) all.set("cookie", [all.get("cookie") ?? [], pairs].flat(2).join("; "));
  if (type !== undefined && !all.has("content-type")) all.set("content-type", type);
  // Fetch requires it for a stream.
  const duplex = body instanceof ReadableStream ? { duplex: "half" } : {};
  return new Request(url, {
    method,
    headers: all,
    ...(signal && { signal }),
    ...(body === undefined ? {} : { body }),
    ...duplex,
  });
}
