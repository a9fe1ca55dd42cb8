/**
 * What renders images: the renderer of Next.js that the project has installed, with `next` or alone.
 *
 * @module
 */

import { existsSync } from "node:fs";
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
 * The same from the registry: the last version that asks for no `require()`. A name that is not written in an `import()`
 * is fetched only if it is used.
 */
const REGISTERED = "npm:@vercel/og@^0.8.6";

let root: string | undefined;
let renderer: Promise<ImageRenderer> | undefined;

/**
 * Says which project is served; otherwise it is the one of the working directory.
 *
 * @param path The absolute path of its folder.
 */
export function setRendererRoot(path: string): void {
  if (root !== path) renderer = undefined;
  root = path;
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
    return await import(file === undefined ? REGISTERED : pathToFileURL(file).href);
  } catch (cause) {
    const reason = file === undefined ? 'neither "next" nor "@vercel/og" is installed' : `"${file}" cannot be imported`;
    const fix = file === undefined ? `, install one with "deno add ${REGISTERED}"` : "";
    throw new Error(`Cannot render an ImageResponse: ${reason}${fix}`, { cause });
  }
}

/** Packages are in the folder of the project, or above it. */
function findInstalled(): string | undefined {
  for (let folder = root ?? process.cwd();; folder = dirname(folder)) {
    const file = INSTALLED.map((name) => join(folder, "node_modules", name)).find((path) => existsSync(path));
    if (file !== undefined || dirname(folder) === folder) return file;
  }
}
