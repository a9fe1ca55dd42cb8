/** Scheduled requests in several processes that share a store, with a fast clock. */
import { assert, assertEquals } from "@std/assert";
import { EPOCH } from "../helpers/cron_process.ts";
import { type Place, SHARED_STORES } from "../helpers/shared_stores.ts";
import { until } from "../helpers/until.ts";
import { startUpstream } from "../helpers/upstream.ts";

const PROCESSES = 3, TICKS = 200;
const PROGRAM = new URL("../helpers/cron_process.ts", import.meta.url).pathname;

/** A tick as the upstream saw it. */
interface SeenTick {
  readonly tick: number;
  readonly pid: number;
}

/** Starts processes, and records which of them runs each tick. */
function startFleet(place: Place, minuteMs: number, held?: (seen: SeenTick) => Promise<void>) {
  const seen: SeenTick[] = [];
  const upstream = startUpstream(async (_number, request) => {
    const { searchParams } = new URL(request.url);
    const one = { tick: Number(searchParams.get("tick")), pid: Number(searchParams.get("pid")) };
    seen.push(one);
    await held?.(one);
    return new Response("done");
  });
  // All are up by then, even on a busy machine; one that is not runs behind.
  const start = Date.now() + 3_000;
  const children = Array.from({ length: PROCESSES }, () =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", PROGRAM, place.location, upstream.origin, String(start), String(minuteMs)],
      stdout: "null",
      stderr: "piped",
    }).spawn());
  const skipped: number[] = [];
  const reading = children.map(async ({ stderr }) => {
    let text = "";
    for await (const part of stderr.pipeThrough(new TextDecoderStream())) {
      text += part;
      const lines = text.split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        const [, time = ""] = /^Cron \/job skipped at (\S+): its previous run is still going on$/.exec(line) ?? [];
        assert(time !== "", line);
        skipped.push((Date.parse(time) - EPOCH) / 60_000);
      }
    }
  });
  return {
    seen,
    skipped,
    children,
    async stop() {
      for (const child of children) {
        try {
          child.kill("SIGKILL");
        } catch {
          // It has been killed already.
        }
        await child.status;
      }
      await Promise.all(reading);
    },
    async [Symbol.asyncDispose]() {
      await this.stop();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

/** Asserts that no tick was run or skipped twice, and none was left out up to the last one. */
function assertEachOnce({ seen, skipped }: { seen: readonly SeenTick[]; skipped: readonly number[] }): void {
  const ticks = [...seen.map(({ tick }) => tick), ...skipped].sort((a, b) => a - b);
  assertEquals(ticks, Array.from({ length: ticks.at(-1)! }, (_, index) => index + 1));
}

for (const { name, ignore, open } of SHARED_STORES) {
  Deno.test({ name: `${PROCESSES} processes on one ${name} run each of ${TICKS} ticks once`, ignore }, async () => {
    await using place = await open();
    await using fleet = startFleet(place, 100);
    await until("all ticks have passed", () => fleet.seen.length + fleet.skipped.length >= TICKS);
    await fleet.stop();
    assertEachOnce(fleet);
    // A run takes longer than a minute of this clock only if the machine is busy.
    assert(fleet.skipped.length < TICKS / 4, `${fleet.skipped.length} ticks were skipped`);
    assertEquals(new Set(fleet.seen.map(({ pid }) => pid)).size, PROCESSES);
  });

  Deno.test({ name: `processes on one ${name} go on when the one that runs a tick is killed`, ignore }, async () => {
    await using place = await open();
    const held = Promise.withResolvers<SeenTick>(), end = Promise.withResolvers<void>();
    await using fleet = startFleet(place, 500, async (seen) => {
      if (seen.tick !== 3) return;
      held.resolve(seen);
      await end.promise;
    });
    const { pid } = await held.promise;
    fleet.children.find((child) => child.pid === pid)!.kill("SIGKILL");
    // The lease of a path ends 10 s after the process that had it.
    await until("another process runs a tick", () => fleet.seen.at(-1)!.tick > 3);
    const after = fleet.seen.length;
    await until("they go on", () => fleet.seen.length > after + 5);
    end.resolve();
    await fleet.stop();
    assertEachOnce(fleet);
    assertEquals(fleet.seen.filter((seen) => seen.pid === pid && seen.tick > 3), []);
  });
}
