import { assertEquals } from "@std/assert";
import type { NextRequest } from "../../src/server.ts";
import { createApp, serveApp } from "../helpers/app.ts";

for (const where of ["a server", "this process"]) {
  Deno.test(`limitDuration() answers 504 and aborts the signal of a handler that is too slow, in ${where}`, async () => {
    const errors: unknown[] = [];
    const reasons: string[] = [];
    const app = await createApp({
      "slow/route.ts": {
        maxDuration: 1,
        async GET({ signal }: NextRequest) {
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          reasons.push(signal.reason.name);
          throw new Error("too late to matter");
        },
      },
      "fast/route.ts": { maxDuration: 1, GET: (request: NextRequest) => new Response(String(request.signal.aborted)) },
    }, { onError: (error) => errors.push((error as Error).message) });
    await using server = serveApp(app);
    const send = async (path: string) => where === "a server" ? await fetch(server.origin + path) : await app.get(path);
    const slow = await send("/slow");
    assertEquals([slow.status, await slow.text()], [504, ""]);
    assertEquals(await (await send("/fast")).text(), "false");
    assertEquals([errors, reasons], [["The handler took longer than its maxDuration of 1 s"], ["TimeoutError"]]);
  });
}
