/**
 * A project with many routes, and a client that calls some of them: what types cost at that size.
 *
 * @module
 */

import { createManifest } from "../../mod.ts";
import { createClientTypes } from "../../src/codegen/client_types.ts";

const PACKAGE = new URL("../../", import.meta.url).href;

/** The files of the project by path; `client.ts` calls routes by `routes.client.d.ts`, which imports their files. */
export function createLargeProject(routes: number, calls: number): Record<string, string> {
  const files: Record<string, string> = {
    "deno.json": JSON.stringify({
      imports: {
        "@x/routes/client": `${PACKAGE}src/client.ts`,
        "@x/routes/route": `${PACKAGE}src/route.ts`,
        "next/server": `${PACKAGE}src/server.ts`,
      },
    }),
    "lib/schema.ts": SCHEMA,
  };
  for (let index = 0; index < routes; index++) {
    files[`app/group${index % 20}/item${index}/[id]/route.ts`] = index % 2 === 0
      ? createContract(index)
      : createPlain(index);
  }
  const paths = Object.keys(files).filter((path) => path.startsWith("app/"));
  const manifest = createManifest(paths.map((path) => path.slice("app/".length)), "app");
  files["routes.client.d.ts"] = createClientTypes(manifest, (file) => `./${file}`);
  files["client.ts"] = createCalls(Math.min(calls, routes));
  return files;
}

const SCHEMA = `/** A schema of any library. */
export interface Schema<T> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "test";
    readonly validate: (value: unknown) => { readonly value: T };
    readonly types?: { readonly input: T; readonly output: T };
  };
}
export declare function schema<T>(): Schema<T>;
`;

function createContract(index: number): string {
  return `import { route } from "@x/routes/route";
import { schema } from "../../../../lib/schema.ts";
export interface Body${index} { name: string; tags: string[]; size${index}: number }
export interface Item${index} { id: string; name: string; at: string; kind: "a" | "b"; size${index}: number }
export interface Failure${index} { title: string; status: number }
export const PATCH = route({
  params: schema<{ id: string }>(),
  query: schema<{ dryRun?: string }>(),
  body: schema<Body${index}>(),
  responses: { 200: schema<Item${index}>(), 404: schema<Failure${index}>(), 204: null },
}, () => new Response());
export const GET = route({ params: "/group${index % 20}/item${index}/[id]" }, () => Response.json(1));
`;
}

function createPlain(index: number): string {
  return `import { NextResponse } from "next/server";
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (id === "") return NextResponse.json({ error: "none" as const }, { status: 404 });
  return NextResponse.json({ id, at: new Date(), tags: [id], size${index}: ${index} });
}
export function POST() {
  return NextResponse.json({ created: true });
}
`;
}

function createCalls(count: number): string {
  const calls = Array.from({ length: count }, (_, index) => {
    const pattern = JSON.stringify(`/group${index % 20}/item${index}/[id]`);
    if (index % 2 === 1) {
      return `export async function call${index}(): Promise<string | undefined> {
  const { data } = await api(${pattern}).GET({ params: { id: "1" } });
  return data !== undefined && "at" in data ? data.at : undefined;
}`;
    }
    return `export async function call${index}(): Promise<number | undefined> {
  const body = { name: "", tags: [], size${index}: 1 };
  const { status, data, error } = await api(${pattern}).PATCH({ params: { id: "1" }, body });
  return status === 200 ? data.size${index} : status === 404 ? error.status : undefined;
}`;
  });
  return `import { createClient } from "@x/routes/client";
import type { Routes } from "./routes.client.d.ts";
const api = createClient<Routes>("https://api.test");
${calls.join("\n")}
`;
}
