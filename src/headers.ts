/**
 * The names of `next/headers`: what a route handler asks for without a request in its hands.
 *
 * @module
 */

export { cookies, type DraftMode, draftMode, headers } from "./scope/request_apis.ts";
export type { RequestCookie, ResponseCookie, ResponseCookies } from "./http/cookies.ts";
