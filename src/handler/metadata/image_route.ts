/**
 * Turns the modules of images, such as `opengraph-image.tsx`, into route modules.
 *
 * @module
 */

import { METADATA_ID } from "../../routing/metadata_file.ts";
import type { RouteParams } from "../../routing/router.ts";
import type { MetadataSource, Namespace } from "./metadata_source.ts";

/** What the default export of a module is called with. */
interface ImageProps {
  readonly params: Promise<RouteParams>;
  /** Only with `generateImageMetadata`. */
  readonly id?: Promise<string>;
}

/** The exports of a module that are functions. */
interface ImageModule {
  readonly default: (props: ImageProps) => unknown;
  readonly generateImageMetadata?: (props: { params: RouteParams }) => unknown;
  readonly generateStaticParams?: (context: { params: Record<string, never> }) => unknown;
}

/** The second argument of a route handler. */
interface Context {
  readonly params: Promise<RouteParams> | undefined;
}

/**
 * Creates the module of an image. As in Next.js, its response is cached unless the path has params that nothing lists.
 *
 * @param source The metadata file.
 * @param module Its namespace: a default function, optional generators and segment config.
 * @returns `null` if the file has nothing at this path: either there is one image, or one for each id.
 * @throws {TypeError} If it has no default export.
 * @see https://nextjs.org/docs/app/api-reference/functions/generate-image-metadata
 */
export function createImageRoute(source: MetadataSource, module: Namespace): Namespace | null {
  if (typeof module.default !== "function") {
    const state = "Export default doesn't exist in target module";
    throw new TypeError(`Cannot load "${source.file}": ${state}, write export default function Image()`);
  }
  const isNumbered = source.id.endsWith(`/[${METADATA_ID}]`);
  const { default: createImage, generateImageMetadata, ...config } = module as unknown as ImageModule;
  if (isNumbered !== (generateImageMetadata !== undefined)) return null;
  const shared = { revalidate: false, ...config };
  if (generateImageMetadata === undefined) {
    const GET = (_request: Request, { params = Promise.resolve({}) }: Context) => createImage({ params });
    return { ...shared, GET };
  }
  const listIds = async (params: RouteParams) => readIds(await generateImageMetadata({ params }), source);
  return {
    ...shared,
    async generateStaticParams(context: { params: Record<string, never> }) {
      const listed = await listParams(source, config.generateStaticParams, context);
      if (!Array.isArray(listed)) return listed;
      const paths = listed.map(async (params) =>
        (await listIds(params)).map((id) => ({ ...params, [METADATA_ID]: id }))
      );
      return (await Promise.all(paths)).flat();
    },
    async GET(_request: Request, context: Context) {
      const { [METADATA_ID]: id, ...params } = await context.params as RouteParams & { [METADATA_ID]: string };
      if (!(await listIds(params)).includes(id)) return new Response("Not Found", { status: 404 });
      return await createImage({ params: Promise.resolve(params), id: Promise.resolve(id) });
    },
  };
}

/** Returns the known params of the folder of an image. */
function listParams(
  { id }: MetadataSource,
  generate: ImageModule["generateStaticParams"],
  context: { params: Record<string, never> },
): unknown {
  if (generate !== undefined) return generate(context);
  const isDynamic = id.slice(0, -`/[${METADATA_ID}]`.length).includes("/[");
  return isDynamic ? [] : [{}];
}

/**
 * Reads the ids that `generateImageMetadata` returned.
 *
 * @throws {TypeError} If it did not return an array, or an item has no id.
 */
function readIds(list: unknown, { id, file }: MetadataSource): string[] {
  const error = (state: string) =>
    new TypeError(
      `Failed to collect page data for ${id}: ${state}, return [{ id: "small" }] from generateImageMetadata of "${file}"`,
    );
  if (!Array.isArray(list)) throw error("its list of images is not iterable");
  return list.map((item) => {
    const each: unknown = item?.id;
    if (each !== undefined && each !== null) return String(each);
    throw error("id property is required for every item returned from generateImageMetadata");
  });
}
