/**
 * What a module imports of Next.js that only throws in a route handler.
 *
 * @module
 */

import { findImportedNames, NEXT_MODULES } from "./next_modules.ts";

const IN_BROWSER = "it is only for pages in the browser";
const IN_PAGES = "it is only for pages and layouts";
const IN_ACTIONS = "it is only for server actions";
const IN_USE_CACHE = 'it is only for "use cache" functions';

/** Names that throw when they are called, and what they are for, by the entry of their module. */
const INEFFECTIVE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  navigation: reasons(IN_BROWSER, [
    ...["useParams", "usePathname", "useRouter", "useSearchParams", "useSelectedLayoutSegment"],
    ...["useSelectedLayoutSegments", "useServerInsertedHTML", "unstable_isUnrecognizedActionError"],
  ]),
  cache: {
    ...reasons(IN_ACTIONS, ["refresh", "updateTag"]),
    ...reasons(IN_USE_CACHE, ["cacheLife", "cacheTag", "unstable_cacheLife", "unstable_cacheTag"]),
    ...reasons(IN_BROWSER, ["navigation", "prefetch"]),
  },
  server: reasons("it moved to next/og", ["ImageResponse"]),
  "next/error": reasons(IN_BROWSER, ["catchError"]),
  "next/link": reasons(IN_BROWSER, ["useLinkStatus"]),
  "next/offline": reasons(IN_BROWSER, ["useOffline"]),
  "next/router": reasons(IN_BROWSER, ["createRouter", "makePublicRouterInstance", "useRouter"]),
  "next/script": reasons(IN_BROWSER, ["handleClientScriptLoad", "initScriptLoader"]),
  "next/web-vitals": reasons(IN_BROWSER, ["useReportWebVitals"]),
};

function reasons(reason: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/**
 * What of the imports of a module does nothing in a route handler, a sentence each.
 *
 * @param source The text of the module.
 */
export function findIneffectiveImports(source: string): string[] {
  if (!source.includes("next/")) return [];
  return Object.entries(NEXT_MODULES).flatMap(([specifier, { entry, creator }]) => {
    const known = INEFFECTIVE[entry] ?? {};
    const isRootParams = creator === "createRootParam";
    if (!isRootParams && Object.keys(known).length === 0) return [];
    return findImportedNames(source, [specifier, `${specifier}.js`]).flatMap((name) => {
      const reason = isRootParams ? IN_PAGES : known[name];
      return reason === undefined ? [] : [`${name}() of ${specifier} always throws in a route handler: ${reason}`];
    });
  });
}
