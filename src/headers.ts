/**
 * The names of `next/headers`: what a route handler asks for without a request in its hands.
 *
 * @module
 */

export { type DraftMode, draftMode } from "./scope/draft_mode.ts";
export { cookies, headers } from "./scope/request_apis.ts";
export type {
  CookieNameArgs,
  CookieSource,
  DeleteCookieArgs,
  RequestCookie,
  RequestCookies,
  ResponseCookie,
  ResponseCookies,
  SetCookieArgs,
} from "./http/cookies.ts";
