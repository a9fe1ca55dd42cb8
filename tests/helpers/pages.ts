/**
 * An application of pages for tests of a cache that fails: every answer can be checked.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { CliServer } from "./cli.ts";
import { ask } from "./upstream.ts";

/** How the warning begins that the store is down. */
export const DOWN = "The cache store is unavailable, serving uncached until it recovers: ";

/** Pages of 20 kB by name, each made of its name; and a way to invalidate them all. */
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

/** The text of a page. */
export const bodyOf = (name: string) => `${name} x `.repeat(20_000 / (name.length + 3));

/** Asks for a page, which must be right in any case; tells how it was answered. */
export async function page(server: CliServer, name: string): Promise<string | null> {
  const { status, state, text } = await ask(`${server.origin}/pages/${name}`);
  assertEquals([name, status, text.slice(0, 20)], [name, 200, bodyOf(name).slice(0, 20)]);
  assert(text === bodyOf(name), `${name} is whole`);
  return state;
}

/** Ends a server that stayed alive, and gives the lines of its stderr. */
export async function linesOf(server: CliServer): Promise<string[]> {
  const { code, stderr } = await server.stop();
  assertEquals(code, 0);
  return stderr.split("\n").filter((line) => line !== "");
}
