/** The supervisor of `routes dev`: when the serving process restarts, and how both processes exit. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { type DevServer, saying, startDev } from "../helpers/dev.ts";
import { until } from "../helpers/until.ts";
import { sendRequest } from "../helpers/wire.ts";

const SEEN = `export const GET = async (request) => {
  const config = await import("mapped").then(({ mapped }) => mapped, () => "none");
  return Response.json([config, Deno.env.get("WORD") ?? "none", request.headers.get("x-proxy") ?? "none"]);
};`;

const FILES = {
  "app/route.ts": saying("hello"),
  "app/pid/route.ts": `export const GET = () => Response.json(Deno.pid);`,
  "app/seen/route.ts": SEEN,
  "app/crash/route.ts": `export const GET = () => Deno.exit(3);`,
  "app/grow/route.ts": `const kept = [];
export const GET = () => {
  kept.push(new Uint8Array(96 * 1024 * 1024).fill(1));
  return new Response(String(kept.length));
};`,
  "lib/mapped.ts": `export const mapped = "mapped";`,
  "lib/word.ts": `export const word = "first";`,
};

const WAITS = /gets this error until a file changes/;

const pidOf = async (dev: DevServer) => Number(await dev.text("/pid"));

/** Waits until a different process serves on the same port. */
async function startsAnew(dev: DevServer, pid: number): Promise<number> {
  await dev.shows("/pid", new RegExp(`^(?!${pid}$)\\d+$`));
  return await pidOf(dev);
}

const PROXY = `import { NextResponse } from "next/server";
import { word } from "./lib/word";
export function proxy(request) {
  const headers = new Headers(request.headers);
  headers.set("x-proxy", word);
  return NextResponse.next({ request: { headers } });
}`;

const REGISTER = `export const register = () => Deno.env.set("WORD", "registered");`;
const PATHS = `{ "compilerOptions": { "paths": { "mapped": ["./lib/mapped"] } } }`;

/** The written file, the reported change, and the response of `/seen` afterwards. */
const CHANGES: readonly (readonly [file: string, text: string | null, why: string, seen: string])[] = [
  ["deno.json", `{ "imports": {} }`, "deno.json", "none,none,none"],
  ["deno.json", "{}", "deno.json", "none,none,none"],
  ["deno.json", null, "deno.json", "none,none,none"],
  ["package.json", `{ "private": true }`, "package.json", "none,none,none"],
  ["tsconfig.json", PATHS, "tsconfig.json", "mapped,none,none"],
  [".env", "WORD=env", ".env", "mapped,env,none"],
  [".env.local", "WORD=local", ".env.local", "mapped,local,none"],
  [".env.local", null, ".env.local", "mapped,env,none"],
  ["proxy.ts", PROXY, "proxy.ts", "mapped,env,first"],
  ["lib/word.ts", `export const word = "second";`, "proxy.ts", "mapped,env,second"],
  ["proxy.ts", null, "proxy.ts", "mapped,env,none"],
  ["instrumentation.ts", REGISTER, "instrumentation.ts", "mapped,registered,none"],
  ["instrumentation.ts", null, "instrumentation.ts", "mapped,env,none"],
  ["next.config.ts", "export default { env: {} };", "next.config.ts", "mapped,env,none"],
  ["next.config.ts", "export default {};", "next.config.ts", "mapped,env,none"],
];

Deno.test("routes dev restarts on the same port when a file changes that is read only at startup", async (t) => {
  await using dev = await startDev(FILES);
  let pid = await pidOf(dev);
  for (const [file, text, why, seen] of CHANGES) {
    await t.step(`${file} ${text === null ? "goes" : "is written"}`, async () => {
      await dev.write({ [file]: text });
      pid = await startsAnew(dev, pid);
      assertEquals(JSON.parse(await dev.text("/seen")).join(), seen);
      assertEquals(dev.printed().match(/Restarting: .*/g)?.at(-1), `Restarting: ${why} has changed`);
    });
  }
  await t.step("and not when a route changes", async () => {
    await dev.write({ "app/route.ts": saying("hello again") });
    await dev.shows("/", "hello again");
    assertEquals(await pidOf(dev), pid);
  });
  await t.step("and after a crash", async () => {
    // A process that exits within 2 s of its start waits for a change.
    const start = Date.now();
    await until("it has run for 2 s", () => Date.now() - start > 2100);
    await dev.text("/crash").catch(() => {});
    pid = await startsAnew(dev, pid);
    assertStringIncludes(dev.printed(), "exited with code 3, restarting");
  });
  await t.step("and when a file changes immediately after a crash", async () => {
    await dev.text("/crash").catch(() => {});
    await dev.prints("waiting for a file change");
    await dev.write({ "app/route.ts": saying("up again") });
    await dev.shows("/", "up again");
    assertNotEquals(await pidOf(dev), pid);
  });
  assertEquals(new Set(dev.printed().match(/Listening on .*/g)).size, 1, dev.printed());
});

Deno.test("routes dev restarts when memory has grown by more than --max-growth", async () => {
  await using dev = await startDev(FILES, { args: ["--max-growth", "48"] });
  const pid = await pidOf(dev);
  await dev.write({ "app/route.ts": saying("small") });
  await dev.shows("/", "small");
  assertEquals(await pidOf(dev), pid);
  await dev.text("/grow");
  await dev.write({ "app/route.ts": saying("grown") });
  await startsAnew(dev, pid);
  assertEquals(await dev.text("/"), "grown");
  assertStringIncludes(dev.printed(), "Restarting: memory has grown");
});

const BROKEN: readonly (readonly [file: string, broken: string, fixed: string, said: string])[] = [
  ["next.config.ts", `throw new Error("wrong config");`, "export default {};", "wrong config"],
  ["proxy.ts", "export function proxy( {", "export function proxy() {}", "proxy.ts"],
  ["instrumentation.ts", `export const register = () => JSON.parse("");`, "export {};", "register()"],
];

for (const [file, broken, fixed, said] of BROKEN) {
  Deno.test(`routes dev with a broken ${file} prints why, answers requests with the reason, and starts when it is fixed`, async () => {
    await using dev = await startDev({ ...FILES, [file]: broken }, { until: WAITS });
    assertStringIncludes(dev.printed(), said);
    for (const path of ["/", "/nowhere", "/_routes"]) {
      const response = await dev.request(path);
      assertEquals([response.status, response.headers.get("cache-control")], [500, "no-store"]);
      assertStringIncludes(JSON.stringify(await response.json()), said.replace("()", ""));
    }
    const foreign = await sendRequest(Number(new URL(dev.origin).port), {
      path: "/",
      headers: [["host", "evil.test"]],
    });
    assertEquals(foreign.status, 403);
    await dev.write({ [file]: fixed });
    await dev.shows("/", "hello");
    assertEquals(await dev.stop(), 0);
  });
}

Deno.test("routes dev starts with a fix that was saved during a failing start", async () => {
  const register = `export async function register() {
  console.log("registering");
  await new Promise((resolve) => setTimeout(resolve, 700));
  throw new Error("no database");
}`;
  await using dev = await startDev({ ...FILES, "instrumentation.ts": register }, { until: /registering/ });
  await dev.write({ "instrumentation.ts": "export {};" });
  await dev.shows("/", "hello");
});

Deno.test("routes dev that waits for a change stops on a signal", async () => {
  await using dev = await startDev({ ...FILES, "proxy.ts": "(" }, { until: WAITS });
  await dev.stop();
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`routes dev exits with 0 on ${signal}, and so does the serving process`, async () => {
    await using dev = await startDev(FILES);
    const pid = await pidOf(dev);
    assertNotEquals(pid, dev.child.pid);
    assertEquals(await dev.stop(signal), 0);
    await until("the process that serves ends", async () => !await exists(`/proc/${pid}`));
  });
}

Deno.test("the serving process exits when routes dev is killed", async () => {
  await using dev = await startDev(FILES);
  const pid = await pidOf(dev);
  await dev.stop("SIGKILL");
  await until("the process that serves ends", async () => !await exists(`/proc/${pid}`));
});

Deno.test("routes dev without all permissions serves in its own process, and prints that it cannot restart", async () => {
  await using dev = await startDev(FILES, { permissions: ["-N", "-R", "-E"] });
  const pid = await pidOf(dev);
  assertEquals(pid, dev.child.pid);
  await dev.write({ "app/route.ts": saying("edited") });
  await dev.shows("/", "edited");
  await dev.write({ "deno.json": "{}" });
  await dev.prints("Cannot restart although deno.json has changed");
  assertEquals(await pidOf(dev), pid);
  assertEquals(await dev.stop(), 0);
});

Deno.test("routes dev of an app folder without routes waits for the first one", async () => {
  await using dev = await startDev({ "app/README.md": "" });
  assertMatch(dev.printed(), /No routes yet: export a GET function from app\/route\.ts/);
  await dev.write({ "app/route.ts": saying("the first") });
  await dev.shows("/", "the first");
  assert(!dev.printed().includes("Restarting"));
});

Deno.test("routes dev stops immediately even if a stream is open, and its after() tasks run", async () => {
  const stream = `import { after } from "next/server";
export function GET() {
  after(() => console.log("after the stream"));
  return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) }));
}`;
  await using dev = await startDev({ ...FILES, "app/stream/route.ts": stream });
  const response = await dev.request("/stream");
  const reader = response.body!.getReader();
  await reader.read();
  const late = AbortSignal.timeout(3000);
  assertEquals(await dev.stop(), 0);
  assertEquals(late.aborted, false);
  assertStringIncludes(dev.printed(), "after the stream");
  await reader.cancel().catch(() => {});
});
