/** The store in Redis with a real cluster, real sentinels, and TLS. */
import { assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type { CacheStore } from "../../../src/cache/store.ts";
import { redisStore } from "../../../src/cache/stores/redis.ts";
import { createCertificate } from "../../helpers/certificate.ts";
import { IGNORE_REDIS, startRedis } from "../../helpers/redis.ts";
import { until } from "../../helpers/until.ts";
import { type RedisTopology, startRedisCluster, startRedisSentinel } from "../../helpers/redis_topologies.ts";
import { put, readFreshness, T0, toText } from "../_stores.ts";

/** Waits until a store answers, which does not connect again before the next call. */
async function waitFor(store: CacheStore): Promise<void> {
  for (;;) {
    try {
      return await store.mark(["any"], null, T0);
    } catch {
      await delay(50);
    }
  }
}

/** Uses a store before and after another server becomes the master. */
async function assertFailover(topology: RedisTopology, failOver: (master: number) => Promise<unknown>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const open = () => stack.adopt(redisStore(topology.url, { timeout: 5_000 }), (store) => store.close());
  const store = open();
  await put(store, "before", { tags: ["t"] });
  assertStrictEquals(await readFreshness(open(), "before"), "fresh");
  const dbSizes = await Promise.all(topology.ports.map((port) => topology.command(port, "DBSIZE")));
  await failOver(topology.ports[dbSizes.findIndex((size) => size !== ":0")]!);
  await waitFor(store);
  // The new master may lack the last invalidations.
  assertStrictEquals(await readFreshness(store, "before"), "gone");
  const entry = await put(store, "after", { tags: ["t"] });
  const other = open();
  // It may ask a node that does not know the new master yet.
  await waitFor(other);
  assertEquals((await other.get("after", [])).entry, entry);
  await other.mark(["t"], null, T0);
  assertStrictEquals(await readFreshness(store, "after"), "gone");
  assertEquals([await store.lease("l", "a", 5_000, T0), await other.lease("l", "b", 5_000, T0)], [true, false]);
}

Deno.test({
  name: "redisStore() follows sentinels to the new master when the master is killed",
  ignore: IGNORE_REDIS,
  async fn() {
    await using topology = await startRedisSentinel();
    await assertFailover(topology, (master) => topology.kill(master));
  },
});

Deno.test({
  name: "redisStore() follows a cluster to the new master when a replica takes over",
  ignore: IGNORE_REDIS,
  async fn() {
    await using topology = await startRedisCluster();
    const { ports } = topology;
    await assertFailover(topology, async (master) => {
      const replica = ports[ports.indexOf(master) % 3 + 3]!;
      assertStrictEquals(await topology.command(replica, "CLUSTER", "FAILOVER", "TAKEOVER"), "+OK");
      // Until then it answers as before. The role of a replica has five parts, that of a master three.
      await until("the old master is a replica", async () => await topology.command(master, "ROLE") === "*5");
    });
  },
});

Deno.test({
  name: "redisStore() with other prefixes uses other keys, in a cluster on other nodes",
  ignore: IGNORE_REDIS,
  async fn() {
    await using topology = await startRedisCluster();
    await using stack = new AsyncDisposableStack();
    const stores = ["a", "b", "c", "d", "e", "f"].map((prefix) =>
      stack.adopt(redisStore(`${topology.url}?keyPrefix=${prefix}`, { timeout: 5_000 }), (store) => store.close())
    );
    for (const store of stores) await put(store, "key", { body: new TextEncoder().encode("x") });
    for (const store of stores) {
      assertStrictEquals(toText(await store.get("key", [])), "x");
      assertEquals(await Array.fromAsync(store.list(), ({ key }) => key), ["key"]);
      await store.clear();
      assertEquals(await Array.fromAsync(store.list()), []);
    }
    const sizes = await Promise.all(topology.ports.slice(0, 3).map((port) => topology.command(port, "DBSIZE")));
    assertStrictEquals(sizes.filter((size) => size !== ":0").length > 1, true);
  },
});

Deno.test({
  name: "redisStore() with rediss:// speaks TLS with a certificate that Deno trusts",
  ignore: IGNORE_REDIS,
  async fn() {
    const dir = await Deno.makeTempDir({ prefix: "routes_tls_" });
    const { cert, key } = await createCertificate(dir);
    await using server = await startRedis((port) => [
      "--port",
      "0",
      "--tls-port",
      String(port),
      "--tls-cert-file",
      cert,
      "--tls-key-file",
      key,
      "--tls-auth-clients",
      "no",
    ]);
    const store = new URL("../../../src/cache/stores/redis.ts", import.meta.url).href;
    await Deno.writeTextFile(
      `${dir}/main.js`,
      `import { redisStore } from ${JSON.stringify(store)};
const store = redisStore("rediss://localhost:${server.port}", { timeout: 5_000 });
const { generation } = await store.get("a", []);
await store.set("a", { meta: null, body: new Uint8Array(3), tags: [], madeAt: 0, revalidate: null, generation });
console.log((await store.get("a", [])).entry.body.length);
await store.close();
`,
    );
    const run = async (env: Record<string, string>) => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "--config", "deno.json", `${dir}/main.js`],
        cwd: new URL("../../..", import.meta.url),
        env: { NO_COLOR: "1", ...env },
      }).output();
      const decoder = new TextDecoder();
      return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    };
    const trusted = await run({ DENO_CERT: cert });
    const untrusted = await run({});
    await Deno.remove(dir, { recursive: true });
    assertEquals(trusted, { success: true, stdout: "3\n", stderr: "" });
    assertStrictEquals(untrusted.success, false);
    assertMatch(untrusted.stderr, /certificate/i);
  },
});
