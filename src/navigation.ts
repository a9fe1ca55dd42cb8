/**
 * The names of `next/navigation` that a route handler can use: leaving it by a throw.
 *
 * @module
 */

export {
  forbidden,
  notFound,
  permanentRedirect,
  redirect,
  RedirectType,
  unauthorized,
  unstable_rethrow,
} from "./http/control_flow.ts";
