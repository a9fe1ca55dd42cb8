/** A project that has the real Next.js installed: its own build, and the parts of it that are used. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { IGNORE_NPM } from "../helpers/packages.ts";
import { buildNext, installNext } from "../parity/_next.ts";

const FILES = {
  "app/layout.tsx":
    `export default ({ children }: { children: React.ReactNode }) => <html><body>{children}</body></html>;`,
  "app/users/[id]/route.ts": `import type { NextRequest } from "next/server";
export async function GET(_: NextRequest, { params }: RouteContext<"/users/[id]">) {
  await fetch("data:,a", { next: { revalidate: 60, tags: ["a"] } });
  return Response.json((await params).id);
}`,
  "app/image/route.ts": `import { ImageResponse } from "next/og";
export const GET = () => new ImageResponse({ type: "div", key: null, props: { style: { display: "flex" }, children: "Hello" } } as never, {
  width: 300, height: 200, headers: { "cache-control": "no-store" } });`,
  "app/constants/route.ts": `import { PHASE_PRODUCTION_BUILD } from "next/constants";
export const GET = () => new Response(PHASE_PRODUCTION_BUILD);`,
  "app/robots.ts": `import type { MetadataRoute } from "next";
export default (): MetadataRoute.Robots => ({ rules: { userAgent: "*" } });`,
};
const USE_OF_TYPES = `import type { RouteContext } from "../.routes/routes";
export type Id = Awaited<RouteContext<"/users/[id]">["params"]>["id"];
export const id: Id = "1";`;

let project: Awaited<ReturnType<typeof temporaryFiles>> | undefined;

async function createProject(): Promise<string> {
  project = await temporaryFiles(FILES);
  await installNext(project.dir);
  await Deno.writeTextFile(`${project.dir}/package.json`, `{ "private": true, "dependencies": { "next": "16.4.6" } }`);
  return project.dir;
}

Deno.test.afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
});

Deno.test({ name: "next build passes before and after routes typegen", ignore: IGNORE_NPM }, async () => {
  const dir = project?.dir ?? await createProject();
  await buildNext(dir);
  const { code, stdout } = await runCli(["typegen", dir]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, `${dir}/.routes/routes.d.ts`);
  await Deno.mkdir(`${dir}/lib`);
  await Deno.writeTextFile(`${dir}/lib/types.ts`, USE_OF_TYPES);
  // As strict as possible: the generated file is part of the program.
  const tsconfig = JSON.parse(await Deno.readTextFile(`${dir}/tsconfig.json`));
  tsconfig.include.push(".routes/**/*.ts");
  await Deno.writeTextFile(`${dir}/tsconfig.json`, JSON.stringify(tsconfig));
  await buildNext(dir);
});

Deno.test(
  { name: "an ImageResponse is rendered by the renderer of the installed next", ignore: IGNORE_NPM },
  async () => {
    const dir = project?.dir ?? await createProject();
    const server = await startCli(["start", dir]);
    try {
      const response = await fetch(`${server.origin}/image`);
      const bytes = new DataView(await response.arrayBuffer());
      assertEquals([response.status, response.headers.get("content-type")], [200, "image/png"]);
      assertEquals(response.headers.get("cache-control"), "no-store");
      // The header of a PNG contains its size (PNG §11.2.2).
      assertEquals([bytes.getUint32(0), bytes.getUint32(16), bytes.getUint32(20)], [0x89504e47, 300, 200]);
      assertEquals(await (await fetch(`${server.origin}/constants`)).text(), "phase-production-build");
    } finally {
      await server.stop();
    }
  },
);
