/**
 * The names of metadata files in an `app/` folder: `robots.ts`, `sitemap.xml`, `opengraph-image.tsx` and so on.
 *
 * @module
 */

import { ROUTE_EXTENSIONS } from "./pattern.ts";

/** A metadata file, and where it is served. */
export interface MetadataFile {
  /** The kind of its content. */
  readonly kind: "robots" | "sitemap" | "manifest" | "image";
  /** Whether it is served as it is; otherwise it is a module that generates the content. */
  readonly isStatic: boolean;
  /** The content type. A module that creates an image returns a response, which has its own. */
  readonly contentType: string;
  /** The last segments of its URLs, in the form of folder names: `sitemap.xml`, `sitemap/[id]`. */
  readonly served: readonly string[];
}

/** The param name that Next.js gives to the id of a sitemap or an image. */
export const METADATA_ID = "__metadata_id__";

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  gif: "image/gif",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
};

/** The names of modules that create images, without extension and with an optional digit for more than one. */
const IMAGE_STEM = /^(?:icon|apple-icon|opengraph-image|twitter-image)\d?$/;

/** The names of image files. */
const IMAGE_NAME =
  /^(?:icon\d?\.(?:ico|jpg|jpeg|png|svg)|apple-icon\d?\.(?:jpg|jpeg|png)|(?:opengraph|twitter)-image\d?\.(?:jpg|jpeg|png|gif))$/;

/**
 * Returns the metadata file of a name.
 *
 * @param name The file name: `robots.ts`.
 * @param isRoot Whether it is in the app folder itself; some names have a meaning only there.
 * @param extensions The extensions of modules, without the dot; default: those of Next.js.
 * @returns `null` for any other file.
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/metadata
 */
export function readMetadataFile(
  name: string,
  isRoot: boolean,
  extensions: readonly string[] = ROUTE_EXTENSIONS,
): MetadataFile | null {
  const [stem = ""] = name.split(".", 1);
  const isCode = extensions.includes(name.slice(stem.length + 1));
  if (isRoot && (stem === "robots" && isCode || name === "robots.txt")) {
    return { kind: "robots", isStatic: !isCode, contentType: "text/plain", served: ["robots.txt"] };
  }
  if (isRoot && stem === "manifest" && isCode) return createManifestFile("manifest.webmanifest", false);
  if (isRoot && /^manifest\.(?:webmanifest|json)$/.test(name)) return createManifestFile(name, true);
  if (name === "sitemap.xml") return createSitemapFile(true, ["sitemap.xml"]);
  if (stem === "sitemap" && isCode) return createSitemapFile(false, ["sitemap.xml", `sitemap/[${METADATA_ID}]`]);
  if (isCode && IMAGE_STEM.test(stem)) {
    return { kind: "image", isStatic: false, contentType: "image/png", served: [stem, `${stem}/[${METADATA_ID}]`] };
  }
  if (IMAGE_NAME.test(name) || (isRoot && name === "favicon.ico")) {
    const contentType = IMAGE_TYPES[name.slice(name.lastIndexOf(".") + 1)]!;
    return { kind: "image", isStatic: true, contentType, served: [name] };
  }
  return null;
}

/**
 * Creates the suffix that Next.js gives to the name of an image in a route group or a parallel slot: `-12cog0`.
 *
 * @param folders The folders of the image, below the app folder.
 */
export function createImageSuffix(folders: readonly string[]): string {
  // The hash is djb2, with 32 bits.
  let hash = 5381;
  const path = `/${folders.join("/")}`;
  for (let i = 0; i < path.length; i++) hash = (hash * 33 + path.charCodeAt(i)) >>> 0;
  return `-${hash.toString(36).slice(0, 6)}`;
}

function createManifestFile(name: string, isStatic: boolean): MetadataFile {
  return { kind: "manifest", isStatic, contentType: "application/manifest+json", served: [name] };
}

function createSitemapFile(isStatic: boolean, served: readonly string[]): MetadataFile {
  return { kind: "sitemap", isStatic, contentType: "application/xml", served };
}
