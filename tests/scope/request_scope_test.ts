import { AsyncLocalStorage } from "node:async_hooks";
import { createIncrementalCache } from "../../src/cache/incremental_cache.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type Application, RequestScope, requireScope, runInScope } from "../../src/scope/request_scope.ts";

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

Deno.test("requireScope() returns the scope of the running call, also after awaits and in timers", async () => {
  const [a, b] = [scope(), scope()];
  const later = async () => {
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 1));
    return requireScope("test");
  };
  assertEquals(await Promise.all([runInScope(a, later), runInScope(b, later)]).then((all) => all.indexOf(b)), 1);
});

Deno.test("requireScope() throws the error of Next.js outside a request", () => {
  assertThrows(
    () => requireScope("cookies"),
    Error,
    "`cookies` was called outside a request scope. Read more: https://nextjs.org/docs/messages/next-dynamic-api-wrong-context",
  );
});

Deno.test("runInScope() shares its storage with another copy of the module", async () => {
  const copy: Record<string, (name: string) => unknown> = await import(`${"../../src/scope/request_scope.ts"}?copy`);
  const a = scope();
  assertEquals(runInScope(a, () => copy.requireScope!("test")), a);
  assertEquals(copy.requireScope === requireScope, false);
});

Deno.test("RequestScope.done() settles with the connection, or when the response is delivered", async () => {
  const completed = Promise.resolve();
  assertEquals(scope({ completed }).done(), completed);
  const open = scope();
  const done = open.done();
  open.deliver();
  await done;
  await open.done();
});

Deno.test("AsyncLocalStorage is global, as packages for Next.js expect", () => {
  const { AsyncLocalStorage: Global } = globalThis as unknown as { AsyncLocalStorage: typeof AsyncLocalStorage };
  assertStrictEquals(Global, AsyncLocalStorage);
});
