/**
 * `next/offline`: whether a browser is connected.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 */
export function useOffline(): boolean {
  throw createClientOnlyError("useOffline");
}
