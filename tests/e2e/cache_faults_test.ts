import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs/exists";
import { createClient, RESP_TYPES } from "@redis/client";
import { DatabaseSync } from "node:sqlite";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliServer, runCli, startCli } from "../helpers/cli.ts";
import { DOWN, linesOf, page, PAGES } from "../helpers/pages.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";
import { ask, startUpstream, type Upstream } from "../helpers/upstream.ts";
import { SHARED_STORES } from "../helpers/shared_stores.ts";
import { until } from "../helpers/until.ts";

/** The pages, and news that are cached and invalidated with them. */
function withNews({ origin }: Upstream): Record<string, string> {
  return {
    ...PAGES,
    "app/news/route.ts": `export const revalidate = 3600;
export const GET = async () =>
  new Response(await (await fetch("${origin}/news", { next: { tags: ["pages"] } } as RequestInit)).text());`,
  };
}

const news = async ({ origin }: CliServer) => (await ask(`${origin}/news`)).text;

/** Requests pages, several at a time, until stopped. */
function load(server: CliServer): { stop(): Promise<number> } {
  let stopping = false, answered = 0;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let i = 0; !stopping; i++, answered++) await page(server, `load${(client + i) % 20}`);
  });
  return {
    async stop() {
      stopping = true;
      await Promise.all(clients);
      return answered;
    },
  };
}

Deno.test({
  name: "requests are answered while Redis is killed and restarted, and cached again afterwards",
  ignore: IGNORE_REDIS,
}, async () => {
  await using redis = await startRedis();
  await using app = await temporaryFiles(PAGES);
  await using server = await startCli(["start", app.dir, "--cache", redis.url]);
  assertEquals([await page(server, "a"), await page(server, "a")], ["MISS", "HIT"]);
  const clients = load(server);
  try {
    await redis.kill();
    await until("answers are uncached", async () => await page(server, "a") === null);
    for (let i = 0; i < 100; i++) assertEquals(await page(server, `down${i}`), null);
    await redis.start();
    await until("answers are cached again", async () => await page(server, "b") === "HIT");
  } finally {
    assert(await clients.stop() > 100);
  }
  assertEquals(await page(server, "b"), "HIT");
  const lines = await linesOf(server);
  assertEquals(lines.length, 1, lines.join("\n"));
  assertStringIncludes(lines[0]!, DOWN);
});

Deno.test({
  name: "an invalidation that Redis cannot take is retried, and nothing stale is served meanwhile",
  ignore: IGNORE_REDIS,
}, async () => {
  await using redis = await startRedis();
  await using upstream = startUpstream();
  await using app = await temporaryFiles(withNews(upstream));
  await using a = await startCli(["start", app.dir, "--cache", redis.url]);
  await using b = await startCli(["start", app.dir, "--cache", redis.url]);
  assertEquals([await news(a), await news(b)], ["first", "first"]);
  upstream.text = "second";
  await redis.command("CLIENT", "PAUSE", "4000", "ALL");
  assertEquals((await ask(`${a.origin}/webhook`, { method: "POST" })).status, 200);
  // This process was notified, so it never serves the old one; the other process has to learn it from the store.
  for (let i = 0; i < 5; i++) assertEquals(await news(a), "second");
  await until("the other process knows", async () => await news(b) === "second");
  for (let i = 0; i < 5; i++) assertEquals([await news(a), await news(b)], ["second", "second"]);
  for (const server of [a, b]) for (const line of await linesOf(server)) assertStringIncludes(line, DOWN);
});

Deno.test("requests are served uncached if Redis accepts connections and never answers", async () => {
  using mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of mute) accepted.push(connection);
  })();
  try {
    await using app = await temporaryFiles(PAGES);
    await using server = await startCli(["start", app.dir, "--cache", `redis://127.0.0.1:${mute.addr.port}`]);
    for (let i = 0; i < 20; i++) assertEquals(await page(server, `page${i % 3}`), null);
    const many = await Promise.all(Array.from({ length: 50 }, (_, i) => page(server, `page${i}`)));
    assertEquals(new Set(many), new Set([null]));
    assertEquals((await ask(`${server.origin}/webhook`, { method: "POST" })).status, 200);
    const lines = await linesOf(server);
    assertEquals(lines.length, 1, lines.join("\n"));
    assertStringIncludes(lines[0]!, DOWN);
  } finally {
    mute.close();
    await accepting;
    for (const connection of accepted) connection.close();
  }
});

/** The kinds of damage to a file. */
const DAMAGES: readonly { name: string; harm(path: string): Promise<void> }[] = [
  { name: "overwritten with garbage", harm: (path) => overwrite(path, 0) },
  { name: "overwritten with garbage behind its header", harm: (path) => overwrite(path, 100) },
  { name: "cut to half", harm: async (path) => await Deno.truncate(path, (await Deno.stat(path)).size >> 1) },
  { name: "cut to a few bytes", harm: (path) => Deno.truncate(path, 50) },
];

/** Moves everything into the file: data in the log would be read from there, and hide the damage to the file. */
function checkpoint(path: string): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

async function overwrite(path: string, from: number): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes.fill(0xa5, from);
  await Deno.writeFile(path, bytes);
}

for (const { name, harm } of DAMAGES) {
  for (const running of [false, true]) {
    const when = running ? "under a running server" : "between two starts";
    Deno.test(`an SQLite file that is ${name} ${when} is moved away, and the server continues`, async () => {
      await using app = await temporaryFiles(PAGES);
      const path = `${app.dir}/cache.db`, start = ["start", app.dir, "--cache", `sqlite:${path}`];
      {
        await using server = await startCli(start);
        for (let i = 0; i < 50; i++) await page(server, `page${i}`);
        assertEquals(await linesOf(server), []);
      }
      checkpoint(path);
      if (!running) await harm(path);
      await using server = await startCli(start);
      if (running) {
        assertEquals(await page(server, "page0"), "HIT");
        checkpoint(path);
        await harm(path);
      }
      await until("the damaged file is moved away", async () => {
        for (let i = 0; i < 50; i++) await page(server, `page${i}`);
        return await exists(`${path}.damaged`);
      });
      await until("all is cached again", async () => {
        const states = [];
        for (let i = 0; i < 50; i++) states.push(await page(server, `page${i}`));
        return states.every((state) => state === "HIT");
      });
      const lines = await linesOf(server);
      const warning = `The cache "${path}" is corrupt: moved to "${path}.damaged" and recreated`;
      assertEquals(lines.filter((line) => !line.startsWith(DOWN)), [warning]);
      assert(lines.length <= 2, lines.join("\n"));
      await using next = await startCli(start);
      assertEquals(await page(next, "page7"), "HIT");
      assertEquals(await linesOf(next), []);
    });
  }
}

for (const notices of ["one of them", "each of them"]) {
  Deno.test(`two processes still agree after ${notices} has moved their damaged SQLite file`, async () => {
    await using upstream = startUpstream();
    await using app = await temporaryFiles(withNews(upstream));
    const path = `${app.dir}/cache.db`, start = ["start", app.dir, "--cache", `sqlite:${path}`];
    await using a = await startCli(start);
    await using b = await startCli(start);
    for (let i = 0; i < 50; i++) await page(a, `page${i}`);
    assertEquals([await news(a), await news(b)], ["first", "first"]);
    checkpoint(path);
    await overwrite(path, 0);
    await until("the damaged file is moved away", async () => {
      for (let i = 50; i < 100; i++) await page(a, `page${i}`);
      return await exists(`${path}.damaged`);
    });
    if (notices === "each of them") { for (let i = 0; i < 100; i++) await page(b, `page${i}`); }
    for (const [round, caller] of [a, b, a, b].entries()) {
      assertEquals(await news(a), await news(b));
      upstream.text = `round ${round}`;
      assertEquals((await ask(`${caller.origin}/webhook`, { method: "POST" })).status, 200);
      assertEquals([await news(a), await news(b)], Array(2).fill(upstream.text), `round ${round}`);
    }
    await linesOf(a);
    await linesOf(b);
  });
}

Deno.test("two processes agree even if their SQLite file was removed between their starts", async () => {
  await using upstream = startUpstream();
  await using app = await temporaryFiles(withNews(upstream));
  const path = `${app.dir}/cache.db`, start = ["start", app.dir, "--cache", `sqlite:${path}`];
  await using a = await startCli(start);
  assertEquals([await news(a), await news(a)], ["first", "first"]);
  for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(path + suffix);
  await using b = await startCli(start);
  upstream.text = "second";
  assertEquals((await ask(`${b.origin}/webhook`, { method: "POST" })).status, 200);
  assertEquals([await news(b), await news(a)], ["second", "second"]);
});

/** The data of another program, which a wrong path must not destroy. */
const FOREIGN: readonly { name: string; make(path: string): void; state: string }[] = [
  { name: "of another program", make: (path) => foreign(path, ""), state: "another program's database" },
  {
    name: "of another program that says so",
    make: (path) => foreign(path, "PRAGMA application_id = 7; PRAGMA user_version = 1;"),
    state: "another program's database",
  },
  {
    name: "of a later version of this one",
    make: (path) => foreign(path, `PRAGMA application_id = ${0x58_52_74_73}; PRAGMA user_version = 2;`),
    state: "a cache of layout version 2",
  },
];

function foreign(path: string, more: string): void {
  const database = new DatabaseSync(path);
  database.exec(`CREATE TABLE accounts (name TEXT); INSERT INTO accounts VALUES ('a'), ('b'); ${more}`);
  database.close();
}

for (const { name, make, state } of FOREIGN) {
  for (const command of ["start", "cache ls", "cache clear"]) {
    Deno.test(`routes ${command} refuses an SQLite database ${name}, and does not change it`, async () => {
      await using app = await temporaryFiles(PAGES);
      const path = `${app.dir}/accounts.db`;
      make(path);
      const before = await Deno.readFile(path);
      const { code, stderr } = await runCli([...command.split(" "), app.dir, "--cache", `sqlite:${path}`]);
      const message = `Cannot open cache "${path}": it is ${state}, choose another path or remove the file\n`;
      assertEquals([code, stderr], [1, message]);
      assertEquals((await Array.fromAsync(Deno.readDir(app.dir))).map(({ name }) => name).sort(), [
        "accounts.db",
        "app",
      ]);
      assert(same(await Deno.readFile(path), before), "the file is the same to the byte");
    });
  }
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index]);

for (
  const [where, message] of [
    ["bogus", 'Cannot open cache "bogus": expected memory, sqlite:PATH, kv:PATH or redis://HOST:PORT\n'],
    ["sqlite:", 'Cannot open cache "sqlite:": expected memory, sqlite:PATH, kv:PATH or redis://HOST:PORT\n'],
    ["redis:/x", 'Cannot open cache "redis:/x": expected memory, sqlite:PATH, kv:PATH or redis://HOST:PORT\n'],
    [
      "http://me:secret@host/",
      'Cannot open cache "http://…@host/": expected memory, sqlite:PATH, kv:PATH or redis://HOST:PORT\n',
    ],
  ]
) {
  Deno.test(`routes start --cache ${where} prints the valid values`, async () => {
    await using app = await temporaryFiles(PAGES);
    assertEquals(await runCli(["start", app.dir, "--cache", where!]), { code: 1, stdout: "", stderr: message! });
  });
}

for (const { name, ignore, open } of SHARED_STORES) {
  Deno.test({ name: `an entry in ${name} of an unknown version counts as missing`, ignore }, async () => {
    await using app = await temporaryFiles(PAGES);
    await using place = await open();
    const start = ["start", app.dir, "--cache", place.location];
    {
      await using server = await startCli(start);
      assertEquals([await page(server, "a"), await page(server, "b")], ["MISS", "MISS"]);
      await server.stop();
    }
    await rewrite(place.location, "GET /pages/a ", (data) => data[3] = 0xff);
    await using server = await startCli(start);
    const states = [await page(server, "a"), await page(server, "a"), await page(server, "b")];
    assertEquals(states, ["MISS", "HIT", "HIT"]);
    assertEquals(await linesOf(server), []);
  });
}

/** Changes the stored bytes of the only entry with a text in its key. */
async function rewrite(location: string, text: string, change: (data: Uint8Array) => void): Promise<void> {
  if (location.startsWith("sqlite:")) {
    const database = new DatabaseSync(location.slice("sqlite:".length));
    const { key, data } = database.prepare("SELECT key, data FROM entries WHERE instr(key, ?)").get(text) as {
      key: string;
      data: Uint8Array<ArrayBuffer>;
    };
    change(data);
    database.prepare("UPDATE entries SET data = ? WHERE key = ?").run(data, key);
    database.close();
    return;
  }
  if (location.startsWith("kv:")) {
    using kv = await Deno.openKv(location.slice("kv:".length));
    const entries = await Array.fromAsync(
      kv.list<{ data: Uint8Array; nameBytes: number }>({ prefix: ["routes", "entry"] }),
    );
    const { key, value } = entries.find(({ key }) => String(key.at(-1)).includes(text))!;
    change(value.data.subarray(value.nameBytes));
    await kv.set(key, value);
    return;
  }
  const client = createClient({ url: location }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  await client.connect();
  const keys = (await client.keys("*")).filter((key) => key.toString().includes(text));
  const [key] = keys.filter((key) => key.toString().includes("entry:"));
  const data = await client.hGet(key!, "data") as Buffer;
  change(data);
  await client.hSet(key!, "data", data);
  client.destroy();
}
