/**
 * Changes the process for a server.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setRuntimeInternals } from "../../http/runtime_internals.ts";
import { installFetchCache } from "../../scope/fetch_cache.ts";
import { type RequestScope, SCOPE_NAME, setScopeStorage } from "../../scope/request_scope.ts";
import { installUseCache } from "../../use_cache/cached_call.ts";
import { openContextStorage } from "./async_context.ts";
import { findDenoInternals } from "./deno_internals.ts";

const internals = findDenoInternals();
const scopes = openContextStorage<RequestScope | undefined>(SCOPE_NAME);

/**
 * Prepares the process for answering requests. Further calls have no effect.
 *
 * - The global `fetch()` gets Next's caching options inside a request; elsewhere it is unchanged.
 * - The functions that `"use cache"` marks can be called.
 * - Small `Buffer`s no longer share memory: Deno cannot send a chunk of a Node stream from a shared pool.
 * - Deno's warning about `request.signal` is not printed: it does not apply to the signal that handlers get.
 */
export function prepareRuntime(): void {
  if (scopes !== undefined) setScopeStorage(scopes);
  setRuntimeInternals(internals);
  installFetchCache();
  installUseCache();
  Buffer.poolSize = 0;
}
