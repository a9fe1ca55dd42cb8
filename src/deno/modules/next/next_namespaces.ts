/**
 * Provides the modules of Next.js to the modules of a project.
 *
 * @module
 */

import * as cache from "../../../cache.ts";
import * as headers from "../../../headers.ts";
import * as navigation from "../../../navigation.ts";
import * as app from "../../../next/app.ts";
import * as compatRouter from "../../../next/compat_router.ts";
import * as constants from "../../../next/constants.ts";
import * as document from "../../../next/document.ts";
import * as dynamic from "../../../next/dynamic.ts";
import * as error from "../../../next/error.ts";
import * as font from "../../../next/font.ts";
import * as form from "../../../next/form.ts";
import * as head from "../../../next/head.ts";
import * as image from "../../../next/image.ts";
import * as internals from "../../../next/internals.ts";
import * as jest from "../../../next/jest.ts";
import * as link from "../../../next/link.ts";
import * as next from "../../../next/next.ts";
import * as offline from "../../../next/offline.ts";
import * as og from "../../../next/og.ts";
import * as packageJson from "../../../next/package_json.ts";
import * as rootParams from "../../../next/root_params.ts";
import * as router from "../../../next/router.ts";
import * as script from "../../../next/script.ts";
import * as testing from "../../../next/testing.ts";
import * as testmode from "../../../next/testmode.ts";
import * as webVitals from "../../../next/web_vitals.ts";
import * as server from "../../../server.ts";
import { findImportedNames, type NextModule } from "./next_modules.ts";

type Namespace = Readonly<Record<string, unknown>>;

/** The namespaces, by entry point. */
export const NEXT_NAMESPACES: Readonly<Record<string, Namespace>> = {
  cache,
  headers,
  navigation,
  server,
  next,
  "next/app": app,
  "next/compat-router": compatRouter,
  "next/constants": constants,
  "next/document": document,
  "next/dynamic": dynamic,
  "next/error": error,
  "next/font": font,
  "next/form": form,
  "next/head": head,
  "next/image": image,
  "next/internals": internals,
  "next/jest": jest,
  "next/link": link,
  "next/offline": offline,
  "next/og": og,
  "next/package-json": packageJson,
  "next/root-params": rootParams,
  "next/router": router,
  "next/script": script,
  "next/testing": testing,
  "next/testmode": testmode,
  "next/web-vitals": webVitals,
};

/** Precedes the name of the function that creates exports. */
const CREATED = "by-";
const REGISTRY = Symbol.for("@x/routes.modules.v2");

/** Makes the namespaces available to virtual modules. */
export function registerNextModules(): void {
  (globalThis as unknown as Record<symbol, unknown>)[REGISTRY] = NEXT_NAMESPACES;
}

/** A module without a file. */
export interface VirtualNextModule {
  readonly format: "module" | "commonjs";
  readonly source: string;
}

/**
 * Returns the name of the virtual module for an import. It has everything that the source of the module depends on.
 *
 * @param module The module of Next.js.
 * @param specifier The imported specifier.
 * @param importer Returns the source of the importing module; called only if any name may be imported.
 * @param isRequired Whether the module is imported by `require()`.
 */
export function nameVirtualModule(
  { entry, creator }: NextModule,
  specifier: string,
  importer: () => string,
  isRequired: boolean,
): string {
  const extension = isRequired ? "cjs" : "mjs";
  if (creator === undefined) return `${entry}.${extension}`;
  // `require()` identifies a module by its path alone.
  const name = `${entry}/${CREATED}${creator}.${extension}`;
  const names = isRequired ? [] : findImportedNames(importer(), [specifier]);
  return names.length === 0 ? name : `${name}?${names.join(",")}`;
}

/**
 * Creates the source of a virtual module. The hook cannot return the URL of this package's own module instead, because
 * Deno does not load a remote module that is not in its graph.
 *
 * @param name The name of the module.
 */
export function createVirtualModule(name: string): VirtualNextModule {
  const [path = "", names = ""] = name.split("?", 2);
  const [entry = "", creator] = path.replace(/\.[cm]js$/, "").split(`/${CREATED}`);
  const from = `globalThis[Symbol.for("${REGISTRY.description}")][${JSON.stringify(entry)}]`;
  if (path.endsWith(".cjs")) return { format: "commonjs", source: `module.exports = ${formatExports(from, creator)};` };
  if (creator !== undefined) {
    const lines = names.split(",").filter((name) => name !== "")
      .map((name) => `export const ${name} = from.${creator}(${JSON.stringify(name)});\n`);
    return { format: "module", source: `const from = ${from};\n${lines.join("")}export {};` };
  }
  const namespace = NEXT_NAMESPACES[entry] ?? {};
  const exports = Object.keys(namespace).filter((name) => name !== "default");
  const exported = "default" in namespace ? "from.default" : "from";
  const source = `const from = ${from};\nexport const { ${exports.join(", ")} } = from;\nexport default ${exported};`;
  return { format: "module", source };
}

/** As in Next.js, the default export is the whole module if it has the names of the module. */
function formatExports(from: string, creator: string | undefined): string {
  if (creator !== undefined) return `new Proxy({}, { get: (_, name) => ${from}.${creator}(String(name)) })`;
  return `(${from}.default?.__esModule ? ${from}.default : ${from})`;
}
