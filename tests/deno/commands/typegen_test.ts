import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli, startCli } from "../../helpers/cli.ts";

let report: Promise<string> | undefined;

/** What `deno check` says of a module with the generated types; it reads all of them at once. */
async function check(name: string): Promise<{ errors: string[]; text: string }> {
  const text = await (report ??= checkAll());
  assertMatch(text, /^Found \d+ errors\.$/m);
  const ofOthers = (error: string) => error.includes("/modules/") && !error.includes(`/modules/${name}.ts:`);
  const errors = text.split(/\n(?=TS\d+)/).filter((error) => /^TS\d+/.test(error) && !ofOthers(error));
  return { errors: errors.map((error) => /TS\d+/.exec(error)![0]), text };
}

/** A name of a file, which messages do not encode. */
function toName(text: string): string {
  return text.replaceAll(/\W+/g, "_");
}

async function checkAll(): Promise<string> {
  const modules = [
    ["good", GOOD],
    ["next_types", NEXT_TYPES],
    ...WRONG.map(([mistake, , source]) => [toName(mistake), source]),
  ]
    .map(([name, text]) => [`modules/${name}.ts`, text] as const);
  await using project = await temporaryFiles({
    "app/users/[id]/route.ts": "",
    "app/all/[[...rest]]/route.ts": "",
    ...Object.fromEntries(modules),
  });
  assertEquals((await runCli(["typegen", project.dir])).code, 0);
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const roots = ["routes.d.ts", ...modules.map(([file]) => file)].map((file) => `${project.dir}/${file}`);
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--config", config, ...roots],
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(output.stderr);
}

const GOOD = `import { cookies, draftMode, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { revalidatePath, revalidateTag } from "next/cache";
import { after, type NextFetchEvent, NextRequest, NextResponse, type NextProxy, type ProxyConfig, userAgent } from "next/server";
import "server-only";

export async function GET(request: NextRequest, { params }: RouteContext<"/users/[id]">) {
  const { id } = await params;
  const exact: string = id;
  if (id === "0") notFound();
  if (id === "1") redirect("/");
  after(() => revalidateTag("users", "max"));
  revalidatePath("/users");
  const jar = await cookies();
  jar.set("a", "b", { httpOnly: true, sameSite: "lax" });
  const value: string | undefined = jar.get("a")?.value;
  const draft: boolean = (await draftMode()).isEnabled;
  const agent: string | null = (await headers()).get("user-agent");
  const route: AppRoutes = "/all/[[...rest]]";
  return NextResponse.json({ exact, value, draft, agent, route, browser: userAgent(request).browser.name, page: request.nextUrl.searchParams.get("page") });
}

export async function POST(_request: Request, { params }: RouteContext<"/all/[[...rest]]">) {
  const { rest } = await params;
  const exact: string[] | undefined = rest;
  return Response.json(exact?.length ?? 0);
}

export const proxy: NextProxy = (request: NextRequest, event: NextFetchEvent) => {
  event.waitUntil(Promise.resolve());
  return NextResponse.next({ request: { headers: request.headers } });
};
export const config: ProxyConfig = { matcher: ["/users/:path*", { source: "/all", has: [{ type: "header", key: "x" }] }] };
`;

Deno.test("a handler with RouteContext and next/* passes the type check after routes typegen, without an import map", async () => {
  const { errors, text } = await check("good");
  assertEquals(errors, [], text);
});

const NEXT_TYPES =
  `import type { Instrumentation, Metadata, MetadataRoute, NextApiHandler, NextConfig, NextPage, Route } from "next";
import type { ReadonlyRequestCookies } from "next/dist/server/web/spec-extension/adapters/request-cookies";
import type { NextMiddleware } from "next/server";
import { PHASE_PRODUCTION_SERVER } from "next/constants";
import { Inter } from "next/font/google";
import localFont from "next/font/local";
import Link, { useLinkStatus } from "next/link";
import { ImageResponse } from "next/og";
import { unstable_doesMiddlewareMatch } from "next/experimental/testing/server";

export const robots = (): MetadataRoute.Robots => ({ rules: { userAgent: "*", allow: "/" }, sitemap: "https://a.test/s.xml" });
export const sitemap = (): MetadataRoute.Sitemap => [{ url: "https://a.test/", lastModified: new Date(), priority: 1 }];
export const manifest = (): MetadataRoute.Manifest => ({ name: "A", display: "standalone", icons: [{ src: "/a.png" }] });
export const config: NextConfig = {
  basePath: "/docs",
  output: "standalone",
  experimental: { authInterrupts: true },
  async headers() {
    return [{ source: "/:path*", headers: [{ key: "x-a", value: "b" }] }];
  },
  redirects: () => Promise.resolve([{ source: "/a", destination: "/b", permanent: true }]),
};
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  await Promise.resolve([error, request.path, context.routeType === "proxy"]);
};
export const metadata: Metadata = { title: "A" };
export const path: Route = "/a" as Route;
export type Page = NextPage<{ a: string }>;
export type Api = NextApiHandler<{ a: string }>;
export type Cookies = ReadonlyRequestCookies;
export const middleware: NextMiddleware = () => undefined;
export const params: ParamsOf<"/users/[id]"> = { id: "1" };
export const map: ParamMap["/all/[[...rest]]"] = {};
export const handler: AppRouteHandlerRoutes = "/users/[id]";
export const font: string = Inter({ subsets: ["latin"] }).className + localFont({ src: "./a.woff2" }).className;
export const others = [Link, useLinkStatus, PHASE_PRODUCTION_SERVER, unstable_doesMiddlewareMatch];

export async function GET() {
  await fetch("https://a.test/", { next: { revalidate: 60, tags: ["a"] } });
  await fetch("https://a.test/", { cache: "force-cache", next: { revalidate: false } });
  return new ImageResponse(null, { width: 1, height: 1, headers: { "x-a": "b" } });
}
`;

Deno.test("routes typegen declares the types of next, and the options of fetch(), in a project without next", async () => {
  const { errors, text } = await check("next_types");
  assertEquals(errors, [], text);
});

Deno.test("routes typegen does not list metadata files as routes", async () => {
  await using project = await temporaryFiles({ "app/a/route.ts": "", "app/robots.ts": "", "app/sitemap.ts": "" });
  assertEquals((await runCli(["typegen", project.dir])).code, 0);
  const text = await Deno.readTextFile(`${project.dir}/routes.d.ts`);
  assertStringIncludes(text, `type AppRoutes =\n  | "/a";\n`);
  assertEquals(/robots|sitemap\.xml/.test(text.slice(0, text.indexOf("declare module"))), false);
});

const WITH_NEXT: readonly (readonly [what: string, files: Readonly<Record<string, string>>])[] = [
  ["depends on it", { "package.json": `{ "dependencies": { "next": "16.4.6" } }` }],
  ["depends on it to be developed", { "package.json": `{ "devDependencies": { "next": "16.4.6" } }` }],
  ["has it installed", { "node_modules/next/package.json": `{ "name": "next" }` }],
  ["imports it by deno.json", { "deno.json": `{ "imports": { "next": "npm:next@16" } }` }],
];

for (const [what, files] of WITH_NEXT) {
  Deno.test(`routes typegen declares nothing that next declares in a project that ${what}`, async () => {
    await using project = await temporaryFiles({
      "app/users/[id]/route.ts": "",
      "routes.d.ts": `// Written by "routes typegen" and kept up to date by "routes start". Do not edit.\n`,
      ...files,
    });
    const { code, stdout } = await runCli(["typegen", project.dir]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `Wrote the types of 1 route to ${project.dir}/.routes/routes.d.ts\n`);
    const text = await Deno.readTextFile(`${project.dir}/.routes/routes.d.ts`);
    assertEquals(/\bdeclare\b|^(?:type|interface)\b/m.test(text), false, text);
    assertStringIncludes(text, "export interface RouteContext<");
    assertEquals(await Deno.stat(`${project.dir}/routes.d.ts`).catch(() => null), null);
  });
}

Deno.test("routes typegen does not replace a routes.d.ts that it did not write", async () => {
  const files = {
    "app/route.ts": "",
    "routes.d.ts": "// mine",
    "package.json": `{ "dependencies": { "next": "16" } }`,
  };
  await using project = await temporaryFiles(files);
  assertEquals((await runCli(["typegen", project.dir])).code, 0);
  assertEquals(await Deno.readTextFile(`${project.dir}/routes.d.ts`), "// mine");
});

const WRONG: readonly [mistake: string, code: string, source: string][] = [
  ["an unknown route", "TS2344", `export const GET = (_: Request, _context: RouteContext<"/nope">) => new Response();`],
  [
    "a param of the wrong type",
    "TS2322",
    `export async function GET(_: Request, { params }: RouteContext<"/users/[id]">) {
  const id: number = (await params).id;
  return Response.json(id);
}`,
  ],
  [
    "a param that is not there",
    "TS2339",
    `export async function GET(_: Request, { params }: RouteContext<"/users/[id]">) {
  return new Response((await params).slug);
}`,
  ],
  [
    "params without await",
    "TS2339",
    `export function GET(_: Request, { params }: RouteContext<"/users/[id]">) {
  return new Response(params.id);
}`,
  ],
  [
    "a catch-all that may be missing",
    "TS2532",
    `export async function GET(_: Request, { params }: RouteContext<"/all/[[...rest]]">) {
  return Response.json((await params).rest.length);
}`,
  ],
  ["an unknown route in AppRoutes", "TS2322", `export const route: AppRoutes = "/nope";`],
  ["a name that next/server has not", "TS2305", `import { nope } from "next/server";\nexport const GET = nope;`],
];

for (const [mistake, code] of WRONG) {
  Deno.test(`${mistake} is the type error ${code} after routes typegen`, async () => {
    assertEquals((await check(toName(mistake))).errors[0], code);
  });
}

Deno.test("routes typegen --out writes to another file, and prints which", async () => {
  await using project = await temporaryFiles({ "app/route.ts": "export const GET = () => new Response();" });
  const file = `${project.dir}/types/r.d.ts`;
  await Deno.mkdir(`${project.dir}/types`);
  const { stdout } = await runCli(["typegen", project.dir, "--out", file]);
  assertEquals(stdout, `Wrote the types of 1 route to ${file}\n`);
  assertStringIncludes(await Deno.readTextFile(file), `type AppRoutes =\n  | "/";`);
});

Deno.test("routes start updates an existing routes.d.ts, and does not create one", async () => {
  await using project = await temporaryFiles({ "app/a/route.ts": "export const GET = () => new Response();" });
  const file = `${project.dir}/routes.d.ts`;
  await (await startCli(["start", project.dir])).stop();
  assertEquals(await Deno.stat(file).catch(() => null), null);
  await Deno.writeTextFile(file, "// old");
  await (await startCli(["start", project.dir], { permissions: ["-N", "-R"] })).stop();
  assertEquals(await Deno.readTextFile(file), "// old");
  await (await startCli(["start", project.dir])).stop();
  assertStringIncludes(await Deno.readTextFile(file), `| "/a"`);
});
