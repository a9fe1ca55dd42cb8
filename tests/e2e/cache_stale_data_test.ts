import { assertEquals } from "@std/assert";
import { revalidateTag, unstable_cache } from "../../src/cache.ts";
import { createApp } from "../helpers/app.ts";
import { startUpstream } from "../helpers/upstream.ts";
import { until } from "../helpers/until.ts";

type Init = RequestInit & { next: { tags: string[]; revalidate: number } };

/** How the routes get their data. */
const SOURCES: readonly { name: string; make(url: string): () => Promise<string> }[] = [
  {
    name: "fetch()",
    make: (url) => {
      const init: Init = { next: { tags: ["price"], revalidate: 60 } };
      return async () => await (await fetch(url, init)).text();
    },
  },
  {
    name: "unstable_cache()",
    make: (url) =>
      unstable_cache(async () => await (await fetch(url)).text(), [url], { tags: ["price"], revalidate: 60 }),
  },
];

/** What makes data and response stale at the same time. */
const CAUSES: readonly { name: string; webhook: boolean; seconds: number }[] = [
  { name: 'revalidateTag(tag, "max")', webhook: true, seconds: 0 },
  { name: "the window has passed", webhook: false, seconds: 61 },
];

for (const { name, make } of SOURCES) {
  for (const cause of CAUSES) {
    Deno.test(`a response that is regenerated after ${cause.name} uses new data of ${name}`, async () => {
      await using upstream = startUpstream();
      let now = Date.now();
      const data = make(`${upstream.origin}/price`);
      const app = await createApp({
        "price/route.ts": { GET: async () => new Response(await data()), revalidate: 60 },
        "webhook/route.ts": {
          POST() {
            revalidateTag("price", "max");
            return new Response("done");
          },
        },
      }, { now: () => now });
      const price = async () => {
        const response = await app.get("/price");
        return `${response.headers.get("x-nextjs-cache")} ${await response.text()}`;
      };
      assertEquals([await price(), await price()], ["MISS first", "HIT first"]);
      upstream.text = "second";
      if (cause.webhook) assertEquals(await (await app.request("/webhook", { method: "POST" })).text(), "done");
      now += cause.seconds * 1000;
      assertEquals(await price(), "STALE first");
      await app.drain();
      await until("the response is regenerated", async () => (await price()).startsWith("HIT"));
      assertEquals([await price(), upstream.count("/price")], ["HIT second", 2]);
      await app.drain();
      await app.close();
    });
  }
}
