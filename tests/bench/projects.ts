/**
 * The projects that `http.ts` serves.
 *
 * @module
 */

import { dirname, join } from "@std/path";

type Files = Readonly<Record<string, string>>;

const HELLO = `export function GET() { return new Response("hello"); }`;
const USER = `export async function GET(_, { params }) { const { id } = await params; return new Response(id); }`;
const READ = `import { cookies, headers } from "next/headers";
export async function GET() {
  const jar = await cookies();
  return new Response((await headers()).get("host") + (jar.get("session")?.value ?? ""));
}`;
const ECHO = `export async function POST(request) { return Response.json(await request.json()); }`;
const JSON_ROUTE = `import { NextResponse } from "next/server";
const note = "x".repeat(980);
export function GET() { return NextResponse.json({ name: "Ada", note }); }`;
const ME = `import { cookies } from "next/headers";
export async function GET(_, { params }) {
  const { id } = await params, jar = await cookies();
  return Response.json({ id, session: jar.get("session")?.value });
}`;
const LARGE = `export const revalidate = 3600;
export function GET() { return new Response("x".repeat(100_000)); }`;
const CONTRACT = `import { route } from "@x/routes/route";
const body = { "~standard": { version: 1, vendor: "bench", validate: (value) =>
  typeof value?.name === "string" ? { value } : { issues: [{ message: "expected a name" }] } } };
export const POST = route({ body }, (_request, { body }) => Response.json(body));`;
const PROXY = `import { NextResponse } from "next/server";
export function proxy() {
  const response = NextResponse.next();
  response.headers.set("x-proxy", "1");
  return response;
}`;
const RULE = `export default { headers: () => [{ source: "/(.*)", headers: [{ key: "x-rule", value: "1" }] }] };`;

const PLAIN: Files = {
  "app/hello/route.js": HELLO,
  "app/users/[id]/route.js": USER,
  "app/cached/route.js": `export const revalidate = 3600; ${HELLO}`,
  "app/echo/route.js": ECHO,
  "app/json/route.js": JSON_ROUTE,
  "app/large/route.js": LARGE,
  "app/contract/route.js": CONTRACT,
};

/** The files of each project besides {@linkcode PLAIN}. */
const PROJECTS: Readonly<Record<string, Files>> = {
  plain: {},
  many: {},
  memory: {},
  sqlite: {},
  scoped: { "app/read/route.js": READ },
  unmatched: { "proxy.js": `export function proxy() {}\nexport const config = { matcher: "/admin/:path*" };` },
  passing: {
    "proxy.js": `import { NextResponse } from "next/server";\nexport const proxy = () => NextResponse.next();`,
  },
  proxy: { "proxy.js": PROXY },
  rule: { "next.config.mjs": RULE },
  public: { "public/logo.svg": "<svg/>" },
  rewrite: { "next.config.mjs": `export default { rewrites: () => [{ source: "/renamed", destination: "/hello" }] };` },
  realistic: { "proxy.js": PROXY, "next.config.mjs": RULE, "app/me/[id]/route.js": ME },
};

/** Returns how many routes a project has at least. */
function countRoutes(name: string): number {
  return name === "many" ? 10_000 : 10;
}

/** Whether a server is a project. */
export function isProject(name: string): boolean {
  return PROJECTS[name] !== undefined;
}

/**
 * Writes a project.
 *
 * @param name The name of the project.
 * @param dir The folder to write it to.
 */
export async function writeProject(name: string, dir: string): Promise<void> {
  const files: Record<string, string> = { ...PLAIN, ...PROJECTS[name] };
  for (let i = Object.keys(files).length; i < countRoutes(name); i++) {
    files[i % 2 ? `app/shop${i % 100}/item${i}/route.js` : `app/shop${i % 100}/[id]/part${i}/route.js`] = HELLO;
  }
  for (const [path, source] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(dir, path)), { recursive: true });
    await Deno.writeTextFile(join(dir, path), source);
  }
}
