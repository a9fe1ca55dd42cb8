/**
 * The methods of requests.
 *
 * @module
 */

/** A method that a route file can export. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "QUERY";

/** The methods that a route file can export; any other method is answered with 400. */
export const METHODS: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];

/** Whether a request's method is one that a route file can export. */
export function isMethod(method: string): method is Method {
  // Most are the first, and comparing is cheaper than hashing a string that is new with every request.
  return METHODS.includes(method as Method);
}
