/**
 * The names of `next/navigation`: leaving a route handler by a throw, and the hooks of pages, which throw.
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
export {
  type AppRouterInstance,
  ReadonlyURLSearchParams,
  ServerInsertedHTMLContext,
  unstable_isUnrecognizedActionError,
  useParams,
  usePathname,
  useRouter,
  useSearchParams,
  useSelectedLayoutSegment,
  useSelectedLayoutSegments,
  useServerInsertedHTML,
} from "./next/navigation_hooks.ts";
