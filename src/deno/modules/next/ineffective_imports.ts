/**
 * Finds imports of Next.js functions that always throw in a route handler.
 *
 * @module
 */

import { findImportedNames, NEXT_MODULES } from "./next_modules.ts";

const IN_BROWSER = "it is only for pages in the browser";
const IN_PAGES = "it is only for pages and layouts";
const IN_ACTIONS = "it is only for server actions";

/** The functions that always throw, and the reasons, by the entry point of their module. */
const INEFFECTIVE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  navigation: mapToReason(IN_BROWSER, [
    "useParams",
    "usePathname",
    "useRouter",
    "useSearchParams",
    "useSelectedLayoutSegment",
    "useSelectedLayoutSegments",
    "useServerInsertedHTML",
    "unstable_isUnrecognizedActionError",
  ]),
  cache: {
    ...mapToReason(IN_ACTIONS, ["refresh", "updateTag"]),
    ...mapToReason(IN_BROWSER, ["navigation", "prefetch"]),
  },
  server: mapToReason("it moved to next/og", ["ImageResponse"]),
  "next/error": mapToReason(IN_BROWSER, ["catchError"]),
  "next/link": mapToReason(IN_BROWSER, ["useLinkStatus"]),
  "next/offline": mapToReason(IN_BROWSER, ["useOffline"]),
  "next/router": mapToReason(IN_BROWSER, ["createRouter", "makePublicRouterInstance", "useRouter"]),
  "next/script": mapToReason(IN_BROWSER, ["handleClientScriptLoad", "initScriptLoader"]),
  "next/web-vitals": mapToReason(IN_BROWSER, ["useReportWebVitals"]),
};

function mapToReason(reason: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/**
 * Returns a sentence for each import of a function that always throws in a route handler.
 *
 * @param source The source of the module.
 */
export function findIneffectiveImports(source: string): string[] {
  if (!source.includes("next/")) return [];
  return Object.entries(NEXT_MODULES).flatMap(([specifier, { entry, creator }]) => {
    const reasons = INEFFECTIVE[entry] ?? {};
    const isRootParams = creator === "createRootParam";
    if (!isRootParams && Object.keys(reasons).length === 0) return [];
    return findImportedNames(source, [specifier, `${specifier}.js`]).flatMap((name) => {
      const reason = isRootParams ? IN_PAGES : reasons[name];
      return reason === undefined ? [] : [`${name}() of ${specifier} always throws in a route handler: ${reason}`];
    });
  });
}
