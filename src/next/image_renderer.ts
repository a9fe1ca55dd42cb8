/**
 * What renders images: the renderer of Next.js that the project has installed, with `next` or alone.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** What renders images. */
export interface ImageRenderer {
  /** A response whose body is the image. */
  readonly ImageResponse: new (element: unknown, options?: object) => Response;
}

const INSTALLED = ["next/dist/compiled/@vercel/og/index.node.js", "@vercel/og/dist/index.node.js"];
/**
 * The same from the registry: the last version that asks for no `require()`. It is
 * fetched only if it is used.
 */
const REGISTERED = "npm:@vercel/og@^0.8.6";

/** What the server knows that images are rendered in. */
export interface ImageHost {
  /** The absolute path of the project's folder; default: the working directory. */
  readonly root?: string;
  /** Imports a module by its URL. */
  importModule(url: string): Promise<unknown>;
}

let host: ImageHost | undefined;
let renderer: Promise<ImageRenderer> | undefined;

/** Says which server renders the images. */
export function setImageHost(imageHost: ImageHost): void {
  if (host?.root !== imageHost.root) renderer = undefined;
  host = imageHost;
}

/**
 * Loads the renderer, once; what failed is tried again by the next image.
 *
 * @throws {Error} If there is none.
 */
export function loadImageRenderer(): Promise<ImageRenderer> {
  renderer ??= importRenderer().catch((error) => {
    renderer = undefined;
    throw error;
  });
  return renderer;
}

async function importRenderer(): Promise<ImageRenderer> {
  const file = findInstalled();
  try {
    // In a test of a handler there is no server.
    if (host === undefined) return createRequire(import.meta.url)(file ?? "@vercel/og");
    return await host.importModule(file === undefined ? REGISTERED : pathToFileURL(file).href) as ImageRenderer;
  } catch (cause) {
    const reason = file === undefined ? 'neither "next" nor "@vercel/og" is installed' : `"${file}" cannot be imported`;
    const fix = file === undefined ? `, install one with "deno add ${REGISTERED}"` : "";
    throw new Error(`Cannot render an ImageResponse: ${reason}${fix}`, { cause });
  }
}

/** Packages are in the folder of the project, or above it. */
function findInstalled(): string | undefined {
  for (let folder = host?.root ?? process.cwd();; folder = dirname(folder)) {
    const file = INSTALLED.map((name) => join(folder, "node_modules", name)).find((path) => existsSync(path));
    if (file !== undefined || dirname(folder) === folder) return file;
  }
}
