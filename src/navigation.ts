/**
 * The exports of `next/navigation`: functions that leave a route handler by throwing, and the hooks of pages, which throw an
 * error here.
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
