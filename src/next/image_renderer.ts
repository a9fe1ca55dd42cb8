/**
 * Loads the image renderer of Next.js that the project has installed, either in `next` or separately.
 *
 * @module
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** An image renderer. */
export interface ImageRenderer {
  /** Creates a response with an image as its body. */
  readonly ImageResponse: new (element: unknown, options?: object) => Response;
}

/** The server that images are rendered in. */
export interface ImageHost {
  /** Returns the absolute path of a file below a `node_modules` of the project, if there is one that may be read. */
  findInstalled(name: string): string | undefined;
  /** Imports a module by its URL. */
  importModule(url: string): Promise<unknown>;
}

/** The renderer below `node_modules`: that of Next.js, or the package that it is a copy of. */
export const INSTALLED_RENDERERS: readonly string[] = [
  "next/dist/compiled/@vercel/og/index.node.js",
  "@vercel/og/dist/index.node.js",
];

/**
 * The renderer in the registry, in the version that Next.js 16 contains, downloaded only if it is used. Version 1.0.3
 * needs a `require()` that ES modules do not have.
 */
export const REGISTERED_RENDERER = "npm:@vercel/og@1.0.1";

let host: ImageHost | undefined;
let renderer: Promise<ImageRenderer> | undefined;

/** Sets the server that images are rendered in. */
export function setImageHost(imageHost: ImageHost): void {
  renderer = undefined;
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
  // There is no server when a handler is called by a test.
  if (host === undefined) return requireRenderer();
  const file = INSTALLED_RENDERERS.map(host.findInstalled).find((path) => path !== undefined);
  try {
    return await host.importModule(
      file === undefined ? REGISTERED_RENDERER : pathToFileURL(file).href,
    ) as ImageRenderer;
  } catch (cause) {
    throw createError(file, cause);
  }
}

function requireRenderer(): ImageRenderer {
  const require = createRequire(join(process.cwd(), "index.js"));
  try {
    return require(INSTALLED_RENDERERS[0]!);
  } catch {
    return require("@vercel/og");
  }
}

function createError(file: string | undefined, cause: unknown): Error {
  const start = "Cannot render an ImageResponse:";
  if (cause instanceof Error && cause.name === "NotCapable") {
    const fix = "add --allow-read --allow-env=NODE_ENV,JEST_WORKER_ID";
    return new Error(`${start} its renderer may not read its files or the environment, ${fix}`, { cause });
  }
  if (file !== undefined) return new Error(`${start} "${file}" cannot be imported`, { cause });
  const fix = `install one with "deno add ${REGISTERED_RENDERER}"`;
  return new Error(`${start} neither "next" nor "@vercel/og" is installed, ${fix}`, { cause });
}
