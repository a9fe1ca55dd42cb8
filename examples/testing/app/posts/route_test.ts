import { createRequestHandler } from "@x/routes";
import { createClient } from "@x/routes/client";
import { createTestCache, createTestClock } from "@x/routes/testing";
import { assertEquals } from "@std/assert";

const cache = createTestCache(), clock = createTestClock();
const app = await createRequestHandler(new URL("../", import.meta.url), { cache, now: clock.now });
/** In a project, `routes typegen --client` writes this. */
interface Routes {
  "/posts": {
    GET: { request: Record<never, never>; response: string[] };
    POST: { request: { body: { title: string } }; response: { count: number } };
  };
}
const api = createClient<Routes>({ fetch: app.fetch });

Deno.test("POST /posts invalidates the list", async () => {
  assertEquals((await api("/posts").GET()).data, []);
  const { status } = await api("/posts").POST({ body: { title: "Hello" } });
  assertEquals(status, 201);
  assertEquals(cache.revalidatedTags, ["posts"]);
  assertEquals((await api("/posts").GET()).data, ["Hello"]);
  clock.pass(61);
  assertEquals((await api("/posts").GET()).data, ["Hello"]);
  await app.drain();
});
