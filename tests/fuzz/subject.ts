/**
 * What is tested, as a process of its own: the applications of `tests/fixtures/fuzz`, and a server that runs checks of
 * single parts. Prints the ports as one line, and ends when its stdin does.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { cpuUsage } from "node:process";
import { serveRoutes, type ServeRoutesOptions } from "../../mod.ts";
import type { AppName } from "./area.ts";
import { checkEntry } from "./cache_entry_check.ts";
import { checkPattern } from "./pattern_check.ts";
import { checkSetCookie } from "./set_cookie_check.ts";

type Check = (input: never) => unknown;

const CHECKS: Readonly<Record<string, Check>> = {
  cache_entry: checkEntry,
  pattern: checkPattern,
  set_cookie: checkSetCookie,
};

const LISTEN = { port: 0, hostname: "127.0.0.1", onListen() {} };

async function serve(name: AppName, options: ServeRoutesOptions = {}): Promise<number> {
  const dir = fromFileUrl(new URL(`../fixtures/fuzz/${name}`, import.meta.url));
  return (await serveRoutes(dir, { ...LISTEN, ...options })).addr.port;
}

async function answerCheck(request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.slice(1);
  if (name === "cpu") {
    const { user, system } = cpuUsage();
    return Response.json((user + system) / 1000);
  }
  return Response.json(await CHECKS[name]!(await request.json() as never));
}

const ports = {
  echo: await serve("echo"),
  matcher: await serve("matcher", { trustProxy: true }),
  based: await serve("based"),
  checks: Deno.serve(LISTEN, answerCheck).addr.port,
};
console.log(JSON.stringify(ports));
await Deno.stdin.readable.pipeTo(new WritableStream());
Deno.exit();
