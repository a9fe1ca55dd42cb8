import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { openCache } from "../../src/deno/server/cache_location.ts";
import { temporaryFiles } from "../helpers/app.ts";
import { startCli } from "../helpers/cli.ts";
import { seeded } from "../helpers/random.ts";
import { ask, startUpstream } from "../helpers/upstream.ts";
import { SHARED_STORES } from "../helpers/shared_stores.ts";
import { until } from "../helpers/until.ts";
import { bodyOf, checksum } from "../fixtures/cache_writer.ts";

for (const { name, ignore, open } of SHARED_STORES) {
  Deno.test(
    { name: `a process that is killed while it writes leaves only complete entries in ${name}`, ignore },
    async () => {
      await using place = await open();
      const random = seeded(20);
      const rounds = 8;
      for (let round = 0; round < rounds; round++) {
        // Entries that were confirmed are stored, even if the process is killed: the system has them.
        const said = await writeUntilKilled(place.location, round, Math.floor(random() * 800), random() * 5);
        const store = await openCache(place.location);
        try {
          const found = new Set<string>();
          for await (const { key, entry } of store.list()) {
            const [, ofRound, number] = key.split(" ").map(Number);
            assert(entry !== undefined, `${key} is damaged`);
            assertEquals(entry.meta, { sum: checksum(entry.body) }, key);
            assertEquals(entry.body, bodyOf(ofRound!, number!), key);
            if (ofRound === round) found.add(key);
          }
          for (let number = 0; number < said; number++) {
            assert(found.has(`entry ${round} ${number}`), `${number} is lost`);
          }
          assert(found.size <= said + 1, "at most the entry being written was not confirmed");
        } finally {
          await store.close();
        }
      }
    },
  );

  Deno.test(
    { name: `a process that is killed while it generates an entry does not block others on ${name}`, ignore },
    async () => {
      await using upstream = startUpstream();
      await using app = await temporaryFiles({
        "app/page/route.ts": `export const revalidate = 3600;
export const GET = async () => new Response(await (await fetch("${upstream.origin}/page")).text());`,
      });
      await using place = await open();
      await using a = await startCli(["start", app.dir, "--cache", place.location]);
      await using b = await startCli(["start", app.dir, "--cache", place.location]);
      const release = upstream.hold();
      const lost = ask(`${a.origin}/page`).catch(() => null);
      await until("the generation has begun", () => upstream.count("/page") === 1);
      const waiting = Promise.all(Array.from({ length: 20 }, () => ask(`${b.origin}/page`)));
      await a.stop("SIGKILL");
      release();
      assertEquals(await lost, null);
      upstream.text = "second";
      assertEquals(await waiting, Array(20).fill({ status: 200, state: "MISS", text: "second" }));
      assertEquals(upstream.count("/page"), 2);
    },
  );
}

const WRITER = new URL("../fixtures/cache_writer.ts", import.meta.url).pathname;

/**
 * Lets a process write until it has confirmed some entries, and a moment longer; returns the number of confirmed
 * entries.
 */
async function writeUntilKilled(location: string, round: number, enough: number, more: number): Promise<number> {
  const args = ["run", "-A", "--no-prompt", WRITER, location, String(round)];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
  let confirmed = 0;
  let killing: Promise<void> | undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    confirmed += text.split("\n").length - 1;
    if (confirmed >= enough) killing ??= delay(more).then(() => child.kill("SIGKILL"));
  }
  await killing;
  const { signal } = await child.status;
  assertEquals(signal, "SIGKILL");
  return confirmed;
}
