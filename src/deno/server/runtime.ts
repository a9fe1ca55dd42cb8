/**
 * Changes the process for a server.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { setRuntimeInternals } from "../../http/runtime_internals.ts";
import { installFetchCache } from "../../scope/fetch_cache.ts";
import { addImpureCalls } from "../../scope/impure_calls.ts";
import { SCOPE_NAME, setScopeStorage } from "../../scope/current_scope.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { installUseCache } from "../../use_cache/cached_call.ts";
import { openContextStorage } from "./async_context.ts";
import { findDenoInternals } from "./deno_internals.ts";

const internals = findDenoInternals();
const scopes = openContextStorage<RequestScope | undefined>(SCOPE_NAME);

/** The functions of Deno that wait for input or output. */
const IO_FUNCTIONS = [
  "connect",
  "connectTls",
  "lstat",
  "open",
  "openKv",
  "readDir",
  "readFile",
  "readLink",
  "readTextFile",
  "realPath",
  "resolveDns",
  "stat",
].filter((name) => name in Deno);

let isPrepared = false;

/**
 * Prepares the process for answering requests. Further calls have no effect.
 *
 * - The global `fetch()` gets Next's caching options inside a request; elsewhere it is unchanged.
 * - The functions that `"use cache"` marks can be called.
 * - Input and output by Deno makes a GET dynamic (`cacheComponents`).
 * - Small `Buffer`s no longer share memory: Deno cannot send a chunk of a Node stream from a shared pool.
 * - Deno's warning about `request.signal` is not printed: it does not apply to the signal that handlers get.
 */
export function prepareRuntime(): void {
  if (isPrepared) return;
  isPrepared = true;
  if (scopes !== undefined) setScopeStorage(scopes);
  setRuntimeInternals(internals);
  installFetchCache();
  installUseCache();
  addImpureCalls([
    ...IO_FUNCTIONS.map((key) => ({ target: Deno, key, call: `Deno.${key}()` })),
    ...["output", "spawn"].map((key) => ({ target: Deno.Command.prototype, key, call: "Deno.Command" })),
  ]);
  Buffer.poolSize = 0;
}
