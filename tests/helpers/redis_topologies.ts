/**
 * Several servers of Redis: a cluster, and a master with a replica and a sentinel.
 *
 * @module
 */

import { freePort } from "./free_port.ts";
import { launchRedis, type Running, sendCommand } from "./redis.ts";
import { until } from "./until.ts";

/** Servers that are reached by one URL. */
export interface RedisTopology extends AsyncDisposable {
  readonly url: string;
  /** The ports of the servers. */
  readonly ports: readonly number[];
  /** Sends a command to a server; the first line of the answer. */
  command(port: number, ...args: readonly string[]): Promise<string>;
  /** Ends a server as a crash does. */
  kill(port: number): Promise<void>;
}

/** Starts servers that end together. */
async function startServers(): Promise<RedisTopology & { launch(getArgs?: () => readonly string[]): Promise<number> }> {
  const dir = await Deno.makeTempDir({ prefix: "routes_redis_" });
  const running = new Map<number, Running>();
  return {
    url: "",
    get ports() {
      return [...running.keys()];
    },
    command: (port, ...args) => sendCommand(port, args),
    async launch(getArgs = () => []) {
      let server: Running | string = "";
      // Another program may have taken the port meanwhile.
      for (let tries = 0; tries < 5; tries++) {
        const port = freePort();
        server = await launchRedis(port, dir, getArgs());
        if (typeof server === "string") continue;
        running.set(port, server);
        return port;
      }
      throw new Error(`Cannot start Redis: ${server}`);
    },
    async kill(port) {
      await running.get(port)?.end("SIGKILL");
      running.delete(port);
    },
    async [Symbol.asyncDispose]() {
      for (const server of running.values()) await server.end("SIGKILL");
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** The slots of the masters of a cluster. */
const SLOTS = [["0", "5460"], ["5461", "10922"], ["10923", "16383"]] as const;

/** Starts a cluster of three masters, and the replica of each. */
export async function startRedisCluster(): Promise<RedisTopology> {
  const servers = await startServers();
  const buses: string[] = [];
  const ports: number[] = [];
  for (let node = 0; node < 6; node++) {
    const options = ["--cluster-enabled", "yes", "--cluster-config-file", `node_${node}.conf`];
    ports.push(
      await servers.launch(() => {
        const bus = String(freePort());
        buses[node] = bus;
        return [...options, "--cluster-port", bus, "--dbfilename", `node_${node}.rdb`];
      }),
    );
  }
  const [first = 0] = ports;
  for (const [index, slots] of SLOTS.entries()) {
    await servers.command(ports[index]!, "CLUSTER", "ADDSLOTSRANGE", ...slots);
  }
  for (const [index, port] of ports.entries()) {
    if (index > 0) await servers.command(first, "CLUSTER", "MEET", "127.0.0.1", String(port), buses[index]!);
  }
  for (const [index, port] of ports.slice(3).entries()) {
    const id = await readId(ports[index]!);
    await until("the replica knows its master", async () => {
      return await servers.command(port, "CLUSTER", "REPLICATE", id) === "+OK";
    });
  }
  for (const port of ports) {
    await until("the cluster is up", async () => (await readInfo(port)).includes("cluster_state:ok"));
  }
  return { ...servers, ports, url: `redis+cluster://127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}` };
}

/** Starts a master, its replica, and a sentinel that knows the master by the name `cache`. */
export async function startRedisSentinel(): Promise<RedisTopology> {
  const servers = await startServers();
  const master = await servers.launch();
  const replica = await servers.launch(
    () => ["--replicaof", "127.0.0.1", String(master), "--repl-diskless-sync-delay", "0"],
  );
  await until("the replica is up to date", async () => {
    return (await redisCli(replica, "INFO", "replication")).includes("master_link_status:up");
  });
  const config = await Deno.makeTempFile({ prefix: "sentinel_", suffix: ".conf" });
  await Deno.writeTextFile(
    config,
    `sentinel monitor cache 127.0.0.1 ${master} 1
sentinel down-after-milliseconds cache 500
sentinel failover-timeout cache 3000
`,
  );
  const port = freePort();
  const child = new Deno.Command("redis-server", {
    args: [config, "--sentinel", "--port", String(port), "--bind", "127.0.0.1"],
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("the sentinel knows the replica", async () => {
    return await sendCommand(port, ["SENTINEL", "REPLICAS", "cache"]).catch(() => "") === "*1";
  });
  return {
    ...servers,
    ports: [master, replica],
    url: `redis+sentinel://127.0.0.1:1,127.0.0.1:${port}/cache`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(config);
      await servers[Symbol.asyncDispose]();
    },
  };
}

/** Sends a command whose answer has several lines. */
async function redisCli(port: number, ...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command("redis-cli", { args: ["-p", String(port), ...args] }).output();
  return new TextDecoder().decode(stdout);
}

async function readId(port: number): Promise<string> {
  return (await redisCli(port, "CLUSTER", "MYID")).trim();
}

async function readInfo(port: number): Promise<string> {
  return await redisCli(port, "CLUSTER", "INFO");
}
