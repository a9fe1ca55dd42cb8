import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliServer, startCli } from "../helpers/cli.ts";
import { ask, startUpstream, type Upstream } from "../helpers/upstream.ts";
import { SHARED_STORES } from "../helpers/shared_stores.ts";
import { until } from "../helpers/until.ts";

const PROCESSES = 4, CLIENTS = 200, WINDOW = 6;

/** An application that calls an upstream once for each response. */
function project(upstream: Upstream) {
  const get = (path: string, init = "") =>
    `export const GET = async () => new Response(await (await fetch("${upstream.origin}${path}"${init})).text());`;
  const post = (call: string) =>
    `import { revalidatePath, revalidateTag } from "next/cache";
export const POST = () => { ${call}; return new Response("done"); };`;
  return temporaryFiles({
    "app/window/route.ts": `export const revalidate = ${WINDOW};\n${get("/window")}`,
    "app/data/route.ts": `export const dynamic = "force-dynamic";\n` +
      get("/data", `, { next: { revalidate: ${WINDOW} } }`),
    "app/tagged/route.ts": `export const revalidate = 3600;\n` +
      get("/tagged", `, { next: { revalidate: 3600, tags: ["news"] } }`),
    "app/plain/route.ts": `export const revalidate = 3600;\n${get("/plain")}`,
    "app/webhook/tag/route.ts": post(`revalidateTag("news", { expire: 0 })`),
    "app/webhook/path/route.ts": post(`revalidatePath("/plain")`),
  });
}

/** Server processes with one folder and one cache; all are stopped after the test. */
async function startFleet(dir: string, location: string, many = PROCESSES) {
  const starting = Array.from({ length: many }, () => startCli(["start", dir, "--cache", location]));
  const results = await Promise.allSettled(starting);
  const servers = results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  const end = async () => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  };
  const failure = results.find((result) => result.status === "rejected");
  if (failure === undefined) return { servers, [Symbol.asyncDispose]: end };
  await end();
  throw failure.reason;
}

/** Sends concurrent requests, spread over the processes. */
async function crowd(servers: readonly CliServer[], path: string) {
  const clients = Array.from({ length: CLIENTS }, (_, index) => ask(servers[index % servers.length]!.origin + path));
  return await Promise.all(clients);
}

/** Stops a process and checks that it printed no errors. */
async function stopCleanly(server: CliServer): Promise<void> {
  assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
}

for (const { name, ignore, open } of SHARED_STORES) {
  for (const path of ["/window", "/data"]) {
    const what = path === "/window" ? "response" : "fetch()";
    const title =
      `four processes on one ${name} generate a cold ${what} once for ${CLIENTS} clients, and once per window`;
    Deno.test({ name: title, ignore }, async () => {
      await using upstream = startUpstream();
      await using app = await project(upstream);
      await using place = await open();
      await using fleet = await startFleet(app.dir, place.location);

      const cold = await crowd(fleet.servers, path);
      assertEquals(new Set(cold.map(({ status, text }) => `${status} ${text}`)), new Set(["200 first"]));
      assertEquals(upstream.count(path), 1);

      await delay(WINDOW * 1000);
      upstream.text = "second";
      // The revalidation ends after all requests are answered: none waits for it, and none starts another.
      const release = upstream.hold();
      const late = await crowd(fleet.servers, path).finally(release);
      assertEquals(new Set(late.map(({ status, text }) => `${status} ${text}`)), new Set(["200 first"]));
      if (path === "/window") assertEquals(new Set(late.map(({ state }) => state)), new Set(["STALE"]));
      for (const { origin } of fleet.servers) {
        await until("the revalidation is done", async () => (await ask(origin + path)).text === "second");
      }
      assertEquals(upstream.count(path), 2);
      for (const server of fleet.servers) await stopCleanly(server);
    });
  }

  for (const [call, path, webhook] of [["Tag", "/tagged", "/webhook/tag"], ["Path", "/plain", "/webhook/path"]]) {
    Deno.test(
      { name: `no process that shares ${name} serves the old body after revalidate${call}()`, ignore },
      async () => {
        await using upstream = startUpstream();
        await using app = await project(upstream);
        await using place = await open();
        await using fleet = await startFleet(app.dir, place.location);
        await crowd(fleet.servers, path!);
        for (let round = 0; round < 20; round++) {
          upstream.text = `round ${round}`;
          const before = upstream.count(path!);
          const caller = fleet.servers[round % PROCESSES]!;
          assertEquals(await ask(caller.origin + webhook, { method: "POST" }), {
            status: 200,
            state: null,
            text: "done",
          });
          const answers = await Promise.all(fleet.servers.map(({ origin }) => ask(origin + path)));
          assertEquals(answers, Array(PROCESSES).fill({ status: 200, state: "MISS", text: `round ${round}` }));
          assertEquals(upstream.count(path!), before + 1);
          const again = await Promise.all(fleet.servers.map(({ origin }) => ask(origin + path)));
          assertEquals(again, Array(PROCESSES).fill({ status: 200, state: "HIT", text: `round ${round}` }));
        }
        for (const server of fleet.servers) await stopCleanly(server);
      },
    );

    const title = `what began to be generated before revalidate${call}() on another process of one ${name} is not kept`;
    Deno.test({ name: title, ignore }, async () => {
      await using upstream = startUpstream();
      await using app = await project(upstream);
      await using place = await open();
      await using fleet = await startFleet(app.dir, place.location, 3);
      const [a, b, c] = fleet.servers as [CliServer, CliServer, CliServer];
      const release = upstream.hold();
      const early = ask(b.origin + path);
      await until("the generation has begun", () => upstream.count(path!) === 1);
      upstream.text = "new";
      await ask(a.origin + webhook, { method: "POST" });
      const after = ask(c.origin + path);
      release();
      await early;
      assertEquals((await after).text, "new");
      for (const { origin } of fleet.servers) assertEquals((await ask(origin + path)).text, "new");
    });
  }

  Deno.test({ name: `a restarted server finds its responses in ${name}`, ignore }, async () => {
    await using upstream = startUpstream();
    await using app = await project(upstream);
    await using place = await open();
    const paths = ["/plain", "/tagged", "/window"];
    for (const [round, signal] of (["SIGTERM", "SIGKILL", "SIGTERM"] as const).entries()) {
      await using server = await startCli(["start", app.dir, "--cache", place.location]);
      // The last one is fresh only for a short time.
      for (const path of paths.slice(0, round === 0 ? 3 : 2)) {
        const { status, state, text } = await ask(server.origin + path);
        assertEquals([path, status, state, text], [path, 200, round === 0 ? "MISS" : "HIT", "first"]);
        assertEquals(upstream.count(path), 1);
      }
      upstream.text = "second";
      await server.stop(signal);
    }
  });

  Deno.test(
    { name: `a server with different code does not use the responses of the old code in ${name}`, ignore },
    async () => {
      await using place = await open();
      const route = (text: string) =>
        `import { word } from "../../lib/word";\nexport const revalidate = 3600;\nexport const GET = () => new Response("${text} " + word);`;
      const versions: readonly Record<string, string>[] = [
        {
          "app/page/route.ts": route("one"),
          "lib/word.ts": `export { word } from "./deep.ts";`,
          "lib/deep.ts": `export const word = "a";`,
        },
        { "app/page/route.ts": route("two") },
        { "lib/deep.ts": `export const word = "b";` },
        { "lib/word.ts": `export const word = "c";` },
        // The original code again: its cached responses are valid again.
        {
          "app/page/route.ts": route("one"),
          "lib/word.ts": `export { word } from "./deep.ts";`,
          "lib/deep.ts": `export const word = "a";`,
        },
      ];
      await using app = await temporaryFiles(versions[0]!);
      const seen: string[] = [];
      for (const files of versions) {
        for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(`${app.dir}/${path}`, text);
        await using server = await startCli(["start", app.dir, "--cache", place.location]);
        for (let i = 0; i < 2; i++) {
          const { state, text } = await ask(`${server.origin}/page`);
          seen.push(`${state} ${text}`);
        }
        await stopCleanly(server);
      }
      const firsts = seen.filter((_, index) => index % 2 === 0);
      assertEquals(firsts, ["MISS one a", "MISS two a", "MISS two b", "MISS two c", "HIT one a"]);
      assertEquals(seen.filter((_, index) => index % 2 === 1), firsts.map((text) => text.replace("MISS", "HIT")));
    },
  );
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  for (const where of ["the default file", "--cache sqlite:PATH"]) {
    Deno.test(`a server on ${where} that is stopped by ${signal} closes it: no log is left next to it`, async () => {
      await using upstream = startUpstream();
      await using app = await project(upstream);
      const dir = `${app.dir}/.routes`;
      const cache = where.startsWith("--") ? ["--cache", `sqlite:${dir}/cache.db`] : [];
      await using server = await startCli(["start", app.dir, ...cache]);
      assertEquals((await ask(`${server.origin}/plain`)).state, "MISS");
      await server.stop(signal);
      const files = await Array.fromAsync(Deno.readDir(dir), ({ name }) => name);
      assertEquals(files.filter((name) => name.startsWith("cache.db")), ["cache.db"]);
    });
  }
}
