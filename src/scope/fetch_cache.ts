/**
 * `fetch()` with Next's options: `cache`, and `next: { revalidate, tags }`.
 *
 * @module
 */

import { dropDecodedEncoding } from "../http/response_shape.ts";
import { digestParts, getBodyParts } from "../cache/cache_key.ts";
import { readBody } from "../cache/cached_response.ts";
import { type HeaderList, isHeaderList } from "../cache/header_list.ts";
import type { GenerateResult } from "../cache/incremental_cache.ts";
import { getPathTags } from "../cache/path_tags.ts";
import type { CacheEntry } from "../cache/store.ts";
import { isDraftScope } from "./draft_mode.ts";
import { lookUpData } from "./prerender.ts";
import { getScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";
import { markDynamic, needsFreshData, trackData } from "./dynamic_access.ts";

/** What `fetch()` takes here besides what it takes anywhere. */
export interface NextFetchInit extends RequestInit {
  /** How the response is cached. */
  next?: {
    /** How long it is fresh, in seconds; 0 for not cached, `false` for ever, together with `cache: "force-cache"`. */
    revalidate?: number | false;
    /** What it can be invalidated by, with `revalidateTag()`. */
    tags?: string[];
  };
}

type Fetch = typeof globalThis.fetch;

const INSTALLED = Symbol.for("@x/routes.fetch.v1");

/**
 * Makes the global `fetch()` one that knows Next's options in a route handler, once a process. Outside a request it is
 * the plain one, but for the labels of bodies that it has decoded.
 */
export function installFetchCache(): void {
  const native = globalThis.fetch;
  if (INSTALLED in native) return;
  const plain: Fetch = async (input, init) => dropDecodedEncoding(await native(input, init));
  const fetch: Fetch = (input, init) => {
    const scope = getScope();
    return scope === undefined ? plain(input, init) : fetchInScope(plain, scope, input, init);
  };
  globalThis.fetch = Object.assign(fetch, { [INSTALLED]: true });
}

/** How a response is to be cached; `null` for not at all. */
interface FetchPolicy {
  readonly revalidate: number | null;
  readonly tags: readonly string[];
}

async function fetchInScope(
  plain: Fetch,
  scope: RequestScope,
  input: RequestInfo | URL,
  init: NextFetchInit = {},
): Promise<Response> {
  // A request as init: its parts are no properties of its own.
  if (init instanceof Request) return await fetchInScope(plain, scope, new Request(input, init));
  const policy = getFetchPolicy(scope, input, init);
  if (policy === null && scope.tracking?.prerender !== undefined) markDynamic(scope, "fetch()");
  if (policy === null || isDraftScope(scope)) return await plain(input, init);
  const { next: _, cache: __, ...own } = init;
  const { request, key } = await identify(input, own);
  if (key === null) return await plain(request, own);

  let fetched: { response: Response } | { error: unknown } | undefined;
  const found = await lookUpData(scope, {
    key,
    tags: getPathTags(scope.route.id, scope.pathname),
    fresh: needsFreshData(scope),
    accepts: isFetchEntry,
    async generate(reason): Promise<GenerateResult> {
      try {
        // Who came first may leave; the others, and the next ones, wait for the same response.
        const response = await plain(request, reason === "stale" ? { ...own, signal: null } : own);
        const generated = await toEntry(response, policy);
        if ("meta" in generated) return generated;
        if (response.status === 200) scope.application.cache.refuseLarge(key);
        if (reason === "miss") fetched = generated;
        else await generated.response.body?.cancel();
        return "failed";
      } catch (error) {
        fetched = { error };
        return "failed";
      }
    },
  });
  if (found !== null) return toResponse(found.entry);
  if (fetched === undefined) return await plain(request, own);
  if ("error" in fetched) throw fetched.error;
  return fetched.response;
}

/** Which rule holds: what the call says, else what the route's `fetchCache` says, else nothing is cached. */
function getFetchPolicy(scope: RequestScope, input: RequestInfo | URL, init: NextFetchInit): FetchPolicy | null {
  const { revalidate, tags = [] } = init.next ?? {};
  const { fetchCache } = scope.route;
  const url = getUrl(input);
  if (revalidate !== undefined && revalidate !== false && !(Number.isFinite(revalidate) && revalidate >= 0)) {
    throw new Error(
      `Invalid revalidate value "${revalidate}" on "${scope.route.id}", must be a non-negative number or false`,
    );
  }
  refuseConflict(fetchCache === "only-cache" && init.cache === "no-store", init, url, fetchCache);
  refuseConflict(fetchCache === "only-no-store" && init.cache === "force-cache", init, url, fetchCache);
  const fresh = { revalidate: revalidate || null, tags };
  const refused = init.cache === "no-store" || init.cache === "no-cache" || init.cache === "reload" || revalidate === 0;
  if (fetchCache === "force-cache") return trackPolicy(scope, fresh);
  if (refused) {
    // What a cached function gives is kept, whatever it is made of.
    if (scope.cachedFunction === undefined) {
      markDynamic(scope, `${init.cache === "no-store" ? "no-store" : "revalidate: 0"} fetch ${url}`);
    }
    return null;
  }
  if (init.cache === "force-cache" || typeof revalidate === "number") return trackPolicy(scope, fresh);
  if (fetchCache === "default-cache" || fetchCache === "only-cache") return trackPolicy(scope, fresh);
  trackData(scope, tags, { revalidate: null });
  return null;
}

function trackPolicy(scope: RequestScope, policy: FetchPolicy): FetchPolicy {
  trackData(scope, policy.tags, policy);
  return policy;
}

function refuseConflict(wrong: boolean, { cache }: NextFetchInit, url: string, fetchCache: string | undefined): void {
  if (wrong) {
    throw new Error(`cache: '${cache}' used on fetch for ${url} with 'export const fetchCache = '${fetchCache}'`);
  }
}

function getUrl(input: RequestInfo | URL): string {
  return input instanceof Request ? input.url : String(input);
}

/** A request that can be sent more than once, and the key of its response; `null` for one that cannot. */
async function identify(
  input: RequestInfo | URL,
  init: RequestInit,
): Promise<{ request: Request | string; key: string | null }> {
  const own = input instanceof Request ? input : null;
  const body = init.body ?? (own?.body == null ? null : await own.clone().bytes());
  const parts = await getBodyParts(body);
  // A request given as such is sent as a copy each time, with its bytes; a URL is sent with the same `init` again.
  const request = own === null
    ? new URL(getUrl(input)).href
    : new Request(own, { body: init.body ?? body as BodyInit });
  if (parts === null) return { request: own ?? getUrl(input), key: null };
  const url = new URL(getUrl(input));
  url.hash = "";
  const headers = [...new Headers(init.headers ?? own?.headers)].filter(([name]) => !TRACING.has(name));
  const method = (init.method ?? own?.method ?? "GET").toUpperCase();
  const redirect = init.redirect ?? own?.redirect ?? "follow";
  const digest = digestParts([method, url.href, redirect, String(headers.length), ...headers.flat(), ...parts]);
  // The query is in the digest only: it may hold what an operator who lists the cache should not see.
  return { request, key: `fetch ${method} ${url.origin}${url.pathname} ${digest}` };
}

/** Different with every request, and of no meaning for the response. */
const TRACING: ReadonlySet<string> = new Set(["traceparent", "tracestate"]);

/** The `meta` of a fetched response's entry. */
interface FetchMeta {
  readonly url: string;
  readonly headers: HeaderList;
}

/** Whether an entry is one that this module has generated. */
function isFetchEntry({ meta }: CacheEntry): boolean {
  const { url, headers } = (meta ?? {}) as { readonly [name: string]: unknown };
  return typeof url === "string" && isHeaderList(headers);
}

/** A response as an entry, or the response itself where it is not to be kept: as in Next.js, all but 200. */
async function toEntry(
  response: Response,
  { tags, revalidate }: FetchPolicy,
): Promise<GenerateResult & object | { response: Response }> {
  if (response.status !== 200) return { response };
  const { url, headers } = response;
  const body = await readBody(response.body);
  if (body instanceof ReadableStream) return { response: new Response(body, { headers }) };
  const kept = [...headers].filter(([name]) => name !== "set-cookie");
  return { meta: { url, headers: kept } satisfies FetchMeta, body, tags, revalidate };
}

function toResponse({ meta, body }: CacheEntry): Response {
  const { url, headers } = meta as FetchMeta;
  return Object.defineProperty(new Response(body, { headers: headers as [string, string][] }), "url", { value: url });
}
