/** `routes typegen --flat` as users have it: this package comes from JSR, the compiler and Zod from npm. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { CLI, jsrProject } from "../helpers/jsr_project.ts";
import { IGNORE_NPM } from "../helpers/packages.ts";
import { publish, startRegistry } from "../helpers/registry.ts";

const ROUTE = `import { route } from "jsr:@x/routes/route";
import { NextResponse } from "next/server";
import { z } from "npm:zod@4.6.7";

export const POST = route({
  body: z.object({ name: z.string() }),
  responses: { 201: z.object({ id: z.number() }) },
}, () => NextResponse.json({ id: 1 }, { status: 201 }));
export const GET = () => NextResponse.json([{ at: new Date() }]);
`;

Deno.test({ name: "routes typegen --flat from JSR finds the types of all packages", ignore: IGNORE_NPM }, async () => {
  await using registry = await startRegistry();
  await publish(registry);
  await using project = await jsrProject(registry, { "app/users/route.ts": ROUTE }, { npm: true });
  const { code, stderr } = await project.deno("run", "-A", CLI, "typegen", "--flat");
  assertEquals([code, stderr.replace(/^Download .*\n/gm, "")], [0, ""]);
  const text = await Deno.readTextFile(`${project.dir}/routes.client.d.ts`);
  assertStringIncludes(text, "response: { at: string }[] };");
  assertStringIncludes(text, "body: { name: string } }; responses: { 201: { id: number } } };");
});
