/**
 * The ids by which log lines of the same request are correlated.
 *
 * @module
 */

const ids = new WeakMap<Request, string>();

/** Sets the id of a request. */
export function setRequestId(request: Request, id: string): void {
  ids.set(request, id);
}

/** Returns the id of a request; `undefined` if requests are not logged. */
export function getRequestId(request: Request): string | undefined {
  return ids.get(request);
}
