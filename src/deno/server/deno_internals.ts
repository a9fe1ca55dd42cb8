/**
 * Everything that depends on Deno's private objects and its output, with one sentence for each symbol.
 *
 * Deno keeps a request's headers and a plain response in forms that are cheap to read and to send, and gives them up as
 * soon as `headers` or `body` is touched. If a version of Deno lacks one of these symbols, none of them is used: the
 * public API is slower, with the same results.
 *
 * @module
 */

import type { HeaderPair, ResponseBody, RuntimeInternals } from "../../http/runtime_internals.ts";

/** The inner request, which has the connection, the headers and the body: `request[REQUEST]`. */
const REQUEST = "request";
/** What makes an object a `Request`: `request[BRAND] === BRAND`. */
const BRAND = "[[webidl.brand]]";
/** The inner response, which has the header list and the body: `response[RESPONSE]`. */
const RESPONSE = "response";
/** The headers of an object, once they are a list: `headers[LIST]`. */
const LIST = "header list";
/** Creates the list when it is first needed. */
const LIST_GETTER = "header list getter";
/** Returns a single header before there is a list. */
const GETTER = "header get";
/** The body of a plain response that has not been touched. */
const LAZY_BODY = "lazy static body";
/** The body of a plain response that the server sends without a stream. */
const FAST_BODY = "serve fast body";

interface InnerRequest {
  header?(name: string): string | null;
  consumeTextBody?(): string | null;
}

interface InnerResponse {
  readonly body?: ResponseBody | null;
  readonly headerList?: HeaderPair[];
}

/**
 * Returns access to Deno's internals.
 *
 * @param platform The classes of the runtime, or stand-ins for tests.
 * @returns `undefined` if this version of Deno has different internals.
 */
export function findDenoInternals(platform: Platform = { Request, Response }): RuntimeInternals | undefined {
  const request = new platform.Request("http://localhost/probe", { method: "PUT", headers: { a: "b" } });
  const [requestKey, brand] = findSymbols(request, [REQUEST, BRAND]);
  const [responseKey, lazyKey, fastKey] = findSymbols(new platform.Response(""), [RESPONSE, LAZY_BODY, FAST_BODY]);
  const [listKey, listGetterKey, getterKey] = findSymbols(new Headers(), [LIST, LIST_GETTER, GETTER]);
  if (!requestKey || !brand || !responseKey || !lazyKey || !fastKey) return undefined;
  if (!listKey || !listGetterKey || !getterKey) return undefined;

  type Inside = Record<symbol, unknown>;
  const getInner = (response: Response) => (response as unknown as Inside)[responseKey] as InnerResponse | undefined;
  const found: RuntimeInternals = {
    brand(object) {
      (object as Inside)[brand] = brand;
    },
    shareThrough(prototype, find) {
      Object.defineProperty(prototype, requestKey, {
        configurable: true,
        get(this: object) {
          return (find(this) as unknown as Inside)[requestKey];
        },
      });
    },
    getHeader(request, name) {
      const inner = (request as unknown as Inside)[requestKey] as InnerRequest | undefined;
      return typeof inner?.header === "function" ? inner.header(name) : undefined;
    },
    fillLazily(headers, list, get) {
      const inside = headers as unknown as Inside;
      inside[listKey] = null;
      inside[listGetterKey] = list;
      inside[getterKey] = get;
    },
    takeText(request) {
      const inner = (request as unknown as Inside)[requestKey] as InnerRequest | undefined;
      return typeof inner?.consumeTextBody === "function" ? inner.consumeTextBody() : undefined;
    },
    getHeaderList: (response) => getInner(response)?.headerList,
    getBody(response) {
      const inside = response as unknown as Inside;
      const source = inside[lazyKey] ?? inside[fastKey];
      if (source != null) return { source };
      const body = getInner(response)?.body;
      return body === null ? {} : body;
    },
    isPlain(value) {
      if (typeof value !== "object" || value === null) return false;
      const inside = value as Inside;
      return inside[lazyKey] != null || (inside[fastKey] != null && !(value as Response).bodyUsed);
    },
    beforeSignal: hideAbortWarning,
  };
  return canShare(found, request, platform) && canFillLazily(found) ? found : undefined;
}

/** The classes whose internals are looked for. */
export interface Platform {
  /** `Request` */
  readonly Request: typeof Request;
  /** `Response` */
  readonly Response: typeof Response;
}

function findSymbols(value: object, descriptions: readonly string[]): (symbol | undefined)[] {
  const symbols = Object.getOwnPropertySymbols(value);
  return descriptions.map((description) => symbols.find((symbol) => symbol.description === description));
}

function canShare({ brand, shareThrough }: RuntimeInternals, request: Request, { Request }: Platform): boolean {
  try {
    const prototype = Object.create(Request.prototype);
    shareThrough(prototype, () => request);
    const shared: Request = Object.create(prototype);
    brand(shared);
    const copy = new Request(shared);
    return shared.url === request.url && shared.method === "PUT" && copy.url === request.url &&
      copy.headers.get("a") === "b";
  } catch {
    return false;
  }
}

function canFillLazily({ fillLazily }: RuntimeInternals): boolean {
  try {
    const headers = new Headers();
    fillLazily(headers, () => [["a", "listed"]], () => "single");
    const single = headers.get("b");
    headers.append("c", "3");
    return single === "single" && [...headers].join() === "a,listed,c,3" && headers.get("b") === null;
  } catch {
    return false;
  }
}

let isWarningHidden = false;

/**
 * Hides Deno's one-time warning that `request.signal` aborts on success too; the signal that handlers see does not. Deno
 * prints it when the first request ends whose signal was read; then `console.warn` is restored. Deno 2.9 has neither an
 * API for a signal without it nor a setting for a program: `--unstable-no-legacy-abort` is a flag of the process.
 */
function hideAbortWarning(): void {
  if (isWarningHidden) return;
  isWarningHidden = true;
  const warn = console.warn;
  const filter = (...args: unknown[]) => {
    const isLegacy = typeof args[0] === "string" && args[0].startsWith("Deno.serve: request.signal aborts on success");
    if (!isLegacy) return warn.apply(console, args);
    if (console.warn === filter) console.warn = warn;
  };
  console.warn = filter;
}
