/**
 * The names of metadata files in an `app/` folder: `robots.ts`, `sitemap.xml`, `favicon.ico` and their like.
 *
 * @module
 */

/** What a metadata file is, and where it is served. */
export interface MetadataFile {
  /** What it holds. */
  readonly kind: "robots" | "sitemap" | "manifest" | "image";
  /** Whether it is served as it is; else it is a module that makes the content. */
  readonly isStatic: boolean;
  /** The content type. */
  readonly contentType: string;
  /** The last segments of its URL, as folders of the `app/` folder would be named: `sitemap.xml`, `sitemap/[id]`. */
  readonly served: readonly string[];
}

/** The params of a sitemap's number, as Next.js calls it. */
export const SITEMAP_ID = "__metadata_id__";

const CODE = /\.(?:ts|js|mts|mjs|tsx|jsx)$/;

const IMAGES: Readonly<Record<string, string>> = {
  gif: "image/gif",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
};

/** The images of each name, with a number behind it where there are more. */
const IMAGE =
  /^(?:icon\d?\.(?:ico|jpg|jpeg|png|svg)|apple-icon\d?\.(?:jpg|jpeg|png)|(?:opengraph|twitter)-image\d?\.(?:jpg|jpeg|png|gif))$/;

/**
 * Reads the name of a file.
 *
 * @param name The name: `robots.ts`.
 * @param isRoot Whether it lies in the app folder itself, where some have a meaning and below not.
 * @returns `null` for any other file.
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/metadata
 */
export function readMetadataFile(name: string, isRoot: boolean): MetadataFile | null {
  const isCode = CODE.test(name);
  const stem = name.replace(CODE, "");
  if (isRoot && (stem === "robots" && isCode || name === "robots.txt")) {
    return { kind: "robots", isStatic: !isCode, contentType: "text/plain", served: ["robots.txt"] };
  }
  if (isRoot && stem === "manifest" && isCode) return manifest("manifest.webmanifest", false);
  if (isRoot && /^manifest\.(?:webmanifest|json)$/.test(name)) return manifest(name, true);
  if (name === "sitemap.xml") return sitemap(true, ["sitemap.xml"]);
  if (stem === "sitemap" && isCode) return sitemap(false, ["sitemap.xml", `sitemap/[${SITEMAP_ID}]`]);
  if (IMAGE.test(name) || (isRoot && name === "favicon.ico")) {
    const contentType = IMAGES[name.slice(name.lastIndexOf(".") + 1)]!;
    return { kind: "image", isStatic: true, contentType, served: [name] };
  }
  return null;
}

function manifest(name: string, isStatic: boolean): MetadataFile {
  return { kind: "manifest", isStatic, contentType: "application/manifest+json", served: [name] };
}

function sitemap(isStatic: boolean, served: readonly string[]): MetadataFile {
  return { kind: "sitemap", isStatic, contentType: "application/xml", served };
}
