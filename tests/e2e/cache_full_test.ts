import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { DOWN, linesOf, page, PAGES } from "../helpers/pages.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";
import { ask, startUpstream } from "../helpers/upstream.ts";
import { SHARED_STORES } from "../helpers/shared_stores.ts";
import { until } from "../helpers/until.ts";

/** 100 MB as a response, as the result of `fetch()`, and as the result of a function. */
const LARGE = {
  "app/response/route.ts": `export const revalidate = 3600;
export function GET() {
  let left = 100;
  return new Response(new ReadableStream({
    pull(controller) {
      if (left-- === 0) controller.close();
      else controller.enqueue(new Uint8Array(1_000_000).fill(left));
    },
  }));
}`,
  "app/fetch/route.ts": `export const dynamic = "force-dynamic";
export async function GET() {
  const url = process.env.UPSTREAM!;
  return new Response((await fetch(url, { next: { revalidate: 3600 } } as RequestInit)).body);
}`,
  "app/function/route.ts": `import { unstable_cache } from "next/cache";
const large = unstable_cache(async () => "x".repeat(100_000_000), ["large"]);
export const dynamic = "force-dynamic";
export const GET = async () => new Response(await large());`,
  "app/small/route.ts": `export const revalidate = 3600;\nexport const GET = () => new Response("small");`,
};

for (const { name, ignore, open } of SHARED_STORES) {
  for (const what of ["response", "fetch", "function"]) {
    Deno.test(
      { name: `100 MB of a ${what} are not stored in ${name}, with a warning, and the store continues`, ignore },
      async () => {
        await using app = await temporaryFiles(LARGE);
        await using place = await open();
        await using upstream = startUpstream();
        upstream.text = "y".repeat(100_000_000);
        const env = { UPSTREAM: upstream.origin };
        await using server = await startCli(["start", app.dir, "--cache", place.location], { env });
        for (let i = 0; i < 2; i++) {
          const response = await fetch(`${server.origin}/${what}`);
          assertEquals([response.status, response.headers.get("x-nextjs-cache")], [200, null]);
          let bytes = 0;
          for await (const chunk of response.body!) bytes += chunk.length;
          assertEquals(bytes, 100_000_000);
        }
        const small = [await ask(`${server.origin}/small`), await ask(`${server.origin}/small`)];
        assertEquals(small.map(({ state }) => state), ["MISS", "HIT"]);
        const lines = await linesOf(server);
        assertEquals(lines.length, 1, `one warning: ${lines.join("\n")}`);
        assertMatch(lines[0]!, /bytes/);
      },
    );
  }
}

const NO_MOUNT = mountRefused();
/** A small disk in memory, for containers that may not mount one. */
const SHARED_MEMORY = "/dev/shm";
const NO_DISK = NO_MOUNT === undefined || isSmall(SHARED_MEMORY) ? undefined : NO_MOUNT;
if (NO_DISK !== undefined) console.log(`Tests with a full disk are ignored: ${NO_DISK}`);

function isSmall(dir: string): boolean {
  const { success, stdout } = new Deno.Command("df", { args: ["-Pk", dir], stderr: "null" }).outputSync();
  return success && Number(new TextDecoder().decode(stdout).split("\n")[1]?.split(/\s+/)[1]) <= 256 * 1024;
}

/** The reason why no small disk can be created; `undefined` if it can. */
function mountRefused(): string | undefined {
  const dir = Deno.makeTempDirSync();
  try {
    mount(dir);
    umount(dir);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    Deno.removeSync(dir);
  }
}

function mount(dir: string): void {
  run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir);
}

function umount(dir: string): void {
  run("umount", dir);
}

function run(program: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args, stdout: "null", stderr: "piped" }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}

/** A disk of 1 MB, removed after the test. */
async function smallDisk(): Promise<{ dir: string } & AsyncDisposable> {
  if (NO_MOUNT !== undefined) return await nearlyFull();
  const dir = await Deno.makeTempDir({ prefix: "routes_disk_" });
  mount(dir);
  return {
    dir,
    async [Symbol.asyncDispose]() {
      umount(dir);
      await Deno.remove(dir);
    },
  };
}

/** A folder on a disk with 1 MB of free space. */
async function nearlyFull(): Promise<{ dir: string } & AsyncDisposable> {
  const dir = await Deno.makeTempDir({ dir: SHARED_MEMORY, prefix: "routes_disk_" });
  using filler = await Deno.open(`${dir}/filler`, { create: true, write: true });
  const block = new Uint8Array(1024 * 1024);
  let size = 0;
  try {
    for (;;) size += await filler.write(block);
  } catch {
    await filler.truncate(Math.max(0, size - block.length));
  }
  return { dir, [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }) };
}

Deno.test({ name: "requests are served uncached if the disk is full", ignore: NO_DISK !== undefined }, async () => {
  await using app = await temporaryFiles(PAGES);
  await using disk = await smallDisk();
  const start = ["start", app.dir, "--cache", `sqlite:${disk.dir}/cache.db`];
  {
    await using server = await startCli(start);
    for (let round = 0; round < 3; round++) {
      // 2.4 MB.
      for (let i = 0; i < 120; i++) await page(server, `page${i}`);
      assertEquals((await ask(`${server.origin}/webhook`, { method: "POST" })).status, 200);
    }
    const lines = await linesOf(server);
    assertEquals(lines.length, 1, lines.join("\n"));
    assertStringIncludes(lines[0]!, DOWN);
  }
  // Stored entries can be read, and are correct, also for another process.
  await using next = await startCli(start);
  for (let i = 0; i < 120; i++) await page(next, `page${i}`);
  for (const line of await linesOf(next)) assertStringIncludes(line, DOWN);
});

Deno.test(
  { name: "a disk without space for a cache is a clear error", ignore: NO_DISK !== undefined },
  async () => {
    await using app = await temporaryFiles(PAGES);
    await using disk = await smallDisk();
    // To the last byte.
    await Deno.writeFile(`${disk.dir}/full`, new Uint8Array(1024 * 1024)).catch(() => {});
    const { code, stderr } = await runCli(["start", app.dir, "--cache", `sqlite:${disk.dir}/cache.db`]);
    assertEquals(code, 1);
    assertMatch(stderr, /^[^\n]*(?:full|disk|space)[^\n]*\n$/);
    assertStringIncludes(stderr, `${disk.dir}/cache.db`);
  },
);

Deno.test({ name: "requests are served uncached if Redis is out of memory", ignore: IGNORE_REDIS }, async () => {
  await using redis = await startRedis();
  await using app = await temporaryFiles(PAGES);
  await using server = await startCli(["start", app.dir, "--cache", redis.url]);
  assertEquals([await page(server, "a"), await page(server, "a")], ["MISS", "HIT"]);
  assertEquals(await redis.command("CONFIG", "SET", "maxmemory", "1"), "+OK");
  for (let i = 0; i < 50; i++) assertEquals(await page(server, `page${i}`), null);
  assertEquals((await ask(`${server.origin}/webhook`, { method: "POST" })).status, 200);
  // Entries that could not be invalidated are not served.
  for (let i = 0; i < 20; i++) assertEquals(await page(server, "a"), null);
  assertEquals(await redis.command("CONFIG", "SET", "maxmemory", "0"), "+OK");
  await until("answers are cached again", async () => await page(server, "b") === "HIT");
  assertEquals([await page(server, "a"), await page(server, "a")], ["MISS", "HIT"]);
  const lines = await linesOf(server);
  assertEquals(lines.length, 1, lines.join("\n"));
  assertStringIncludes(lines[0]!, DOWN);
});
