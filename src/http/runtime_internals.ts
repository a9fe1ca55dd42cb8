/**
 * Faster access to a `Request` or a `Response` than through their public API.
 *
 * The server sets it for Deno (`deno/server/deno_internals.ts`). Without it, the public API returns the same results
 * more slowly.
 *
 * @module
 */

/** Access to the internals of the runtime's own `Request` and `Response` objects. */
export interface RuntimeInternals {
  /** Makes a new object a `Request` for the runtime. */
  brand(object: object): void;
  /**
   * Gives all objects of a prototype the internals of another request: nothing is copied, both share one body, and a
   * WebSocket upgrade works through either.
   *
   * @param prototype The prototype. With an accessor on each object instead, objects would outlive their requests.
   * @param find Returns the other request. Called whenever code reads the internals, as `new Request(object)` does.
   */
  shareThrough(prototype: object, find: (object: object) => Request): void;
  /** Returns a header without creating the `Headers` of a request; `undefined` if it cannot tell. */
  getHeader(request: Request, lowerCaseName: string): string | null | undefined;
  /**
   * Fills new headers only when all of them are needed: to list or to change them, or for `has()`.
   *
   * @param headers The headers, without any yet.
   * @param list Creates the list; the headers change it.
   * @param get Returns a single header, whose name may have any case, as long as there is no list.
   */
  fillLazily(headers: Headers, list: () => HeaderPair[], get: (name: string) => string | null): void;
  /** Reads the body of a request, if all of it has arrived; `null` or `undefined` if not. */
  takeText(request: Request): string | null | undefined;
  /** Returns the list behind `response.headers`, without creating those; `undefined` if it cannot tell. */
  getHeaderList(response: Response): HeaderPair[] | undefined;
  /** Returns what a response was constructed from; `undefined` if it cannot tell. */
  getBody(response: Response): ResponseBody | undefined;
  /** Whether a value is a 200 response with a complete, unread body and no header but a content type. */
  isPlain(value: unknown): boolean;
  /** Called before the signal of a server's request is read. */
  beforeSignal(): void;
}

/** A header as sent. */
export type HeaderPair = readonly [name: string, value: string];

/** The body of a response; it has no source if it is a stream. */
export interface ResponseBody {
  /** The text or the bytes it was constructed from; `null` for a stream. */
  readonly source?: unknown;
  /** Its size in bytes, if known. */
  readonly length?: number | null;
}

/** The internals of this runtime; `undefined` if nothing has set them. */
export let internals: RuntimeInternals | undefined;

/** Sets the internals of this runtime, or removes them. */
export function setRuntimeInternals(value: RuntimeInternals | undefined): void {
  internals = value;
}
