import { assert, assertEquals, assertMatch } from "@std/assert";
import { exists } from "@std/fs/exists";
import { openCache } from "../../../src/deno/server/cache_location.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli, startCli } from "../../helpers/cli.ts";
import { ask } from "../../helpers/upstream.ts";
import { type Place, SHARED_STORES } from "../../helpers/shared_stores.ts";
import { freePort } from "../../helpers/free_port.ts";

const USERS = `export const generateStaticParams = () => [];
export const GET = async (_request: Request, { params }: { params: Promise<{ id: string }> }) =>
  new Response("user " + (await params).id);`;

const project = () =>
  temporaryFiles({
    "app/news/route.ts": `export const revalidate = 60;\nexport const GET = () => new Response("news");`,
    "app/users/[id]/route.ts": USERS,
  });

/** Starts a server, asks for paths, and stops it. */
async function warm(args: readonly string[], ...paths: string[]): Promise<void> {
  await using server = await startCli(["start", ...args]);
  for (const path of paths) assertEquals((await ask(server.origin + path)).status, 200);
  assertEquals((await server.stop()).code, 0);
}

/** Puts an entry under any key. */
async function put({ location }: Place, key: string): Promise<void> {
  const store = await openCache(location);
  const { generation } = await store.get(key, []);
  const entry = { meta: null, body: new Uint8Array(3), tags: [], madeAt: 0, revalidate: null, generation };
  await store.set(key, entry);
  await store.close();
}

/** The keys that `cache ls` prints, without what is said of them. */
function keysOf(stdout: string): string[] {
  return stdout.split("\n").slice(0, -2).filter((line) => !line.startsWith("  "));
}

Deno.test("routes cache ls prints the kind, the lifetime and the tags of cached data and of responses made of it", async () => {
  await using app = await temporaryFiles({
    "next.config.ts": "export default { cacheComponents: true };",
    "app/news/route.ts": `import { cacheLife, cacheTag, unstable_cache } from "next/cache";
async function getNews() { "use cache"; cacheLife("hours"); cacheTag("news", "front\\n"); return "news"; }
async function getRemote() { "use cache: remote"; cacheLife({ revalidate: Infinity }); return 1; }
const getOld = unstable_cache(async function old() { return 1; }, [], { tags: ["old"] });
export const GET = async () => Response.json([await getNews(), await getRemote(), await getOld()]);`,
  });
  await warm([app.dir], "/news");
  const { stdout } = await runCli(["cache", "ls", app.dir]);
  const lines = stdout.split("\n").slice(0, -2).map((line) => line.replace(/\d+ bytes, generated [^,]+, /, ""));
  assertEquals(Array.from({ length: 4 }, (_, i) => `${lines[2 * i]!.split(" ")[0]}:${lines[2 * i + 1]}`), [
    "GET:  response, fresh for 3600 s, expires after 86400 s, tags news front\\x0a old",
    "unstable_cache:  unstable_cache, fresh until invalidated, tags old",
    "use:  use cache, fresh for 3600 s, expires after 86400 s, tags news front\\x0a",
    "use:  use cache: remote, fresh until invalidated",
  ]);
});

for (const { name, ignore, open } of SHARED_STORES) {
  Deno.test(
    { name: `routes cache ls prints the entries in ${name}, their details, and their total`, ignore },
    async () => {
      await using app = await project();
      await using place = await open();
      const cache = ["--cache", place.location];
      await warm([app.dir, ...cache], "/news", "/users/1");
      const { code, stdout, stderr } = await runCli(["cache", "ls", app.dir, ...cache]);
      assertEquals([code, stderr], [0, ""]);
      assertMatch(
        stdout,
        /^GET \/news \S+ \/news\n {2}response, 4 bytes, generated \d{4}-\d\d-\d\dT[\d:.]+Z, fresh for 60 s\nGET \/users\/1 \S+ \/users\/\[id\]\n {2}response, 6 bytes, generated \S+Z, fresh until invalidated\n2 entries, 10 bytes\n$/,
      );
    },
  );

  Deno.test(
    { name: `routes cache rm removes an entry of ${name} by its key, and all entries of a path`, ignore },
    async () => {
      await using app = await project();
      await using place = await open();
      const cache = [app.dir, "--cache", place.location];
      await warm(cache, "/news", "/users/1", "/users/12", "/users/2");
      const list = async () => keysOf((await runCli(["cache", "ls", ...cache])).stdout);
      const keys = await list();
      assertEquals(keys.length, 4);
      const removed = { code: 0, stdout: "Removed 1 entry\n", stderr: "" };
      assertEquals(await runCli(["cache", "rm", keys[0]!, ...cache]), removed);
      assertEquals(await list(), keys.slice(1));
      assertEquals(await runCli(["cache", "rm", "/users/1", ...cache]), removed);
      assertEquals(await list(), keys.slice(2));
      assertEquals(await runCli(["cache", "rm", "/users/1", ...cache]), {
        code: 1,
        stdout: "",
        stderr: 'Cannot remove "/users/1": no entry has that key or path\n',
      });
      // A removed entry is generated again; the others are as they were.
      await using server = await startCli(["start", ...cache]);
      const states = [];
      for (const path of ["/news", "/users/1", "/users/12"]) states.push((await ask(server.origin + path)).state);
      assertEquals(states, ["MISS", "MISS", "HIT"]);
    },
  );

  Deno.test(
    { name: `routes cache clear removes all entries of ${name}, also under a running server`, ignore },
    async () => {
      await using app = await project();
      await using place = await open();
      const cache = [app.dir, "--cache", place.location];
      await using server = await startCli(["start", ...cache]);
      const state = async () => (await ask(`${server.origin}/news`)).state;
      assertEquals([await state(), await state()], ["MISS", "HIT"]);
      assertEquals(await runCli(["cache", "clear", ...cache]), { code: 0, stdout: "The cache is empty\n", stderr: "" });
      assertEquals((await runCli(["cache", "ls", ...cache])).stdout, "0 entries, 0 bytes\n");
      assertEquals([await state(), await state()], ["MISS", "HIT"]);
      const { stdout } = await runCli(["cache", "ls", app.dir], { env: { CACHE_URL: place.location } });
      assertMatch(stdout, /1 entry, 4 bytes\n$/);
    },
  );

  for (
    const [what, key, shown] of [
      ["control characters", "a\x1b[31m\n\x9b!", "a\\x1b[31m\\x0a\\x9b!"],
      ["NUL", "a\x00b", "a\\x00b"],
    ] as const
  ) {
    Deno.test(
      { name: `routes cache shows ${what} of keys in ${name} escaped, and accepts them escaped`, ignore },
      async () => {
        await using app = await project();
        await using place = await open();
        const cache = [app.dir, "--cache", place.location];
        await put(place, key);
        assertEquals(keysOf((await runCli(["cache", "ls", ...cache])).stdout), [shown]);
        assertEquals((await runCli(["cache", "rm", shown, ...cache])).stdout, "Removed 1 entry\n");
        assertEquals((await runCli(["cache", "ls", ...cache])).stdout, "0 entries, 0 bytes\n");
      },
    );
  }
}

const ACTIONS = "expected ls, rm, or clear\n";
const MISTAKES: readonly { args: readonly string[]; code: number; stderr: string }[] = [
  { args: ["cache"], code: 2, stderr: `Cannot run "cache": no action given, ${ACTIONS}` },
  { args: ["cache", "purge"], code: 2, stderr: `Cannot run "cache": unknown action "purge", ${ACTIONS}` },
  { args: ["cache", "toString"], code: 2, stderr: `Cannot run "cache": unknown action "toString", ${ACTIONS}` },
  { args: ["cache", "rm"], code: 2, stderr: 'Cannot run "cache rm": no key or path given\n' },
  { args: ["cache", "ls", ".", "b"], code: 2, stderr: 'Cannot read argument "b": "cache" takes one folder\n' },
  {
    args: ["cache", "ls", "--port", "1"],
    code: 2,
    stderr: 'Cannot use "--port" with "cache": it is an option of "dev" and "start"\n',
  },
  {
    args: ["cache", "ls", "--cache", "memory"],
    code: 1,
    stderr:
      "Cannot inspect the cache: the memory cache does not outlive its process, use sqlite:PATH, kv:PATH or redis://HOST:PORT\n",
  },
  {
    args: ["cache", "clear", "--cache", "bogus"],
    code: 1,
    stderr: 'Cannot open cache "bogus": expected memory, sqlite:PATH, kv:PATH or redis://HOST:PORT\n',
  },
  {
    args: ["cache", "ls", "--cache", "sqlite:none/cache.db"],
    code: 1,
    stderr: 'Cannot find a cache at "none/cache.db": nothing has been cached yet\n',
  },
];

for (const { args, code, stderr } of MISTAKES) {
  Deno.test(`routes ${args.join(" ")} exits with ${code} and prints why`, async () => {
    await using app = await project();
    assertEquals(await runCli(args, { cwd: app.dir }), { code, stdout: "", stderr });
    assertEquals(await Array.fromAsync(Deno.readDir(app.dir), ({ name }) => name), ["app"]);
  });
}

Deno.test("routes cache prints where the cache would be if nothing has been cached yet", async () => {
  await using app = await project();
  const stderr = `Cannot find a cache at "${app.dir}/.routes/cache.db": nothing has been cached yet\n`;
  for (const args of [["ls"], ["rm", "/news"], ["clear"]]) {
    assertEquals(await runCli(["cache", ...args, app.dir]), { code: 1, stdout: "", stderr });
  }
});

Deno.test("routes cache with a Redis that is not running prints so", async () => {
  await using app = await project();
  const port = freePort();
  const { code, stdout, stderr } = await runCli(["cache", "ls", app.dir, "--cache", `redis://127.0.0.1:${port}`]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^[^\n]*refused[^\n]*\n$/i);
});

Deno.test("routes start stores its cache in .routes/cache.db, which git ignores", async () => {
  await using app = await project();
  await warm([app.dir], "/news");
  assertEquals(await Deno.readTextFile(`${app.dir}/.routes/.gitignore`), "*\n");
  assert(await exists(`${app.dir}/.routes/cache.db`));
  await using server = await startCli(["start", app.dir]);
  assertEquals((await ask(`${server.origin}/news`)).state, "HIT");
  assertMatch((await runCli(["cache", "ls", app.dir])).stdout, /^GET \/news .*\n.*\n1 entry, 4 bytes\n$/);
  assertEquals((await server.stop()).stderr, "");
});

Deno.test("routes start creates no file while nothing is cached", async () => {
  await using app = await temporaryFiles({ "app/route.ts": `export const GET = () => new Response("a");` });
  await warm([app.dir], "/");
  assertEquals(await Array.fromAsync(Deno.readDir(app.dir), ({ name }) => name), ["app"]);
});

Deno.test("routes start does not change an existing .routes folder", async () => {
  await using app = await project();
  await Deno.mkdir(`${app.dir}/.routes`);
  await warm([app.dir], "/news");
  assert(!await exists(`${app.dir}/.routes/.gitignore`));
});

Deno.test("routes start without --allow-write caches in memory, and prints so once", async () => {
  await using app = await project();
  await using server = await startCli(["start", app.dir], { permissions: ["-N", "-R"] });
  const states = [];
  for (const path of ["/news", "/news", "/users/1", "/users/1"]) states.push((await ask(server.origin + path)).state);
  assertEquals(states, ["MISS", "HIT", "MISS", "HIT"]);
  const folder = `${app.dir}/.routes`;
  assertEquals(await server.stop(), {
    code: 0,
    stdout: "",
    stderr: `Caching in memory: "${folder}" is not writable, add --allow-write="${folder}" or --cache memory\n`,
  });
});

Deno.test("routes start with the permission that this line names caches in the file", async () => {
  await using app = await project();
  const permissions = ["-N", "-R", `--allow-write=${app.dir}/.routes`];
  await using server = await startCli(["start", app.dir], { permissions });
  assertEquals((await ask(`${server.origin}/news`)).state, "MISS");
  assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
  assert(await exists(`${app.dir}/.routes/cache.db`));
});

Deno.test("routes start caches in memory if .routes is a file, and prints why", async () => {
  await using app = await project();
  await Deno.writeTextFile(`${app.dir}/.routes`, "");
  await using server = await startCli(["start", app.dir]);
  const states = [(await ask(`${server.origin}/news`)).state, (await ask(`${server.origin}/news`)).state];
  assertEquals(states, ["MISS", "HIT"]);
  const { code, stderr } = await server.stop();
  assertEquals(code, 0);
  assertMatch(stderr, /^Caching in memory: [^\n]+\n$/);
});

Deno.test("routes start uses CACHE_URL, and --cache overrides it", async () => {
  await using app = await project();
  const env = { CACHE_URL: `sqlite:${app.dir}/of_env.db` };
  {
    await using server = await startCli(["start", app.dir, "--cache", `sqlite:${app.dir}/of_flag.db`], { env });
    assertEquals((await ask(`${server.origin}/news`)).state, "MISS");
  }
  assert(await exists(`${app.dir}/of_flag.db`) && !await exists(`${app.dir}/of_env.db`));
  await using server = await startCli(["start", app.dir], { env });
  assertEquals((await ask(`${server.origin}/news`)).state, "MISS");
  assert(await exists(`${app.dir}/of_env.db`) && !await exists(`${app.dir}/.routes`));
});
