import { delay } from "@std/async/delay";
import { saying, startDev } from "../helpers/dev.ts";
import { until } from "../helpers/until.ts";

/** Whether a server answers a request within 300 ms. */
const answers = async (origin: string, path: string): Promise<boolean> =>
  await fetch(origin + path, { signal: AbortSignal.timeout(300) })
    .then((response) => response.text()).then(() => true, () => false);

for (
  const [what, source] of [
    ["a module", `for (;;); export const GET = () => new Response();`],
    ["a handler", `export const GET = () => { for (;;); };`],
  ] as const
) {
  Deno.test(`routes dev recovers from an endless loop in ${what} when the file is fixed`, async () => {
    await using dev = await startDev({ "app/route.ts": saying("fine") });
    // A process that exits within 2 s of its start waits for a change.
    await delay(2100);
    await dev.write({ "app/loop/route.ts": source });
    // The first answers may come before the server has seen the new file.
    await until("the loop runs", async () => !await answers(dev.origin, "/loop"));
    await dev.write({ "app/loop/route.ts": saying("fixed") });
    await dev.prints("The server is not responding (an endless loop?), killing it");
    await dev.shows("/loop", "fixed");
  });
}
