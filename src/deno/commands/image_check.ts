/**
 * Creates the images that Next.js creates at build time, to see whether it could.
 *
 * @module
 */

import type { RouteFiles } from "../../handler/served_route.ts";
import { getErrorMessage } from "../../log/error_text.ts";
import type { RouteEntry } from "../../routing/manifest.ts";
import { createApp } from "../server/app.ts";
import { getKnownPaths } from "../server/prewarm.ts";

/**
 * Creates the images of a file that are cached and have known paths.
 *
 * @param entries The routes of the file.
 * @param files Access to it.
 * @throws {Error} If an image cannot be created.
 */
export async function createKnownImages(entries: readonly RouteEntry[], files: RouteFiles): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  const onError = (error: unknown) => void (failure ??= { error });
  const source = { manifest: { version: 1, routes: entries, warnings: [] } as const, ...files };
  const app = await createApp(source, { cache: "memory", lazy: true, onError });
  try {
    for (const route of app.routes) {
      await app.load(route);
      for (const path of await getKnownPaths(route)) {
        const response = await app.fetch(new Request(`http://localhost${path}`));
        await response.body?.cancel();
        if (failure === undefined) continue;
        const { error } = failure;
        throw new Error(`Error occurred prerendering page "${path}". ${getErrorMessage(error)}`, { cause: error });
      }
    }
  } finally {
    await app.drain();
    await app.close();
  }
}
