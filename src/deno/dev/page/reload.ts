/**
 * The script that loads a page again after the project has changed.
 *
 * @module
 */

import type { PageLocation } from "./dom.ts";

declare const location: PageLocation;

/** How often the page asks for the version. */
const INTERVAL_MS = 500;

/**
 * Creates the script; it runs a function of this module, as text.
 *
 * @param version The version of the application that answered.
 */
export function createReloadScript(version: string): string {
  return `(${reloadAfterChange})(${JSON.stringify(version)}, ${INTERVAL_MS});`;
}

function reloadAfterChange(loaded: string, intervalMs: number): void {
  setInterval(async () => {
    try {
      const { version } = await (await fetch("/_routes/version")).json();
      if (version !== loaded) location.reload();
    } catch {
      // The server may be restarting.
    }
  }, intervalMs);
}
