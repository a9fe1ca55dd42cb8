import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { redisStore } from "../../src/cache/stores/redis.ts";
import { rateLimit } from "../../src/middleware/rate_limit.ts";
import { captured } from "../helpers/app.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";
import { until } from "../helpers/until.ts";
import { run } from "./_run.ts";

Deno.test({
  name: "while Redis is down, each process counts by itself; when it is back, they count together again",
  ignore: IGNORE_REDIS,
  async fn() {
    await using server = await startRedis();
    const stores = [redisStore(server.url), redisStore(server.url)];
    const [one, other] = stores.map((store) => rateLimit({ limit: 2, window: 3600, name: "login", store }));
    const send = async (limit: ReturnType<typeof rateLimit>) => {
      const response = await run([limit], {});
      await response.body?.cancel();
      return response.status;
    };
    assertEquals([await send(one!), await send(other!), await send(one!), await send(other!)], [200, 200, 429, 429]);

    await server.kill();
    const lines = await captured("warn", async () => {
      assertEquals([await send(one!), await send(one!), await send(one!)], [200, 200, 429]);
    });
    assertStrictEquals(lines.length, 1);
    assertStringIncludes(lines[0]!, 'The store of rate limit "login" is unavailable, each process counts by itself');

    // Redis lost its counts in the crash.
    await server.start();
    for (const store of stores) {
      await until(
        "the store is connected",
        async () => await Promise.resolve(store.get("", [])).then(() => true, () => false),
      );
    }
    assertEquals([await send(other!), await send(one!), await send(other!)], [200, 200, 429]);
    for (const store of stores) await store.close();
  },
});
