import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli, startCli } from "../../helpers/cli.ts";

const PACKAGE = new URL("../../../", import.meta.url).href;
const CONFIG = JSON.stringify({
  imports: {
    "zod": "npm:zod@4.6.7",
    "@x/routes/client": `${PACKAGE}src/client.ts`,
    "@x/routes/route": `${PACKAGE}src/route.ts`,
    "next/server": `${PACKAGE}src/server.ts`,
    "~/": "./",
  },
});

const FILES = {
  "deno.json": CONFIG,
  "lib/user.ts": `export interface User { id: string; born: Date; friends: User[]; }
export const findUser = (id: string): User | undefined => id === "" ? undefined : { id, born: new Date(), friends: [] };`,
  "app/users/[id]/route.ts": `import { Problem, route } from "@x/routes/route";
import { NextResponse } from "next/server";
import { z } from "zod";
import { findUser } from "~/lib/user.ts";

export const PATCH = route({
  params: z.object({ id: z.string() }),
  query: z.object({ dryRun: z.string().optional() }),
  body: z.object({ name: z.string().min(1), role: z.enum(["admin", "user"]) }),
  responses: { 200: z.object({ id: z.string(), at: z.iso.datetime() }), 404: Problem, 410: null },
}, (_request, { params }) => NextResponse.json({ id: params.id, at: new Date() }));

export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const user = findUser((await params).id);
  return user === undefined ? NextResponse.json({ error: "none" as const }, { status: 404 }) : NextResponse.json(user);
}`,
  "app/files/[...path]/route.ts": `import { form, route } from "@x/routes/route";
import { z } from "zod";
export const dynamic = "force-dynamic";
export const POST = route({ body: form(z.object({ file: z.file() })) }, () => new Response());
export const GET = async () => Response.json((await Deno.stat(".")).size);`,
  "app/robots.ts": "export default () => ({ rules: [] });",
  "use.ts": `import { createClient } from "@x/routes/client";
import type { Routes } from "./routes.client.d.ts";

const api = createClient<Routes>("https://api.test");

export async function use(): Promise<(string | number | undefined)[]> {
  const found = await api("/users/[id]").GET({ params: { id: "1" } });
  const born = found.ok && "born" in found.data ? found.data.friends[0]?.friends[0]?.born : undefined;
  const params = { id: "1" }, body = { name: "Ada", role: "admin" } as const;
  const changed = await api("/users/[id]").PATCH({ params, body });
  const at = changed.status === 200 ? changed.data.at : changed.status === 404 ? changed.error.title : "";
  await api("/files/[...path]").POST({ params: { path: ["a"] }, form: { file: new File([], "a") } });
  // @ts-expect-error: no such role
  await api("/users/[id]").PATCH({ params, body: { ...body, role: "root" } });
  // @ts-expect-error: no such route
  await api("/robots.txt").GET();
  // @ts-expect-error: a segment is missing
  await api("/files/[...path]").GET({ params: {} });
  // @ts-expect-error: a date is sent as a string
  return [born satisfies Date, at];
}
`,
};

async function check(dir: string, ...files: string[]): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--config", `${dir}/deno.json`, ...files.map((file) => `${dir}/${file}`)],
    env: { NO_COLOR: "1" },
  }).output();
  return code === 0 ? "" : new TextDecoder().decode(stderr);
}

Deno.test("routes typegen --client writes Routes, which types calls", async () => {
  await using project = await temporaryFiles(FILES);
  const { code, stdout, stderr } = await runCli(["typegen", project.dir, "--client"], {
    permissions: [`-R=${project.dir}`, `-W=${project.dir}/routes.client.d.ts`],
  });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, `to ${project.dir}/routes.client.d.ts\n`);
  const text = await Deno.readTextFile(`${project.dir}/routes.client.d.ts`);
  assertStringIncludes(text, `"/users/[id]": typeof import("./app/users/[id]/route.ts");`);
  assertEquals(text.includes("robots"), false);
  assertEquals(await check(project.dir, "use.ts"), "");
});

Deno.test("routes typegen --flat writes types for the same calls, without the project", async () => {
  await using project = await temporaryFiles(FILES);
  const { code, stderr } = await runCli([
    "typegen",
    project.dir,
    "--flat",
    "--out",
    `${project.dir}/routes.client.d.ts`,
  ]);
  assertEquals([code, stderr], [0, ""]);
  const text = await Deno.readTextFile(`${project.dir}/routes.client.d.ts`);
  assertEquals(/\bimport\b/.test(text.replace(/^\/\/.*/gm, "")), false, text);
  assertMatch(
    text,
    /"\/files\/\[\.\.\.path\]": \{\n {4}GET: .*; response: number \};\n {4}POST: .*form: \{ file: File \}/,
  );
  assertStringIncludes(
    text,
    `body: { name: string; role: "admin" | "user" } }; responses: { 200: { id: string; at: string };`,
  );
  assertStringIncludes(text, `response: Recursive1 | { error: "none" } };`);
  assertStringIncludes(text, "export type Recursive1 = { id: string; born: string; friends: Recursive1[] };");
  for (const folder of ["app", "lib"]) await Deno.remove(`${project.dir}/${folder}`, { recursive: true });
  assertEquals(await check(project.dir, "use.ts"), "");
});

const RESPONSES: readonly (readonly [response: string, type: string])[] = [
  ["Response.json({ a: new Date() })", "{ a: string }"],
  ["new Response(JSON.stringify([1]), { headers: { 'content-type': 'application/json' } })", "number[]"],
  ["new Response('text')", "string"],
  ["new Response('text', { status: 404 })", "string"],
  ["new Response('1', { headers: { 'content-type': 'application/json' } })", "unknown"],
  ["new Response(null, { status: 204 })", "undefined"],
  ["Math.random() > 0.5 ? Response.json(1) : new Response(null)", "number | undefined"],
  ["Math.random() > 0.5 ? NextResponse.json('a' as const) : Response.json('b' as const)", `"a" | "b"`],
  ["new Response(new Uint8Array())", "unknown"],
  ["Response.redirect('https://a.test/')", "unknown"],
  ["new NextResponse('text')", "unknown"],
  ["NextResponse.json(new Map([[1, 2]]))", "Record<never, never>"],
  [
    "NextResponse.json({ a: 1 as number | undefined, b: [1, 'a'] as [number, string] })",
    "{ b: [number, string]; a?: number }",
  ],
];

Deno.test("routes typegen --flat knows the bodies of plain responses too", async () => {
  const files = RESPONSES.map(([response], index) => [
    `app/r${String(index).padStart(2, "0")}/route.ts`,
    `import { NextResponse } from "next/server";\nexport const GET = () => ${response};\nvoid NextResponse;`,
  ]);
  await using project = await temporaryFiles(Object.fromEntries(files));
  assertEquals((await runCli(["typegen", project.dir, "--flat"])).code, 0);
  const text = await Deno.readTextFile(`${project.dir}/routes.client.d.ts`);
  const types = [...text.matchAll(/GET: .*; response: (.*) \};$/gm)].map(([, type]) => type);
  assertEquals(types.map((type, index) => [RESPONSES[index]![0], type]), RESPONSES as unknown[]);
});

Deno.test("routes typegen --flat names the types that it cannot find, and writes unknown for them", async () => {
  await using project = await temporaryFiles({
    "app/route.ts": `import { NextResponse } from "next/server";
import { find } from "./missing.ts";
export const GET = () => NextResponse.json({ a: find() });
export const DELETE = () => NextResponse.json({ a: JSON.parse("1"), b: 1 });`,
  });
  const { code, stderr } = await runCli(["typegen", project.dir, "--flat"]);
  assertEquals(code, 0);
  assertStringIncludes(stderr, `Cannot find the types of "./missing.ts", which "app/route.ts" imports`);
  const text = await Deno.readTextFile(`${project.dir}/routes.client.d.ts`);
  assertMatch(text, /GET: .*; response: unknown \};\n.*DELETE: .*; response: \{ a: unknown; b: number \} \};/);
});

Deno.test("in a project with next, the types of a client are in .routes, where Next.js does not check them", async () => {
  await using project = await temporaryFiles({
    "src/app/users/%5Fid/route.ts": "",
    "package.json": `{ "dependencies": { "next": "16" } }`,
  });
  assertEquals((await runCli(["typegen", project.dir, "--client"])).code, 0);
  const text = await Deno.readTextFile(`${project.dir}/.routes/routes.client.d.ts`);
  assertStringIncludes(text, `"/users/%5Fid": typeof import("../src/app/users/%5Fid/route.ts");`);
});

Deno.test("routes typegen --client --out imports relative to the file, with encoded names", async () => {
  await using project = await temporaryFiles({ "app/%5Fid/route.ts": "", "front/src/a": "" });
  assertEquals(
    (await runCli(["typegen", project.dir, "--client", "--out", `${project.dir}/front/src/api.d.ts`])).code,
    0,
  );
  const text = await Deno.readTextFile(`${project.dir}/front/src/api.d.ts`);
  assertStringIncludes(text, `"/%5Fid": typeof import("../../app/%255Fid/route.ts");`);
});

Deno.test("routes typegen --client keeps a routes.client.d.ts that it has not written", async () => {
  await using project = await temporaryFiles({ "app/route.ts": "", "routes.client.d.ts": "// mine" });
  const { code, stderr } = await runCli(["typegen", project.dir, "--client"]);
  assertEquals(code, 1);
  const message =
    `Cannot write "${project.dir}/routes.client.d.ts": "routes typegen" did not write it, choose another file`;
  assertStringIncludes(stderr, message);
  assertEquals(await Deno.readTextFile(`${project.dir}/routes.client.d.ts`), "// mine");
});

Deno.test("routes start keeps routes.client.d.ts up to date, but not a flat one or one of the project's own", async () => {
  await using project = await temporaryFiles({ "app/a/route.ts": "export const GET = () => new Response();" });
  const file = `${project.dir}/routes.client.d.ts`;
  assertEquals((await runCli(["typegen", project.dir, "--client"])).code, 0);
  const text = await Deno.readTextFile(file);
  const KEPT = [["// mine", "// mine"], [text.replace('"/a"', '"/b"'), text]] as const;
  for (const [before, after] of KEPT) {
    await Deno.writeTextFile(file, before);
    await (await startCli(["start", project.dir])).stop();
    assertEquals(await Deno.readTextFile(file), after);
  }
  assertEquals((await runCli(["typegen", project.dir, "--flat"])).code, 0);
  const flat = await Deno.readTextFile(file);
  await (await startCli(["start", project.dir])).stop();
  assertEquals(await Deno.readTextFile(file), flat);
});
