/**
 * Turns metadata files into route modules: their content answers GET, and is cached as in Next.js.
 *
 * @module
 */

import { METADATA_ID, type MetadataFile } from "../../routing/metadata_file.ts";
import type { RouteParams } from "../../routing/router.ts";
import { createImageRoute } from "./image_route.ts";
import type { MetadataSource, Namespace } from "./metadata_source.ts";
import { formatRobots, type Robots } from "./robots_txt.ts";
import { formatSitemap, type SitemapEntry } from "./sitemap_xml.ts";

const CACHE_CONTROL = "public, max-age=0, must-revalidate";

/** Creates the module of a file that is served as is. */
export function createStaticMetadata({ metadata }: MetadataSource, bytes: Uint8Array<ArrayBuffer>): Namespace {
  return { dynamic: "force-static", GET: () => respond(metadata, bytes) };
}

/**
 * Creates the module of a file that generates its content.
 *
 * @param source The metadata file.
 * @param module Its namespace: a default function, and optional segment config.
 * @returns `null` if the file has nothing at this path: a sitemap is either one file or several numbered ones.
 * @throws {TypeError} If it has no default export.
 */
export function createDynamicMetadata(source: MetadataSource, module: Namespace): Namespace | null {
  const { metadata, file, id } = source;
  if (metadata.kind === "image") return createImageRoute(source, module);
  const { default: make, generateSitemaps, ...config } = module;
  if (typeof make !== "function") {
    throw new TypeError(
      `Cannot load "${file}": it has no default export, write export default function ${metadata.kind}()`,
    );
  }
  // Next.js generates them at build time unless they use the request, like a route handler with `revalidate`.
  const shared = { revalidate: false, ...config };
  const answer = async (props?: unknown) => respond(metadata, write(metadata, await make(props)));
  if (metadata.kind !== "sitemap") return { ...shared, GET: () => answer() };
  const numbered = id.endsWith(`[${METADATA_ID}]`);
  if (numbered !== (typeof generateSitemaps === "function")) return null;
  if (!numbered) return { ...shared, GET: () => answer() };
  const listed = async () => {
    const list = await (generateSitemaps as () => unknown)();
    if (Array.isArray(list)) return list.map((each) => String((each as { id?: unknown })?.id));
    throw new TypeError(`Cannot read generateSitemaps of "${file}": it must return an array such as [{ id: 0 }]`);
  };
  return {
    ...shared,
    generateStaticParams: async () => (await listed()).map((each) => ({ [METADATA_ID]: `${each}.xml` })),
    async GET(_request: Request, { params }: { params: Promise<RouteParams> }) {
      const [, number] = /^(.*)\.xml$/s.exec((await params)[METADATA_ID] as string) ?? [];
      const known = number !== undefined && (await listed()).includes(number);
      return known ? await answer({ id: Promise.resolve(number) }) : respondNotFound();
    },
  };
}

function write(metadata: MetadataFile, content: unknown): string {
  if (metadata.kind === "robots") return formatRobots(content as Robots);
  if (metadata.kind === "sitemap") return formatSitemap(content as SitemapEntry[]);
  return JSON.stringify(content);
}

function respond({ contentType }: MetadataFile, body: BodyInit): Response {
  return new Response(body, { headers: { "content-type": contentType, "cache-control": CACHE_CONTROL } });
}

function respondNotFound(): Response {
  return new Response("Not Found", { status: 404 });
}
