/**
 * Loads the image renderer of Next.js that the project has installed, either in `next` or separately.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** An image renderer. */
export interface ImageRenderer {
  /** Creates a response with an image as its body. */
  readonly ImageResponse: new (element: unknown, options?: object) => Response;
}

const INSTALLED = ["next/dist/compiled/@vercel/og/index.node.js", "@vercel/og/dist/index.node.js"];
/** The renderer in the registry, in the last version that does not need `require()`. Downloaded only if it is used. */
const REGISTERED = "npm:@vercel/og@^0.8.6";

/** The server that images are rendered in. */
export interface ImageHost {
  /** The absolute path of the project's folder. Default: the working directory. */
  readonly root?: string;
  /** Imports a module by its URL. */
  importModule(url: string): Promise<unknown>;
}

let host: ImageHost | undefined;
let renderer: Promise<ImageRenderer> | undefined;

/** Sets the server that images are rendered in. */
export function setImageHost(imageHost: ImageHost): void {
  if (host?.root !== imageHost.root) renderer = undefined;
  host = imageHost;
}

/**
 * Loads the renderer, once; a failure is retried by the next image.
 *
 * @throws {Error} If it is not installed, or cannot be imported.
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
    // There is no server when a handler is called by a test.
    if (host === undefined) return createRequire(import.meta.url)(file ?? "@vercel/og");
    return await host.importModule(file === undefined ? REGISTERED : pathToFileURL(file).href) as ImageRenderer;
  } catch (cause) {
    const reason = file === undefined ? 'neither "next" nor "@vercel/og" is installed' : `"${file}" cannot be imported`;
    const fix = file === undefined ? `, install one with "deno add ${REGISTERED}"` : "";
    throw new Error(`Cannot render an ImageResponse: ${reason}${fix}`, { cause });
  }
}

/** Packages may be installed in the folder of the project, or above it. */
function findInstalled(): string | undefined {
  for (let folder = host?.root ?? process.cwd();; folder = dirname(folder)) {
    const file = INSTALLED.map((name) => join(folder, "node_modules", name)).find((path) => existsSync(path));
    if (file !== undefined || dirname(folder) === folder) return file;
  }
}
