/**
 * The exports of `next/headers`: the headers and cookies of the current request, without passing the request along.
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
