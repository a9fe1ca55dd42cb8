import { assertEquals, assertThrows } from "@std/assert";
import { refresh, revalidatePath, revalidateTag, unstable_noStore, updateTag } from "../../src/cache.ts";
import { captured, createApp } from "../helpers/app.ts";

async function inHandler(run: () => unknown): Promise<{ result: unknown; warnings: string[] }> {
  let result: unknown;
  const GET = () => {
    result = run();
    return new Response();
  };
  const app = await createApp({ "route.ts": { GET } });
  const warnings = await captured("warn", () => app.get("/"));
  return { result, warnings };
}

const CALLS: readonly [name: string, call: () => unknown, warning: RegExp | null][] = [
  ['revalidateTag("a", "max")', () => revalidateTag("a", "max"), null],
  ['revalidateTag("a", { expire: 0 })', () => revalidateTag("a", { expire: 0 }), null],
  ['revalidateTag("a")', () => revalidateTag("a"), /^"revalidateTag" without the second argument is now deprecated/],
  ['revalidatePath("/a")', () => revalidatePath("/a"), null],
  ['revalidatePath("/[id]", "page")', () => revalidatePath("/[id]", "page"), null],
  ['revalidatePath("/[id]")', () => revalidatePath("/[id]"), /^Warning: a dynamic page path "\/\[id\]" was passed/],
  ["unstable_noStore()", () => unstable_noStore(), null],
];

for (const [name, call, warning] of CALLS) {
  Deno.test(`${name} returns nothing and ${warning === null ? "is silent" : "warns like Next.js"}`, async () => {
    const { result, warnings } = await inHandler(call);
    assertEquals(result, undefined);
    assertEquals(warnings.length, warning === null ? 0 : 1);
    if (warning !== null) assertEquals(warning.test(warnings[0]!), true, warnings[0]);
  });
}

Deno.test("revalidateTag() and revalidatePath() throw outside a request", () => {
  assertThrows(() => revalidateTag("a", "max"), Error, "`revalidateTag` was called outside a request scope");
  assertThrows(() => revalidatePath("/a"), Error, "`revalidatePath` was called outside a request scope");
});

Deno.test("updateTag() and refresh() are for server actions", () => {
  assertThrows(() => updateTag("a"), Error, "updateTag can only be called from within a Server Action");
  assertThrows(refresh, Error, "refresh can only be called from within a Server Action");
});
