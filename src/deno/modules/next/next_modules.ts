/**
 * The modules of Next.js that this package provides: the single table of their names, used by the hooks, by `build` and
 * by the generated types.
 *
 * @module
 */

/** A module of Next.js. */
export interface NextModule {
  /** The entry point of this package: `cache`, `next/link`. */
  readonly entry: string;
  /** The file of the entry point, relative to the package. */
  readonly file: string;
  /** Whether it is used only if the project has not installed `next`. */
  readonly isFallback?: boolean;
  /** The function that creates an export by its name, if any name may be imported. */
  readonly creator?: string;
}

const shim = (entry: string, file = `src/${entry.replaceAll("-", "_")}.ts`): NextModule => ({ entry, file });
const fallback = (entry: string, file?: string): NextModule => ({ ...shim(entry, file), isFallback: true });

const CACHE = shim("cache"), HEADERS = shim("headers"), NAVIGATION = shim("navigation"), SERVER = shim("server");
const OG = shim("next/og"), IMAGE = shim("next/image"), FONT = shim("next/font");
const CONSTANTS = fallback("next/constants"), INTERNALS = fallback("next/internals");
const TESTMODE = fallback("next/testmode");

/** The modules, by their public names. */
export const NEXT_MODULES: Readonly<Record<string, NextModule>> = {
  "next": shim("next", "src/next/next.ts"),
  "next/app": shim("next/app"),
  "next/cache": CACHE,
  "next/compat/router": shim("next/compat-router"),
  "next/constants": CONSTANTS,
  "next/document": shim("next/document"),
  "next/dynamic": shim("next/dynamic"),
  "next/error": shim("next/error"),
  "next/experimental/testing/server": shim("next/testing"),
  "next/experimental/testmode/playwright": TESTMODE,
  "next/experimental/testmode/playwright/msw": TESTMODE,
  "next/experimental/testmode/proxy": TESTMODE,
  "next/font/google": { ...FONT, creator: "createGoogleFont" },
  "next/font/local": FONT,
  "next/form": shim("next/form"),
  "next/head": shim("next/head"),
  "next/headers": HEADERS,
  "next/image": IMAGE,
  "next/jest": fallback("next/jest"),
  "next/legacy/image": IMAGE,
  "next/link": shim("next/link"),
  "next/navigation": NAVIGATION,
  "next/offline": shim("next/offline"),
  "next/og": OG,
  "next/root-params": { ...shim("next/root-params"), creator: "createRootParam" },
  "next/router": shim("next/router"),
  "next/script": shim("next/script"),
  "next/server": SERVER,
  "next/types": shim("next", "src/next/next.ts"),
  "next/web-vitals": shim("next/web-vitals"),
};

/** The modules by their internal names in Next.js, and other internals that packages import. */
const INNER_MODULES: Readonly<Record<string, NextModule>> = {
  "next/package.json": fallback("next/package-json"),
  "next/dist/api/constants": CONSTANTS,
  "next/dist/shared/lib/constants": CONSTANTS,
  // The originals work only with requests of the real Next.js, and there are none here.
  "next/dist/api/headers": HEADERS,
  "next/dist/server/request/cookies": HEADERS,
  "next/dist/server/request/draft-mode": HEADERS,
  "next/dist/server/request/headers": HEADERS,
  "next/dist/api/server": SERVER,
  "next/dist/server/after": SERVER,
  "next/dist/server/after/index": SERVER,
  "next/dist/server/request/connection": SERVER,
  "next/dist/server/web/exports": SERVER,
  "next/dist/server/web/exports/index": SERVER,
  "next/dist/server/web/spec-extension/response": SERVER,
  "next/dist/server/request/io": CACHE,
  "next/dist/server/use-cache/cache-life": CACHE,
  "next/dist/server/use-cache/cache-tag": CACHE,
  "next/dist/server/web/spec-extension/revalidate": CACHE,
  "next/dist/server/web/spec-extension/unstable-cache": CACHE,
  "next/dist/server/web/spec-extension/unstable-no-store": CACHE,
  "next/dist/api/navigation": NAVIGATION,
  "next/dist/api/navigation.react-server": NAVIGATION,
  "next/dist/client/components/navigation": NAVIGATION,
  "next/dist/client/components/navigation.react-server": NAVIGATION,
  "next/dist/api/og": OG,
  "next/dist/server/og/image-response": OG,
  ...Object.fromEntries([
    "client/components/redirect",
    "client/components/redirect-error",
    "client/components/is-next-router-error",
    "client/components/hooks-server-context",
    "compiled/@edge-runtime/cookies",
    "client/components/http-access-fallback/http-access-fallback",
    "server/web/spec-extension/cookies",
    "server/web/spec-extension/adapters/request-cookies",
  ].map((name) => [`next/dist/${name}`, INTERNALS])),
};

/** All modules, by all their names without `.js`. */
export const ALL_NEXT_MODULES: Readonly<Record<string, NextModule>> = { ...NEXT_MODULES, ...INNER_MODULES };

/** The modules of this package that route files import and Next.js does not have, by their entry points. */
export const OWN_MODULES: Readonly<Record<string, NextModule>> = Object.fromEntries(
  ["middleware", "response", "route"].map((entry) => [entry, shim(entry)]),
);

/** Packages that only assert on which side of a Next.js application a module runs; on a server they do nothing. */
export const MARKER_PACKAGES: readonly string[] = ["server-only", "client-only"];

/** The modules, by the entry point of this package. */
const BY_ENTRY = new Map(Object.values(ALL_NEXT_MODULES).map((module) => [module.entry, module]));

/** Matches specifiers of this package, in any version: a second copy would not see the requests of this one. */
const OWN_SPECIFIER = /^(?:jsr:\/?)?@x\/routes(?:@[^/]*)?\/(.+)$/;

/**
 * Finds the module of an import.
 *
 * @param specifier The imported specifier: `next/link`, `next/headers.js`, `jsr:@x/routes@^0.1.0/headers`.
 * @param parent The URL of the importing module; the imports of Next.js itself are not replaced.
 */
export function findNextModule(specifier: string, parent = ""): NextModule | undefined {
  const entry = OWN_SPECIFIER.exec(specifier)?.[1];
  if (entry !== undefined) return BY_ENTRY.get(entry);
  if (!/^next(?:\/|$)/.test(specifier) || /\/(?:node_modules|registry\.npmjs\.org)\/next\//.test(parent)) {
    return undefined;
  }
  const name = specifier.replace(/\.js$/, "");
  return Object.hasOwn(ALL_NEXT_MODULES, name) ? ALL_NEXT_MODULES[name] : undefined;
}

/**
 * Finds the module of this package that an import names, if Next.js has none like it.
 *
 * @param specifier The imported specifier: `jsr:@x/routes@^0.1.0/route`.
 */
export function findOwnModule(specifier: string): NextModule | undefined {
  const entry = OWN_SPECIFIER.exec(specifier)?.[1];
  return entry !== undefined && Object.hasOwn(OWN_MODULES, entry) ? OWN_MODULES[entry] : undefined;
}

/**
 * Returns the names that a module imports or re-exports from another one.
 *
 * @param source The source of the module.
 * @param specifiers The specifiers of the other one.
 */
export function findImportedNames(source: string, specifiers: readonly string[]): string[] {
  const names = new Set<string>();
  for (const specifier of specifiers) {
    for (const [start] of findQuoted(source, specifier)) {
      // `import { Inter, Roboto as Text } from "…"`: the braces end right before the specifier.
      const head = source.slice(source.lastIndexOf("{", start) + 1, start);
      const list = /^([^{}"'`;]*)\}\s*from\s*$/.exec(head)?.[1] ?? "";
      for (const part of list.split(",")) {
        const name = /^\s*(?:type\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(part)?.[1];
        if (name !== undefined && name !== "default") names.add(name);
      }
    }
  }
  return [...names];
}

function* findQuoted(source: string, text: string): Generator<[start: number]> {
  for (const quote of [`"`, `'`]) {
    const quoted = quote + text + quote;
    for (let at = source.indexOf(quoted); at >= 0; at = source.indexOf(quoted, at + 1)) yield [at];
  }
}
