import { assertEquals } from "@std/assert";
import { guardProcess } from "../../../src/deno/process/process_guard.ts";
import { captured } from "../../helpers/app.ts";

// What a signal does is tested on the command line (start_command_test.ts): here it would reach the test runner too.
Deno.test("guardProcess() logs an unhandled rejection and an uncaught error, and the process keeps running", async () => {
  const release = guardProcess(() => Promise.resolve());
  const lines = await captured("error", async () => {
    const floating = heard("unhandledrejection");
    Promise.reject(new Error("floating"));
    await floating;
    const stray = heard("error");
    setTimeout(() => {
      throw new Error("stray");
    });
    await stray;
  });
  release();
  assertEquals(lines.map((line) => line.split("\n")[0]), [
    "Unhandled promise rejection (the server keeps running): Error: floating",
    "Uncaught error (the server keeps running): Error: stray",
  ]);
});

/** One event of the process, after the guard has seen it. */
function heard(type: "error" | "unhandledrejection"): Promise<Event> {
  return new Promise((resolve) => globalThis.addEventListener(type, resolve, { once: true }));
}
