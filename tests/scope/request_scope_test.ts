import { createIncrementalCache } from "../../src/cache/incremental_cache.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { assertEquals } from "@std/assert";
import { type Application, RequestScope } from "../../src/scope/request_scope.ts";

const application: Application = {
  draftSecret: "s",
  streams: new Set(),
  waitUntil() {},
  report() {},
  cache: createIncrementalCache({ store: memoryStore(), now: () => 0, waitUntil() {}, warn() {} }),
  basePath: "",
  rewriteTimeoutMs: 30_000,
  body: { limit: Infinity, isLimitChosen: false, timeout: 30_000, formFields: 10_000 },
};

function scope(info?: { completed: Promise<void> }): RequestScope {
  return new RequestScope(
    application,
    { id: "/x", file: "app/x/route.ts" },
    new Request("http://localhost/x"),
    info,
    undefined,
  );
}

Deno.test("RequestScope.done() settles with the connection, or when the response is delivered", async () => {
  const completed = Promise.resolve();
  assertEquals(scope({ completed }).done(), completed);
  const open = scope();
  const done = open.done();
  open.deliver();
  await done;
  await open.done();
});
