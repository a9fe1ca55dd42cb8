import { AsyncLocalStorage } from "node:async_hooks";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { requireScope, runInScope } from "../../src/scope/current_scope.ts";
import type { RequestScope } from "../../src/scope/request_scope.ts";

const createScope = (): RequestScope => ({ isDetached: false }) as RequestScope;

Deno.test("requireScope() returns the scope of the running call, also after awaits and in timers", async () => {
  const [a, b] = [createScope(), createScope()];
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
  const copy: Record<string, (name: string) => unknown> = await import(`${"../../src/scope/current_scope.ts"}?copy`);
  const a = createScope();
  assertStrictEquals(runInScope(a, () => copy.requireScope!("test")), a);
  assertEquals(copy.requireScope === requireScope, false);
});

Deno.test("AsyncLocalStorage is global, as packages for Next.js expect", () => {
  const { AsyncLocalStorage: Global } = globalThis as unknown as { AsyncLocalStorage: typeof AsyncLocalStorage };
  assertStrictEquals(Global, AsyncLocalStorage);
});
