import { assertEquals } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliServer, startCli } from "../helpers/cli.ts";
import { SHARED_STORES } from "../helpers/shared_stores.ts";
import { until } from "../helpers/until.ts";
import { ask, startUpstream, type Upstream } from "../helpers/upstream.ts";

/** A project with a cached function that asks an upstream, two handlers that call it, and one that invalidates its tag. */
function project(upstream: Upstream) {
  return temporaryFiles({
    "next.config.ts": "export default { cacheComponents: true };",
    "lib/news.ts": `import { cacheLife, cacheTag } from "next/cache";
export async function getNews(): Promise<string> {
  "use cache";
  cacheLife("hours");
  cacheTag("news");
  return await (await fetch("${upstream.origin}/news")).text();
}`,
    "app/news/route.ts": `import { connection } from "next/server";
import { getNews } from "../../lib/news";
export async function GET() {
  await connection();
  return new Response(await getNews());
}`,
    // Without connection(), the response is prerendered.
    "app/digest/route.ts": `import { getNews } from "../../lib/news";
export const GET = async () => new Response("digest: " + await getNews());`,
    "app/webhook/route.ts": `import { revalidateTag } from "next/cache";
export const POST = () => { revalidateTag("news", { expire: 0 }); return new Response("done"); };`,
  });
}

/** Starts processes of one folder and one cache. */
async function startProcesses(dir: string, location: string, count: number) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => startCli(["start", dir, "--cache", location])),
  );
  return {
    servers: servers as [CliServer, CliServer, ...CliServer[]],
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}

/** Kills a process while the function it calls for a path is held by the upstream; returns what `meanwhile` answers. */
async function killDuringRun<T>(killed: CliServer, path: string, upstream: Upstream, meanwhile?: () => Promise<T>) {
  const release = upstream.hold();
  const lost = ask(killed.origin + path).catch(() => {});
  await until("the function runs", () => upstream.count("/news") === 1);
  const answer = meanwhile?.();
  await killed.stop("SIGKILL");
  release();
  await lost;
  return await answer;
}

for (const { name, ignore, open } of SHARED_STORES) {
  Deno.test({
    name: `no process on one ${name} returns an old value of a cached function, or an old prerendered response`,
    ignore,
  }, async () => {
    await using upstream = startUpstream((_number) => new Response(upstream.text));
    await using app = await project(upstream);
    await using place = await open();
    await using processes = await startProcesses(app.dir, place.location, 2);
    const seen: string[] = [], expected: string[] = [];
    for (let round = 0; round < 50; round++) {
      upstream.text = `round ${round}`;
      const caller = processes.servers[round % 2]!;
      await ask(`${caller.origin}/webhook`, { method: "POST" });
      const paths = processes.servers.flatMap(({ origin }) => [`${origin}/news`, `${origin}/digest`]);
      const answers = await Promise.all(paths.map((path) => ask(path)));
      seen.push(...answers.map(({ text }) => text));
      expected.push(...[...paths.keys()].map((i) => i % 2 === 0 ? upstream.text : `digest: ${upstream.text}`));
      // The next request finds the response in the cache, in either process.
      const again = await Promise.all(processes.servers.map(({ origin }) => ask(`${origin}/digest`)));
      assertEquals(again, Array(2).fill({ status: 200, state: "HIT", text: `digest: ${upstream.text}` }));
    }
    assertEquals(seen, expected);
    assertEquals(upstream.count("/news"), 50);
  });

  Deno.test({ name: `20 calls in three processes on one ${name} run a cached function once`, ignore }, async () => {
    await using upstream = startUpstream();
    await using app = await project(upstream);
    await using place = await open();
    await using processes = await startProcesses(app.dir, place.location, 3);
    const { servers } = processes;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => ask(`${servers[i % 3]!.origin}/news`)),
    );
    assertEquals(answers, Array(20).fill({ status: 200, state: null, text: "first" }));
    assertEquals(upstream.count("/news"), 1);
  });

  Deno.test(
    { name: `a process on ${name} prerenders a response after another one was killed at it`, ignore },
    async () => {
      await using upstream = startUpstream();
      await using app = await project(upstream);
      await using place = await open();
      await using processes = await startProcesses(app.dir, place.location, 2);
      const [killed, other] = processes.servers;
      const waited = await killDuringRun(killed, "/digest", upstream, () => ask(`${other.origin}/digest`));
      assertEquals(waited, { status: 200, state: "MISS", text: "digest: first" });
      assertEquals(await ask(`${other.origin}/digest`), { status: 200, state: "HIT", text: "digest: first" });
      assertEquals(upstream.count("/news"), 2);
    },
  );

  Deno.test({ name: `a value in ${name} outlives its process, and a process that is killed`, ignore }, async () => {
    await using upstream = startUpstream();
    await using app = await project(upstream);
    await using place = await open();
    {
      await using processes = await startProcesses(app.dir, place.location, 2);
      const [killed, other] = processes.servers;
      await killDuringRun(killed, "/news", upstream);
      upstream.text = "second";
      assertEquals((await ask(`${other.origin}/news`)).text, "second");
    }
    await using again = await startProcesses(app.dir, place.location, 1);
    assertEquals((await ask(`${again.servers[0].origin}/news`)).text, "second");
    assertEquals(upstream.count("/news"), 2);
  });
}
