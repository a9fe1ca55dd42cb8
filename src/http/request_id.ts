/**
 * The ids by which the log joins what belongs to one request.
 *
 * @module
 */

const ids = new WeakMap<Request, string>();

/** Gives a request its id. */
export function setRequestId(request: Request, id: string): void {
  ids.set(request, id);
}

/** Gets the id of a request; `undefined` where requests are not logged. */
export function getRequestId(request: Request): string | undefined {
  return ids.get(request);
}
