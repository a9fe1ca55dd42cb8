/**
 * `next/offline`: whether the browser is offline.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 */
export function useOffline(): boolean {
  throw createClientOnlyError("useOffline");
}
