/**
 * What a server changes in its process.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setRuntimeInternals } from "../../http/runtime_internals.ts";
import { installFetchCache } from "../../scope/fetch_cache.ts";
import { carryScopesBy, type RequestScope, SCOPE_NAME } from "../../scope/request_scope.ts";
import { openContextStorage } from "./async_context.ts";
import { findDenoInternals } from "./deno_internals.ts";

const internals = findDenoInternals();
const scopes = openContextStorage<RequestScope>(SCOPE_NAME);

/**
 * Prepares the process for answering requests; the second call changes nothing more.
 *
 * - The global `fetch()` gets Next's caching options inside a request; elsewhere it is the plain one.
 * - Small `Buffer`s no longer share memory: Deno cannot send a chunk of a Node stream that lies in a shared pool.
 * - Deno's warning about `request.signal` is not printed: the signal that handlers get does not do what it warns of.
 */
export function prepareRuntime(): void {
  if (scopes !== undefined) carryScopesBy(scopes);
  setRuntimeInternals(internals);
  installFetchCache();
  Buffer.poolSize = 0;
}
