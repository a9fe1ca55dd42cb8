/**
 * An application of pages for tests with a failing cache: every response can be checked.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { CliServer } from "./cli.ts";
import { ask } from "./upstream.ts";

/** The start of the warning that the store is down. */
export const DOWN = "The cache store is unavailable, serving uncached until it recovers: ";

/** Pages of 20 kB whose content depends on their names, and a route that invalidates them all. */
export const PAGES = {
  "app/pages/[name]/route.ts": `export const revalidate = 3600;
export const generateStaticParams = () => [];
export async function GET(_request: Request, { params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  const version = await (await fetch("data:,x", { next: { tags: ["pages"] } } as RequestInit)).text();
  return new Response(\`\${name} \${version} \`.repeat(20_000 / (name.length + 3)));
}`,
  "app/webhook/route.ts": `import { revalidateTag } from "next/cache";
export const POST = () => { revalidateTag("pages", { expire: 0 }); return new Response("done"); };`,
};

/** Returns the text of a page. */
export const bodyOf = (name: string) => `${name} x `.repeat(20_000 / (name.length + 3));

/** Requests a page, which must always be correct; returns its cache state. */
export async function page(server: CliServer, name: string): Promise<string | null> {
  const { status, state, text } = await ask(`${server.origin}/pages/${name}`);
  assertEquals([name, status, text.slice(0, 20)], [name, 200, bodyOf(name).slice(0, 20)]);
  assert(text === bodyOf(name), `${name} is whole`);
  return state;
}

/** Stops a server that must still be running, and returns the lines of its stderr. */
export async function linesOf(server: CliServer): Promise<string[]> {
  const { code, stderr } = await server.stop();
  assertEquals(code, 0);
  return stderr.split("\n").filter((line) => line !== "");
}
